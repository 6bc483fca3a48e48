// Comments along the bar of a film: where they stand, those too near to each other as one.
import { starts, type Timed } from './frames'

type Named = Timed & { readonly id: string }
type Said = {
  readonly cut: string | null
  readonly frame: number | null
  readonly resolved: boolean
}
export type Mark<Comment> = {
  /** Share of the film before the first of them. */
  readonly at: number
  readonly comments: readonly [Comment, ...Comment[]]
}

/** The open comments on the cuts of a film; `apart`: the least share of it between two marks. */
export function commentMarks<Comment extends Said>(
  comments: readonly Comment[],
  cuts: readonly Named[],
  apart: number,
): Mark<Comment>[] {
  const begins = starts(cuts)
  const total = begins.at(-1) || 1
  const placed = comments
    .flatMap((comment) => {
      const index = cuts.findIndex((cut) => cut.id === comment.cut)
      if (index < 0 || comment.resolved) return []
      return [{ comment, at: ((begins[index] ?? 0) + (comment.frame ?? 0)) / total }]
    })
    .toSorted((one, other) => one.at - other.at)
  const marks: Mark<Comment>[] = []
  for (const { comment, at } of placed) {
    const last = marks.at(-1)
    if (last && at - last.at < apart) marks[marks.length - 1] = { at: last.at, comments: [...last.comments, comment] }
    else marks.push({ at, comments: [comment] })
  }
  return marks
}
