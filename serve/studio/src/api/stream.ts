// One stream of all of a tenant's events for all tabs of a browser: HTTP/1.1 has six connections.
// The tab that holds the lock reads the stream and passes events on to the others.
import type { Schemas } from './client'

/** The events whose kind is known; `OtherEvent` is left out, for nobody listens to it. */
type Known<View> = View extends { event: infer Kind; production: string }
  ? string extends Kind
    ? never
    : View
  : never
export type Event = Known<Schemas[keyof Schemas]>
type Listener = (event: Event) => void
type Passed = { event: Event } | { connected: boolean }

const KINDS = [
  'production.accepted', 'conte.started', 'conte.treated', 'cut.written', 'conte.ready',
  'final.waiting', 'clip.started', 'clip.progress', 'clip.retried', 'clip.ready', 'clip.failed', 'film.started',
  'film.progress', 'film.ready', 'production.taken_over', 'production.retried', 'version.sealed',
  'take.ordered', 'take.progress', 'take.ready', 'take.failed', 'direction.picked',
  'comment.added', 'comment.changed', 'version.reviewed',
  'production.cancel_asked', 'production.done', 'production.failed', 'production.cancelled',
] as const

const listeners = new Set<Listener>()
const connections = new Set<(connected: boolean) => void>()
const channel = new BroadcastChannel('sian-events')
let begun = false

channel.onmessage = (message: MessageEvent<Passed>) => deliver(message.data)

/** Calls `listener` with each event from now on; returns how to stop. */
export function onEvent(listener: Listener): () => void {
  listeners.add(listener)
  begin()
  return () => listeners.delete(listener)
}

/** Calls back when the stream is lost and when it is there again. */
export function onConnection(changed: (connected: boolean) => void): () => void {
  connections.add(changed)
  return () => connections.delete(changed)
}

function begin(): void {
  if (begun) return
  begun = true
  // Held until the tab is closed: the next tab then takes the lock, and reads in its place.
  void navigator.locks.request('sian-events', () => new Promise<never>(read))
}

function read(): void {
  const source = new EventSource('/v1/events')
  const pass = (passed: Passed) => {
    deliver(passed)
    channel.postMessage(passed)
  }
  source.onopen = () => pass({ connected: true })
  source.onerror = () => {
    pass({ connected: false })
    // The browser resumes by itself what was cut off; what was refused it gives up.
    if (source.readyState === EventSource.CLOSED) setTimeout(read, 3000)
  }
  for (const kind of KINDS) {
    source.addEventListener(kind, (message: MessageEvent<string>) =>
      pass({ event: JSON.parse(message.data) as Event }),
    )
  }
}

function deliver(passed: Passed): void {
  if ('event' in passed) for (const listener of listeners) listener(passed.event)
  else for (const changed of connections) changed(passed.connected)
}
