// What a boundary between two cuts costs where it is dragged to: renders, and words without time.

export type Trimmed = {
  readonly num_frames: number
  /** Frames that every clip of the cut has before it and after it; null: it is rendered anyway. */
  readonly before: number | null
  readonly after: number | null
  /** Frames that narration and dialogue take. */
  readonly said: number
}

/** `render`: from here on a clip is too short. `words`: from here on they no longer fit. */
export type Mark = { readonly by: number; readonly what: 'render' | 'words'; readonly of: 'left' | 'right' }

/** Where something begins to cost, as frames that the boundary is moved by; negative: to the left. */
export function marksOf(left: Trimmed, right: Trimmed): Mark[] {
  const marks: Mark[] = []
  if (left.after !== null) marks.push({ by: left.after + 1, what: 'render', of: 'left' })
  if (right.before !== null) marks.push({ by: -right.before - 1, what: 'render', of: 'right' })
  if (left.said && left.said <= left.num_frames) {
    marks.push({ by: left.said - left.num_frames - 1, what: 'words', of: 'left' })
  }
  if (right.said && right.said <= right.num_frames) {
    marks.push({ by: right.num_frames - right.said + 1, what: 'words', of: 'right' })
  }
  return marks
}

/** What is passed when the boundary is moved by so many frames. */
export function passed(marks: readonly Mark[], by: number): Mark[] {
  return marks.filter((mark) => (mark.by > 0 ? by >= mark.by : mark.by < 0 && by <= mark.by))
}

type Clip = { readonly cut: string; readonly before?: number | null; readonly after?: number | null }

/** A cut's frames to spare: the least of its clips, of all tiers. */
export function spare(clips: readonly Clip[], cut: string): Pick<Trimmed, 'before' | 'after'> {
  const own = clips.filter((clip) => clip.cut === cut)
  return { before: least(own.map((clip) => clip.before)), after: least(own.map((clip) => clip.after)) }
}

function least(values: readonly (number | null | undefined)[]): number | null {
  const known = values.filter((value) => value != null)
  return known.length ? Math.min(...known) : null
}
