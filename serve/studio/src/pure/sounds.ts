// Recordings of one's own on the timeline: where each stands, and where the next one lands.
import type { Schemas } from '../api/client'
import { cutAt, starts, type Timed } from './frames'

type Whole = Schemas['Sound']
/** The API leaves out what is as it would be anyway. */
export type Sound = Pick<Whole, 'id' | 'kind' | 'upload' | 'frame'> & Partial<Whole>
export type Kind = Whole['kind']
type Sounding = Timed & { readonly id: string; readonly number: number; readonly sounds?: readonly Sound[] }
/** A frame of a cut, by the cut's id. */
export type Landing = { readonly cut: string; readonly frame: number }

export const KINDS: readonly Kind[] = ['na', 'bgm', 'se']
export const LEAST_DB = -60
export const MOST_DB = 12
/** Samples a second of every recording. */
const RATE = 48_000
/** What `POST /v1/sounds` takes, by the ends of names: browsers disagree about the types. */
const TYPES: Readonly<Record<string, string>> = {
  '.wav': 'audio/wav', '.mp3': 'audio/mpeg', '.m4a': 'audio/mp4', '.aac': 'audio/aac',
  '.flac': 'audio/flac', '.ogg': 'audio/ogg', '.oga': 'audio/ogg', '.opus': 'audio/ogg',
}
export const ENDS = Object.keys(TYPES)

/** The media type that a file is sent as; null: it is not even sent. */
export function typeOf(name: string): string | null {
  return TYPES[/\.[a-z0-9]+$/.exec(name.toLowerCase())?.[0] ?? ''] ?? null
}

export type Block = {
  readonly sound: Sound
  /** The cut that it begins in. */
  readonly cut: Sounding
  /** In frames of the film. */
  readonly start: number
  readonly num_frames: number
  /** From 0; blocks of one lane do not overlap. */
  readonly lane: number
}

/** Where each recording is heard: to its end, its choice or the film's end. */
export function blocksOf(cuts: readonly Sounding[], fps: number): Block[] {
  const begins = starts(cuts)
  const total = begins.at(-1) ?? 0
  const found = cuts.flatMap((cut, index) =>
    (cut.sounds ?? []).map((sound) => {
      const start = (begins[index] ?? 0) + Math.min(sound.frame, cut.num_frames - 1)
      const there = Math.floor(((sound.num_samples ?? 0) * fps) / RATE) - (sound.skip ?? 0)
      const num_frames = Math.max(1, Math.min(there, sound.lasts ?? there, total - start))
      return { sound, cut, start, num_frames }
    }),
  )
  return inLanes(found)
}

/** Narration above music above effects, in as few lanes as keep two of one lane apart. */
function inLanes(found: readonly Omit<Block, 'lane'>[]): Block[] {
  const blocks: Block[] = []
  let first = 0
  for (const kind of KINDS) {
    const ends: number[] = []
    const own = found.filter((one) => one.sound.kind === kind).sort((a, b) => a.start - b.start)
    for (const one of own) {
      const free = ends.findIndex((end) => end <= one.start)
      const lane = free < 0 ? ends.length : free
      ends[lane] = one.start + one.num_frames
      blocks.push({ ...one, lane: first + lane })
    }
    first += ends.length
  }
  return blocks
}

/** The cut and its frame that a frame of the film is. */
export function landing(cuts: readonly Sounding[], frame: number): Landing {
  const index = cutAt(cuts, frame)
  const cut = cuts[index]
  const within = frame - (starts(cuts)[index] ?? 0)
  return { cut: cut?.id ?? '', frame: Math.max(0, Math.min(within, (cut?.num_frames ?? 1) - 1)) }
}

type Pictured = Timed & { readonly id: string; readonly start?: number }

/** The frame of the draft that shows what a frame of the film shows, or the nearest one. */
export function inDraft(film: readonly Pictured[], draft: readonly Pictured[], frame: number): number {
  const total = starts(draft).at(-1) ?? 0
  const index = cutAt(film, frame)
  const shown = film[index]
  const at = draft.findIndex((cut) => cut.id === shown?.id)
  const there = draft[at]
  if (!shown || !there) return Math.max(0, Math.min(frame, total - 1))
  const within = frame - (starts(film)[index] ?? 0) + (shown.start ?? 0) - (there.start ?? 0)
  return (starts(draft)[at] ?? 0) + Math.max(0, Math.min(within, there.num_frames - 1))
}
