// One production as it is now: loaded once, then followed by its events; its draft, edited in order.
import { api, dataOf, once, Refused, type Schemas } from '../api/client'
import { type Event, onConnection, onEvent } from '../api/stream'
import { remaining } from '../pure/pace'

export type Cut = Schemas['Cut']
export type Operation = Schemas['Changes']['operations'][number]
type Production = Schemas['ProductionView']
type Version = Schemas['VersionView']
type Draft = Schemas['DraftView']

const RELOAD_MS = 150
const LOOK_MS = 100

export class ProductionState {
  readonly id: string
  production = $state.raw<Production | null>(null)
  /** The version that is looked at: the newest, or an older one, which is not edited. */
  version = $state.raw<Version | null>(null)
  versions = $state.raw<Schemas['VersionsView']['versions']>([])
  draft = $state.raw<Draft | null>(null)
  quote = $state.raw<Schemas['QuoteView'] | null>(null)
  /** Cuts that were written while no version is there yet. */
  arriving = $state.raw<readonly Cut[]>([])
  treatment = $state.raw<Schemas['Treatment'] | null>(null)
  /** The share of each clip that is rendered, by the number of its cut. */
  progress = $state<Record<number, number>>({})
  saving = $state(0)
  refused = $state.raw<Refused | null>(null)
  conflicted = $state(false)
  /** Rises with every event of this production: what else is loaded follows it. */
  changed = $state(0)
  /** Rises with every comment that somebody writes, resolves or opens again. */
  commented = $state(0)

  /** When a clip's progress was first heard of, and how far it was. */
  readonly #paces = new Map<number, { at: number; from: number }>()
  #wanted: number | null
  #lost = false
  #last: Promise<unknown> = Promise.resolve()
  #timer: ReturnType<typeof setTimeout> | undefined
  #looking: ReturnType<typeof setTimeout> | undefined
  readonly #stops: (() => void)[] = []

  constructor(id: string, version: number | null) {
    this.id = id
    this.#wanted = version
    this.#stops.push(
      onEvent((event) => this.#hear(event)),
      onConnection((connected) => {
        if (connected) this.#resume()
        else this.#lost = true
      }),
    )
    void this.load()
  }

