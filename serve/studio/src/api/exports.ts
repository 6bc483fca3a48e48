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
