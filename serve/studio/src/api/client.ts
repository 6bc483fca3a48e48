// The API by its own OpenAPI document, and its errors as values with what to show.
import createClient from 'openapi-fetch'
import { untrack } from 'svelte'
import { speech } from '../words/words.svelte'
import type { components, paths } from './schema'

export type Schemas = components['schemas']
export type Problem = Schemas['ProblemView']

let view = new AbortController()

/** Ends what the view that is left still reads: HTTP/1.1 has six connections for all of them. */
export function left(): void {
  view.abort()
  view = new AbortController()
}

/** Aborted when the view that is open now is left. */
export function leaving(): AbortSignal {
  return view.signal
}

/** Asks in the page's own language, not the browser's, so that a refusal comes in it. */
export function spoken(asked: string | Request, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers ?? (asked instanceof Request ? asked.headers : {}))
  // An effect that asks is not run again because the language was switched.
  headers.set('accept-language', untrack(() => speech.language))
  return fetch(asked, { ...init, headers })
}

/** Asks for the view that is open: what only reads ends with it, what changes something does not. */
function viewed(asked: Request): Promise<Response> {
  const reads = asked.method === 'GET'
  return spoken(asked, reads ? { signal: AbortSignal.any([asked.signal, view.signal]) } : {})
}

/** For the view that is open. */
export const api = createClient<paths>({ baseUrl: '/', fetch: viewed })
/** For what outlives views: who is signed in, tables that are kept. */
export const lasting = createClient<paths>({ baseUrl: '/', fetch: spoken })

/** An answer of 400 and above, or none at all (`status` 0). */
export class Refused extends Error {
  readonly status: number
  readonly problem: Problem | null

  constructor(status: number, problem: Problem | null) {
    super(problem?.detail ?? '')
    this.status = status
    this.problem = problem
  }

  get lost(): boolean {
    return this.status === 0
  }
}

type Answer<Data> = { data?: Data; error?: unknown; response: Response }

/** Returns the data of an answer; never, where its view was left meanwhile. Throws `Refused`. */
export async function dataOf<Data>(asked: Promise<Answer<Data>>): Promise<Data> {
  let answer: Answer<Data>
  try {
    answer = await asked
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return new Promise(() => {})
    throw new Refused(0, null)
  }
  if (answer.response.ok) return answer.data as Data
  throw new Refused(answer.response.status, problemOf(answer.error))
}

function problemOf(body: unknown): Problem | null {
  return typeof body === 'object' && body !== null && 'detail' in body ? (body as Problem) : null
}

/** A header that makes one order of a click, however often it is sent. */
export function once(): { 'idempotency-key': string } {
  return { 'idempotency-key': crypto.randomUUID() }
}