  close(): void {
    clearTimeout(this.#timer)
    clearTimeout(this.#looking)
    for (const stop of this.#stops) stop()
  }

  get newest(): boolean {
    return this.version === null || this.version.number === this.production?.version
  }

  get running(): boolean {
    return ['queued', 'writing', 'rendering', 'editing'].includes(this.production?.state ?? '')
  }

  /** The cuts that the board shows: of the draft, of an older version, or those just written. */
  get cuts(): readonly Cut[] {
    const conte = this.newest ? (this.draft?.conte ?? this.version?.conte) : this.version?.conte
    return conte?.cuts ?? this.arriving
  }

  get brief(): Schemas['Brief'] | null {
    return this.version?.brief ?? this.production?.brief ?? null
  }

  get edits(): number {
    return this.draft?.num_operations ?? 0
  }

  /** Seconds until a clip is rendered, by how fast it went so far; null: not known yet. */
  left(cut: number): number | null {
    const [pace, done] = [this.#paces.get(cut), this.progress[cut] ?? 0]
    if (!pace || done >= 1) return null
    return remaining(pace.from, done, (Date.now() - pace.at) / 1000)
  }

  fate(cut: string): Schemas['FateView'] | null {
    return this.draft?.clips.find((clip) => clip.cut === cut) ?? null
  }

  /** What was made of a cut, wherever the draft has moved it. */
  made(cut: Cut): Schemas['CutView'] | null {
    if (!this.production) return null
    if (!this.newest) return this.version?.cuts.find((view) => view.cut === cut.number) ?? null
    const own = this.version?.conte.cuts.find((known) => known.id === cut.id)
    const number = own?.number ?? (this.version ? null : cut.number)
    return this.production.cuts.find((view) => view.cut === number) ?? null
  }

  show(version: number | null): void {
    this.#wanted = version
    void this.load()
  }

  async load(): Promise<void> {
    const path = { id: this.id }
    try {
      const production = await dataOf(api.GET('/v1/productions/{id}', { params: { path } }))
      const wanted = this.#wanted ?? production.version
      if (production.version > 0) {
        const newest = wanted === production.version
        const [version, versions, draft] = await Promise.all([
          dataOf(
            api.GET('/v1/productions/{id}/versions/{n}', { params: { path: { ...path, n: wanted } } }),
          ),
          dataOf(api.GET('/v1/productions/{id}/versions', { params: { path } })),
          newest ? this.#draft() : Promise.resolve(this.draft),
        ])
        this.version = version
        this.versions = versions.versions
        this.draft = draft
      }
      this.production = production
      this.refused = null
    } catch (error) {
      this.#refuse(error)
    }
  }

  /** Applies operations to the draft, after those that were asked for before. */
  apply(operations: readonly Operation[], causes: readonly string[] = []): Promise<boolean> {
    return this.#inOrder(async () => {
      const path = { id: this.id }
      this.#change(
        await dataOf(
          api.POST('/v1/productions/{id}/draft/operations', {
            params: { path },
            body: { operations: [...operations], causes: [...causes] },
          }),
        ),
      )
    })
  }

  edit(cut: Cut, field: Schemas['Edit']['field'], after: unknown): Promise<boolean> {
    const before = cut[field as keyof Cut]
    if (JSON.stringify(before) === JSON.stringify(after)) return Promise.resolve(true)
    return this.apply([{ op: 'edit', cut: cut.id, field, before, after } as Operation])
  }

  undo(): Promise<boolean> {
    return this.#inOrder(async () => {
      this.#change(
        await dataOf(
          api.POST('/v1/productions/{id}/draft/undo', { params: { path: { id: this.id } } }),
        ),
      )
    })
  }

  redo(): Promise<boolean> {
    return this.#inOrder(async () => {
      this.#change(
        await dataOf(
          api.POST('/v1/productions/{id}/draft/redo', { params: { path: { id: this.id } } }),
        ),
      )
    })
  }

  drop(): Promise<boolean> {
    return this.#inOrder(async () => {
      await dataOf(api.DELETE('/v1/productions/{id}/draft', { params: { path: { id: this.id } } }))
      this.draft = await this.#draft()
    })
  }

  async ask(): Promise<void> {
    if (!this.edits) {
      this.quote = null
      return
    }
    try {
      this.quote = await dataOf(
        api.POST('/v1/productions/{id}/draft/quote', { params: { path: { id: this.id } } }),
      )
    } catch (error) {
      this.quote = null
      this.#refuse(error)
    }
  }

  /** Makes the next version of the draft, as it was quoted. */
  seal(message: string): Promise<boolean> {
    return this.#inOrder(async () => {
      const quote = this.quote?.hash ?? null
      await dataOf(
        api.POST('/v1/productions/{id}/versions', {
          params: { path: { id: this.id }, header: once() },
          body: { message, quote, operations: [], causes: [] },
        }),
      )
      this.quote = null
      this.#wanted = null
      await this.load()
    })
  }

  async cancel(): Promise<void> {
    await this.#try(() =>
      dataOf(api.DELETE('/v1/productions/{id}', { params: { path: { id: this.id } } })),
    )
    await this.load()
  }

  async retry(cut: number): Promise<void> {
    const n = this.production?.version ?? 1
    await this.#try(() =>
      dataOf(
        api.POST('/v1/productions/{id}/versions/{n}/cuts/{k}/retry', {
          params: { path: { id: this.id, n, k: cut } },
        }),
      ),
    )
    await this.load()
  }

  /** Shows a change at once, and what follows from it (findings, clips) when no other one comes. */
  #change(changed: Schemas['ChangedDraftView']): void {
    if (this.draft) this.draft = { ...this.draft, ...changed }
    clearTimeout(this.#looking)
    this.#looking = setTimeout(() => void this.#look(), LOOK_MS)
  }

  async #look(): Promise<void> {
    try {
      const draft = await this.#draft()
      // A change that came meanwhile looks for itself.
      if (draft.revision === this.draft?.revision) this.draft = draft
    } catch (error) {
      this.#refuse(error)
    }
  }

  #draft(): Promise<Draft> {
    return dataOf(api.GET('/v1/productions/{id}/draft', { params: { path: { id: this.id } } }))
  }

  /** One change at a time: the second click's `before` is what the first one left. */
  #inOrder(change: () => Promise<void>): Promise<boolean> {
    this.saving += 1
    const done = this.#last.then(async () => {
      try {
        await change()
        this.refused = null
        this.conflicted = false
        return true
      } catch (error) {
        const conflict = error instanceof Refused && error.status === 409
        if (conflict) await this.load()
        this.conflicted = conflict
        this.#refuse(error)
        return false
      } finally {
        this.saving -= 1
      }
    })
    this.#last = done
    return done
  }

  async #try(ask: () => Promise<unknown>): Promise<void> {
    try {
      await ask()
    } catch (error) {
      this.#refuse(error)
    }
  }

  #refuse(error: unknown): void {
    if (!(error instanceof Refused)) throw error
    this.refused = error
  }

  #hear(event: Event): void {
    if (event.production !== this.id) return
    switch (event.event) {
      case 'conte.started':
        this.arriving = []
        break
      case 'conte.treated':
        this.treatment = event.data.treatment
        break
      case 'cut.written':
        this.arriving = [...this.arriving, event.data.cut]
        break
      case 'clip.progress':
        this.#pace(event.data.cut, event.data.progress)
        return
      case 'film.progress':
        return
      case 'comment.added':
      case 'comment.changed':
        this.commented += 1
        return
      case 'version.reviewed':
        this.changed += 1
        return
    }
    this.changed += 1
    this.#soon()
  }

  #pace(cut: number, done: number): void {
    // What goes back has begun anew.
    if (!this.#paces.has(cut) || done < (this.progress[cut] ?? 0)) {
      this.#paces.set(cut, { at: Date.now(), from: done })
    }
    this.progress[cut] = done
  }

  #resume(): void {
    if (this.#lost) {
      // Events may have passed unheard, and what else is loaded follows these.
      this.#lost = false
      this.changed += 1
      this.commented += 1
    }
    this.#soon()
  }

  #soon(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.load(), RELOAD_MS)
  }
}
