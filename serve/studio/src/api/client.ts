// The API by its own OpenAPI document, and its errors as values with what to show.
import createClient from 'openapi-fetch'
import type { components, paths } from './schema'

export type Schemas = components['schemas']
export type Problem = Schemas['ProblemView']

export const api = createClient<paths>({ baseUrl: '/' })

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

/** Returns the data of an answer. Throws `Refused`. */
export async function dataOf<Data>(asked: Promise<Answer<Data>>): Promise<Data> {
  let answer: Answer<Data>
  try {
    answer = await asked
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
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
