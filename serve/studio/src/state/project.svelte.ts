// The directions of one order: loaded, followed by their events, picked, and further ones ordered.
import { api, dataOf, once, type Schemas } from '../api/client'
import { counterpart } from '../pure/directions'
import { type Event, onConnection, onEvent } from '../api/stream'
import { Asking } from './asking.svelte'

const RELOAD_MS = 200
/** The version that a direction is shown by. */
const FIRST = 1
const QUIET = new Set(['clip.progress', 'film.progress', 'take.progress'])

export class ProjectState extends Asking {
  readonly id: string
  project = $state.raw<Schemas['ProjectView'] | null>(null)
  contes = $state<Record<string, Schemas['Conte']>>({})
  /** What is known of a direction before its conte is whole. */
  treatments = $state<Record<string, Schemas['Treatment']>>({})

  /** The number of the cut that a lent one took the place of, by direction and id. */
  lent = $state<Record<string, number>>({})

  #timer: ReturnType<typeof setTimeout> | undefined
  readonly #stops: (() => void)[]

  constructor(id: string) {
    super()
    this.id = id
    this.#stops = [
      onEvent((event) => this.#hear(event)),
      onConnection((connected) => {
        if (connected) this.#soon()
      }),
    ]
    void this.load()
  }

  close(): void {
    clearTimeout(this.#timer)
    for (const stop of this.#stops) stop()
  }

  async load(): Promise<void> {
    await this.attempt(async () => {
      const project = await dataOf(
        api.GET('/v1/projects/{id}', { params: { path: { id: this.id } } }),
      )
      this.project = project
      const written = project.directions.filter((one) => one.version && !this.contes[one.id])
      await Promise.all(written.map((one) => this.#read(one.id)))
    })
  }

  /** The direction that goes on. */
  get picked(): Schemas['ProductionView'] | null {
    return this.project?.directions.find((one) => one.direction?.picked) ?? null
  }

  /** Puts a cut of another direction into the draft of the picked one. */
  lend(id: string, cut: Schemas['Cut']): Promise<boolean> {
    return this.attempt(async () => {
      const [to, conte] = [this.picked, this.contes[id]]
      if (!to || !conte) return
      const params = { path: { id: to.id } }
      const { cuts } = (await dataOf(api.GET('/v1/productions/{id}/draft', { params }))).conte
      const at = counterpart(cut.number - 1, conte.cuts.length, cuts.length)
      const gone = cuts[at]
      if (!gone) return
      const borrow = {
        op: 'borrow' as const, production: id, version: FIRST, cuts: [cut.id],
        after: cuts[at - 1]?.id ?? null, replacing: [gone.id],
      }
      const body = { operations: [borrow], causes: [] }
      await dataOf(api.POST('/v1/productions/{id}/draft/operations', { params, body }))
      this.lent[`${id} ${cut.id}`] = gone.number
    })
  }

  pick(id: string): Promise<boolean> {
    return this.attempt(async () => {
      this.project = await dataOf(
        api.POST('/v1/productions/{id}/pick', { params: { path: { id } } }),
      )
    })
  }

  /** Orders a direction like another, with what should differ. */
  another(id: string, differ: string): Promise<boolean> {
    return this.attempt(async () => {
      await dataOf(
        api.POST('/v1/productions/{id}/directions', {
          params: { path: { id }, header: once() },
          body: { differ },
        }),
      )
      await this.load()
    })
  }

  async #read(id: string): Promise<void> {
    const path = { id, n: FIRST }
    const version = await dataOf(
      api.GET('/v1/productions/{id}/versions/{n}', { params: { path } }),
    )
    this.contes[id] = version.conte
  }

  #hear(event: Event): void {
    if (event.event === 'conte.treated') this.treatments[event.production] = event.data.treatment
    if (!QUIET.has(event.event)) this.#soon()
  }

  #soon(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.load(), RELOAD_MS)
  }
}
