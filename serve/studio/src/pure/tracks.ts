// What is heard and read under the cuts, as bars on the timeline.
import { starts, type Timed } from './frames'

type Sounding = Timed & {
  readonly id: string
  readonly narration?: string
  readonly dialogue: readonly { readonly speaker: string; readonly text: string }[]
  readonly caption?: string
  readonly music?: string
}

export type Bar = {
  readonly id: string
  readonly text: string
  readonly start: number
  readonly num_frames: number
  /** The words take longer than the cut lasts. */
  readonly over: boolean
}

/** Narration and dialogue: as long as they take to say, where that is known. */
export function saidBars(cuts: readonly Sounding[], said: Readonly<Record<string, number>>): Bar[] {
  const begins = starts(cuts)
  return cuts.flatMap((cut, index) => {
    const lines = [cut.narration, ...cut.dialogue.map((line) => `${line.speaker}: ${line.text}`)]
    const text = lines.filter(Boolean).join(' / ')
    if (!text) return []
    const takes = said[cut.id] ?? cut.num_frames
    const num_frames = Math.max(1, Math.min(Math.round(takes), cut.num_frames))
    return [{ id: cut.id, text, start: begins[index] ?? 0, num_frames, over: takes > cut.num_frames }]
  })
}

export function captionBars(cuts: readonly Sounding[]): Bar[] {
  const begins = starts(cuts)
  return cuts.flatMap((cut, index) =>
    cut.caption
      ? [{ id: cut.id, text: cut.caption, start: begins[index] ?? 0, num_frames: cut.num_frames, over: false }]
      : [],
  )
}

/** Music: cuts that follow each other and have the same are one piece. */
export function musicBars(cuts: readonly Sounding[]): Bar[] {
  const begins = starts(cuts)
  const bars: Bar[] = []
  let before = ''
  for (const [index, cut] of cuts.entries()) {
    const text = cut.music ?? ''
    const last = bars.at(-1)
    if (text && text === before && last) {
      bars[bars.length - 1] = { ...last, num_frames: last.num_frames + cut.num_frames }
    } else if (text) {
      bars.push({ id: cut.id, text, start: begins[index] ?? 0, num_frames: cut.num_frames, over: false })
    }
    before = text
  }
  return bars
}
