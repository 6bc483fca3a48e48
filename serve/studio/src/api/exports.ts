// Files that are made on request: asked for again until they are there.
import { Refused } from './client'

const AGAIN_MS = 1000

/** The answer with the file. Throws `Refused`, and an AbortError where `init.signal` says so. */
export async function exported(url: string, init: RequestInit = {}): Promise<Response> {
  for (;;) {
    const answer = await fetch(url, init)
    if (answer.status === 202) {
      await answer.body?.cancel()
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
      continue
    }
    if (!answer.ok) throw new Refused(answer.status, await answer.json().catch(() => null))
    return answer
  }
}
