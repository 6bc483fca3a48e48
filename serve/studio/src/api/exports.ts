// Files that are made on request: asked for again until they are there.
import { leaving, Refused, spoken } from './client'

const AGAIN_MS = 1000

/** The answer with the file. Throws `Refused`, and an AbortError where `init.signal` says so or the view is left. */
export async function exported(url: string, init: RequestInit = {}): Promise<Response> {
  const signal = AbortSignal.any([leaving(), ...(init.signal ? [init.signal] : [])])
  for (;;) {
    const answer = await spoken(url, { ...init, signal })
    if (answer.status === 202) {
      await answer.body?.cancel()
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
      continue
    }
    if (!answer.ok) throw new Refused(answer.status, await answer.json().catch(() => null))
    return answer
  }
}

/** The file of an answer; `got`: called with the share that is there, where its length is known. */
export async function received(answer: Response, got: (share: number) => void): Promise<Blob> {
  const type = answer.headers.get('content-type') ?? ''
  const whole = Number(answer.headers.get('content-length')) || 0
  const parts: BlobPart[] = []
  let bytes = 0
  const reader = answer.body?.getReader()
  for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) {
    parts.push(read.value)
    bytes += read.value.length
    // Of what comes compressed the length counts fewer bytes.
    if (whole) got(Math.min(bytes / whole, 1))
  }
  return new Blob(parts, { type })
}
