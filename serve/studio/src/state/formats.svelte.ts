// Films of other lengths and ratios: chosen, quoted, ordered, and those that were made.
import { api, dataOf, once, type Schemas } from '../api/client'
import { onConnection, onEvent } from '../api/stream'
import { turned, type Format } from '../pure/formats'
import { Asking } from './asking.svelte'

const QUOTE_AFTER_MS = 300
const RELOAD_MS = 400

export class Formats extends Asking {
  chosen = $state.raw<readonly Format[]>([])
  quote = $state.raw<Schemas['FormatsView'] | null>(null)
  made = $state.raw<Schemas['MadeFormatsView']['productions']>([])
  /** Whether the version is approved; null until that is known. */
  approved = $state<boolean | null>(null)
  busy = $state<'' | 'quote' | 'order'>('')

  readonly #path: { id: string; n: number }
  #turn = 0
  #timer: ReturnType<typeof setTimeout> | undefined
  #reload: ReturnType<typeof setTimeout> | undefined

  constructor(id: string, n: number) {
    super()
    this.#path = { id, n }
    void this.#load()
  }

  /** Follows the films that are being made; returns how to stop. */
  follow(): () => void {
    const soon = () => {
      clearTimeout(this.#reload)
      this.#reload = setTimeout(() => void this.#list(), RELOAD_MS)
    }
    const stops = [
      onEvent((event) => this.made.some((one) => one.id === event.production) && soon()),
      onConnection((connected) => connected && soon()),
    ]
    return () => {
      clearTimeout(this.#timer)
      clearTimeout(this.#reload)
      for (const stop of stops) stop()
    }
  }

  turn(format: Format): void {
    this.chosen = turned(this.chosen, format)
    this.quote = null
    this.#turn += 1
    clearTimeout(this.#timer)
    this.busy = this.chosen.length ? 'quote' : ''
    if (this.chosen.length) this.#timer = setTimeout(() => void this.#ask(), QUOTE_AFTER_MS)
  }

  async order(): Promise<void> {
    const quote = this.quote
    if (!quote) return
    this.busy = 'order'
    await this.attempt(async () => {
      await dataOf(
        api.POST('/v1/productions/{id}/versions/{n}/formats', {
          params: { path: this.#path, header: once() },
          body: { formats: [...this.chosen], quote: quote.hash },
        }),
      )
      this.chosen = []
      this.quote = null
      await this.#list()
    })
    this.busy = ''
  }

  async #load(): Promise<void> {
    await this.attempt(async () => {
      const params = { path: this.#path }
      const review = await dataOf(api.GET('/v1/productions/{id}/versions/{n}/review', { params }))
      this.approved = review.state === 'approved'
      await this.#list()
    })
  }

  async #list(): Promise<void> {
    await this.attempt(async () => {
      const params = { path: this.#path }
      const page = await dataOf(api.GET('/v1/productions/{id}/versions/{n}/formats', { params }))
      this.made = page.productions
    })
  }

  async #ask(): Promise<void> {
    const turn = this.#turn
    await this.attempt(async () => {
      const found = await dataOf(
        api.POST('/v1/productions/{id}/versions/{n}/formats/quote', {
          params: { path: this.#path },
          body: { formats: [...this.chosen], quote: null },
        }),
      )
      // An answer to what was chosen earlier comes too late.
      if (turn === this.#turn) this.quote = found
    })
    if (turn === this.#turn) this.busy = ''
  }
}
