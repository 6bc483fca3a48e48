// Where the film stands: one frame of one version, and the cut that it belongs to.
import type { Place } from '../pure/pins'
import { cutAt, starts } from '../pure/frames'
import type { ProductionState } from './production.svelte'

type Span = readonly [first: number, last: number]

export class Player {
  frame = $state(0)
  playing = $state(false)
  /** Frames a second, over those of the film: 1, 2, or -1 and -2 backward. */
  speed = $state(1)
  /** What plays again and again; null for the whole film. */
  span = $state.raw<Span | null>(null)
  /** Where the next comment points to, on the picture that is shown. */
  pin = $state.raw<Place | null>(null)
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

  get last(): number {
    return Math.max(this.total - 1, 0)
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

  get looping(): boolean {
    return this.span !== null
  }

  choose(cut: string, within = 0): void {
    this.chosen = within ? null : cut
    const index = this.cuts.findIndex((one) => one.id === cut)
    if (index >= 0) this.seek((starts(this.cuts)[index] ?? 0) + within)
  }

  step(frames: number): void {
    this.playing = false
    this.chosen = null
    this.seek(Math.min(Math.max(this.frame + frames, 0), this.last))
  }

  jump(cuts: number): void {
    const begins = starts(this.cuts)
    const index = Math.min(Math.max(this.index + cuts, 0), this.cuts.length - 1)
    this.chosen = null
    this.seek(begins[index] ?? 0)
  }

  /** Plays on or back; the same again plays twice as fast. */
  run(direction: 1 | -1): void {
    this.chosen = null
    this.speed = this.playing && Math.sign(this.speed) === direction ? 2 * direction : direction
    this.playing = true
  }

  turn(): void {
    if (this.playing) {
      this.playing = false
      return
    }
    this.speed = 1
    this.chosen = null
    this.playing = true
  }

  /** Begins or ends what is looped at the frame that is shown. */
  mark(end: 'in' | 'out'): void {
    const [first, last] = this.span ?? [0, this.last]
    if (end === 'in') this.span = [this.frame, Math.max(last, this.frame)]
    else this.span = [Math.min(first, this.frame), this.frame]
  }

  loopCut(): void {
    const begins = starts(this.cuts)
    const at = this.chosen ? this.cuts.findIndex((one) => one.id === this.chosen) : this.index
    this.span = this.span ? null : [begins[at] ?? 0, (begins[at + 1] ?? this.total) - 1]
  }
}
