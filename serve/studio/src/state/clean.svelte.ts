// The film of a version without the words in its picture: made when somebody first wants to see it.
import { exported } from '../api/exports'
import { Refused } from '../api/client'

export class CleanFilm {
  /** Where it is; null until it is made. */
  url = $state<string | null>(null)
  refused = $state.raw<Refused | null>(null)
  #asked: AbortController | undefined

  /** Follows a version; null: nobody wants to see it. */
  async show(production: string, version: number | null): Promise<void> {
    this.#asked?.abort()
    this.url = null
    this.refused = null
    if (version === null) return
    const asked = (this.#asked = new AbortController())
    const url = `/v1/productions/${production}/versions/${version}/exports/mp4?captions=clean`
    try {
      // One byte tells that it is there.
      const init = { headers: { Range: 'bytes=0-0' }, signal: asked.signal }
      await (await exported(url, init)).body?.cancel()
      if (!asked.signal.aborted) this.url = url
    } catch (error) {
      if (error instanceof Refused) this.refused = error
      else if (!asked.signal.aborted) this.refused = new Refused(0, null)
    }
  }
}
