// What changed of a shared link while its page is looked at. What it is now is read by the page.

/** A refused stream is asked for again after this; the page is read at the same pace. */
const AGAIN_MS = 15_000
/** Guests of one link do not all read at the same instant. */
const APART_MS = 800

export type Read = { all: () => void; comments: () => void }

/** Reads everything when the stream opens, then what changed; returns how to stop. */
export function onShared(token: string, read: Read): () => void {
  let source: EventSource | undefined
  let again: ReturnType<typeof setTimeout> | undefined
  const soon = new Map<() => void, ReturnType<typeof setTimeout>>()

  function later(work: () => void): void {
    if (soon.has(work)) return
    soon.set(work, setTimeout(() => {
      soon.delete(work)
      work()
    }, 100 + Math.random() * APART_MS))
  }
  function open(): void {
    close()
    source = new EventSource(`/v1/shared/${token}/events`)
    source.onopen = read.all
    source.onerror = () => {
      // The browser resumes by itself what was cut off; what was refused it gives up.
      if (source?.readyState !== EventSource.CLOSED) return
      read.all()
      again = setTimeout(open, AGAIN_MS)
    }
    source.addEventListener('conte', () => later(read.all))
    source.addEventListener('comments', () => later(read.comments))
  }
  function close(): void {
    clearTimeout(again)
    for (const timer of soon.values()) clearTimeout(timer)
    soon.clear()
    source?.close()
    source = undefined
  }
  // A tab that nobody looks at holds no connection: a browser has six.
  const look = () => (document.visibilityState === 'visible' ? open() : close())
  document.addEventListener('visibilitychange', look)
  look()
  return () => {
    document.removeEventListener('visibilitychange', look)
    close()
  }
}
