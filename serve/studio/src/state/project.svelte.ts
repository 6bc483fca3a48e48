// The directions of one order: loaded, followed by their events, picked, and further ones ordered.
import { api, dataOf, once, type Schemas } from '../api/client'
import { type Event, onConnection, onEvent } from '../api/stream'
import { Asking } from './asking.svelte'

const RELOAD_MS = 200
const QUIET = new Set(['clip.progress', 'film.progress', 'take.progress'])

export class ProjectState extends Asking {
  readonly id: string
  project = $state.raw<Schemas['ProjectView'] | null>(null)
  contes = $state<Record<string, Schemas['Conte']>>({})
  /** What is known of a direction before its conte is whole. */
  treatments = $state<Record<string, Schemas['Treatment']>>({})

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
    const path = { id, n: 1 }
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
