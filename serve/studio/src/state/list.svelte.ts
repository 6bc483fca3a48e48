// The productions of a tenant, newest first, a page at a time; followed by their events.
import { api, dataOf, Refused, type Schemas } from '../api/client'
import { onConnection, onEvent } from '../api/stream'

type Production = Schemas['ProductionView']

const PAGE = 24
/** The most that a page may have. */
const MOST = 100
const QUIET = new Set(['clip.progress', 'film.progress', 'take.progress'])

export class ProductionList {
  productions = $state.raw<readonly Production[]>([])
  next = $state<string | null>(null)
  loaded = $state(false)
  refused = $state.raw<Refused | null>(null)

  #timer: ReturnType<typeof setTimeout> | undefined
  readonly #stops: (() => void)[]

  constructor() {
    this.#stops = [
      onEvent((event) => {
        if (!QUIET.has(event.event)) this.#soon()
      }),
      onConnection((connected) => {
        if (connected) this.#soon()
      }),
    ]
    void this.#first()
  }

  close(): void {
    clearTimeout(this.#timer)
    for (const stop of this.#stops) stop()
  }

  async more(limit = PAGE): Promise<void> {
    const after = this.next
    if (!after) return
    try {
      const page = await dataOf(api.GET('/v1/productions', { params: { query: { limit, after } } }))
      // Another call may have loaded the same page meanwhile.
      if (this.next !== after) return
      this.productions = [...this.productions, ...page.productions]
      this.next = page.next
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      this.refused = error
    }
  }

  /** Loads all further pages: what is looked for may be on any of them. */
  async rest(): Promise<void> {
    while (this.next && !this.refused) await this.more(MOST)
  }

  async #first(): Promise<void> {
    try {
      const page = await dataOf(api.GET('/v1/productions', { params: { query: { limit: PAGE } } }))
      const seen = new Set(page.productions.map((one) => one.id))
      // What was loaded further down stays as it was known.
      const rest = this.productions.filter((one) => !seen.has(one.id))
      this.productions = [...page.productions, ...rest]
      if (rest.length === 0) this.next = page.next
      this.refused = null
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      this.refused = error
    }
    this.loaded = true
  }

  #soon(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#first(), 400)
  }
}
