// What the operator sees, asked again and again while somebody looks.
import { api, dataOf, Refused, spoken, type Schemas } from '../api/client'

const EACH_MS = 5000
/** What is added up over a month does not change so fast. */
const SPENT_EACH_MS = 60_000
const KEPT = 'sian-operator'

export class Operations {
  now = $state.raw<Schemas['OperationsView'] | null>(null)
  /** What renders cost by day and tenant, and the ceilings of today. */
  spending = $state.raw<Schemas['SpendingView'] | null>(null)
  worth = $state.raw<Schemas['WorthsView'] | null>(null)
  /** The tenant of this browser's session, whose productions can be retried from here. */
  own = $state('')
  refused = $state.raw<Refused | null>(null)
  /** A key of this tab, where the server wants one. */
  key = $state(sessionStorage.getItem(KEPT) ?? '')

  /** Asks until it is stopped; returns how to. */
  watch(): () => void {
    void this.#whose()
    void this.load()
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible' && this.now) void this.#shown()
    }, EACH_MS)
    const spent = setInterval(() => {
      if (document.visibilityState === 'visible' && this.now) void this.#spent()
    }, SPENT_EACH_MS)
    return () => {
      clearInterval(timer)
      clearInterval(spent)
    }
  }

  async load(): Promise<void> {
    await this.#shown()
    if (this.refused) return
    await this.#spent()
    await this.#try(async () => {
      const headers = this.#headers()
      this.worth = await dataOf(api.GET('/v1/operations/worth', { headers }))
    })
  }

  async enter(key: string): Promise<void> {
    this.key = key.trim()
    await this.load()
    if (this.refused?.status !== 401) sessionStorage.setItem(KEPT, this.key)
  }

  forget(): void {
    sessionStorage.removeItem(KEPT)
    this.key = ''
    this.now = this.worth = this.spending = null
    void this.load()
  }

  async retry(url: string): Promise<void> {
    await this.#try(async () => {
      const answer = await spoken(url, { method: 'POST', headers: this.#headers() })
      if (!answer.ok) throw new Refused(answer.status, (await answer.json()) as Schemas['ProblemView'])
    })
    if (!this.refused) await this.#shown()
  }

  async #whose(): Promise<void> {
    await this.#try(async () => {
      const { data } = await api.GET('/v1/session')
      this.own = data?.tenant ?? ''
    })
  }

  async #shown(): Promise<void> {
    await this.#try(async () => {
      this.now = await dataOf(api.GET('/v1/operations', { headers: this.#headers() }))
    })
  }

  async #spent(): Promise<void> {
    await this.#try(async () => {
      this.spending = await dataOf(api.GET('/v1/operations/spending', { headers: this.#headers() }))
    })
  }

  #headers(): Record<string, string> {
    return this.key ? { authorization: `Bearer ${this.key}` } : {}
  }

  async #try(work: () => Promise<void>): Promise<void> {
    try {
      await work()
      this.refused = null
    } catch (error) {
      this.refused = error instanceof Refused ? error : new Refused(0, null)
    }
  }
}
