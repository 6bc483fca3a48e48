// Which lengths and ratios a version is offered in, and what a crop shows of a still.
import type { Schemas } from '../api/client'

export type Format = Schemas['Format']
export type Ratio = Format['aspect_ratio']
export const RATIOS: readonly Ratio[] = ['16:9', '9:16', '1:1', '4:5']
const LENGTHS_S = [6, 15, 30]

/** The usual lengths that are shorter than the film, and its own. */
export function lengthsOf(duration_s: number): number[] {
  return [...LENGTHS_S.filter((length) => length < duration_s), duration_s]
}

export function sameFormat(one: Format, other: Format): boolean {
  return one.duration_s === other.duration_s && one.aspect_ratio === other.aspect_ratio
}

/** The formats with one more, or without it. */
export function turned(formats: readonly Format[], one: Format): Format[] {
  const left = formats.filter((other) => !sameFormat(one, other))
  return left.length < formats.length ? left : [...formats, one]
}

type Window = { readonly left: number; readonly top: number; readonly width: number; readonly height: number }

/** Where a still stands in a frame that shows the window only, in per cent of the frame. */
export function cropOf(window: Window | null): { left: number; top: number; width: number; height: number } {
  const { left, top, width, height } = window ?? { left: 0, top: 0, width: 1, height: 1 }
  return {
    left: (-100 * left) / width,
    top: (-100 * top) / height,
    width: 100 / width,
    height: 100 / height,
  }
}
