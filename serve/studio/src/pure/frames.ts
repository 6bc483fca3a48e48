// Frames and seconds. A film is counted in frames; seconds are only ever shown.

export type Timed = { readonly num_frames: number }

/** The first frame of each cut, and at last the film's length. */
export function starts(cuts: readonly Timed[]): number[] {
  const found = [0]
  for (const cut of cuts) found.push((found.at(-1) ?? 0) + cut.num_frames)
  return found
}

/** The index of the cut that shows a frame; the last cut beyond the end. */
export function cutAt(cuts: readonly Timed[], frame: number): number {
  const begins = starts(cuts)
  for (let index = cuts.length - 1; index > 0; index--) {
    if ((begins[index] ?? 0) <= frame) return index
  }
  return 0
}

/** The share of a frame that a time may come early: browsers cut times off after microseconds. */
const EARLY = 0.01

/** The frame that a video shows at a time, `fps` a second. */
export function frameAt(seconds: number, fps: number): number {
  return Math.max(0, Math.floor(seconds * fps + EARLY))
}

/** The time to seek to so that a frame is shown: its middle, since its edge shows the one before. */
export function timeOf(frame: number, fps: number): number {
  return (frame + 0.5) / fps
}

/** A part of a film as an address names it, `12-40`: its first and its last frame. */
export function spanOf(text: string | null): readonly [number, number] | null {
  const found = /^(\d+)-(\d+)$/.exec(text ?? '')
  const [first, last] = [Number(found?.[1]), Number(found?.[2])]
  return first <= last ? [first, last] : null
}

/** `00:12:07`: minutes, seconds, frames. */
export function timeCode(frame: number, fps: number): string {
  const two = (value: number) => String(value).padStart(2, '0')
  const seconds = Math.floor(frame / fps)
  return `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}:${two(frame % fps)}`
}
