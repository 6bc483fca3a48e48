// Another version beside the one that is looked at, and the change table between the two.
import { api, dataOf, Refused, type Schemas } from '../api/client'

export class Comparison {
  /** The other version, where a person wants to see both. */
  other = $state.raw<Schemas['VersionView'] | null>(null)
  changes = $state.raw<Schemas['ChangesView'] | null>(null)
  refused = $state.raw<Refused | null>(null)

  readonly #production: string
  #asked = ''

  constructor(production: string) {
    this.#production = production
  }

  /** Loads the changes from version `from` to `n`, and `from` itself where `whole`. */
  async show(n: number, from: number | null, whole: boolean): Promise<void> {
    const asked = `${from}-${n}-${whole}`
    if (asked === this.#asked) return
    this.#asked = asked
    this.other = this.changes = null
    if (!n || from === null) return
    const id = this.#production
    try {
      const [changes, other] = await Promise.all([
        dataOf(
          api.GET('/v1/productions/{id}/versions/{n}/changes', {
            params: { path: { id, n }, query: { from } },
          }),
        ),
        whole
          ? dataOf(api.GET('/v1/productions/{id}/versions/{n}', { params: { path: { id, n: from } } }))
          : null,
      ])
      if (asked !== this.#asked) return
      this.changes = changes
      this.other = other
      this.refused = null
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      this.#asked = ''
      this.refused = error
    }
  }
}
