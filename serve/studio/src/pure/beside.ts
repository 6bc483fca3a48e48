// Two versions side by side, kept together by cut: the same cut at the same frame of its own.
import { cutAt, starts, type Timed } from './frames'

export type Named = Timed & { readonly id: string }

/** A frame of another film, and whether its cut goes on there. */
export type Beside = { readonly frame: number; readonly goesOn: boolean }

/** Where the other film stands when this one shows `frame`; null where it has no such cut. */
export function beside(cuts: readonly Named[], others: readonly Named[], frame: number): Beside | null {
  const index = cutAt(cuts, frame)
  const at = others.findIndex((one) => one.id === cuts[index]?.id)
  const other = others[at]
  if (!other) return null
  const within = frame - (starts(cuts)[index] ?? 0)
  return {
    frame: (starts(others)[at] ?? 0) + Math.min(within, other.num_frames - 1),
    goesOn: within < other.num_frames - 1,
  }
}

export type Pair<Cut> = { readonly id: string; readonly before: Cut | null; readonly after: Cut | null }

/** Every cut of both versions, in the order of the later one; those that were removed come last. */
export function pairs<Cut extends { readonly id: string }>(
  before: readonly Cut[],
  after: readonly Cut[],
): Pair<Cut>[] {
  const earlier = new Map(before.map((cut) => [cut.id, cut]))
  const later = new Set(after.map((cut) => cut.id))
  return [
    ...after.map((cut) => ({ id: cut.id, before: earlier.get(cut.id) ?? null, after: cut })),
    ...before.filter((cut) => !later.has(cut.id)).map((cut) => ({ id: cut.id, before: cut, after: null })),
  ]
}
