// Where the film stands: one frame of one version, and the cut that it belongs to.
import { cutAt, starts } from '../pure/frames'
import type { ProductionState } from './production.svelte'

export class Player {
  frame = $state(0)
  playing = $state(false)
  looping = $state(false)
  /** The id of the cut that is worked on; the one under the playhead unless a person chose. */
  chosen = $state<string | null>(null)

  readonly #state: ProductionState
  /** Moves the video; set by whoever shows it. */
  seek: (frame: number) => void = (frame) => (this.frame = frame)

  constructor(state: ProductionState) {
    this.#state = state
  }

  /** The cuts of the film that plays: those of a version, never of the draft. */
  get cuts() {
    return this.#state.version?.conte.cuts ?? []
  }

  get total(): number {
    return starts(this.cuts).at(-1) ?? 0
  }

  get index(): number {
    return this.cuts.length ? cutAt(this.cuts, this.frame) : 0
  }

  get cut(): string | null {
    return this.chosen ?? this.cuts[this.index]?.id ?? null
  }

  /** The frame within its cut. */
  get within(): number {
    return this.frame - (starts(this.cuts)[this.index] ?? 0)
  }

  choose(cut: string): void {
    this.chosen = cut
    const index = this.cuts.findIndex((one) => one.id === cut)
    if (index >= 0) this.seek(starts(this.cuts)[index] ?? 0)
  }

  step(frames: number): void {
    this.playing = false
    this.chosen = null
    this.seek(Math.min(Math.max(this.frame + frames, 0), Math.max(this.total - 1, 0)))
  }

  jump(cuts: number): void {
    const begins = starts(this.cuts)
    const index = Math.min(Math.max(this.index + cuts, 0), this.cuts.length - 1)
    this.chosen = null
    this.seek(begins[index] ?? 0)
  }
}
