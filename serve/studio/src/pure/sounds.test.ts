import { expect, test } from 'vitest'
import { blocksOf, inDraft, landing, typeOf, type Kind, type Sound } from './sounds'

const FPS = 25
const sound = (id: string, kind: Kind, frame: number, frames: number, more: Partial<Sound> = {}): Sound => ({
  id, kind, frame, upload: `sounds/${id}.flac`, name: `${id}.wav`, num_samples: (frames * 48_000) / FPS,
  gain_db: 0, skip: 0, lasts: null, ...more,
})
const cut = (number: number, num_frames: number, sounds: Sound[] = [], start = 0) => ({
  id: `c_${number}`, number, num_frames, sounds, start,
})

test('a recording rings on over cuts, and ends with itself, its choice or the film', () => {
  const cuts = [
    cut(1, 50, [sound('a', 'bgm', 0, 500), sound('b', 'na', 40, 30)]),
    cut(2, 50, [sound('c', 'na', 45, 90, { skip: 10, lasts: 3 }), sound('d', 'se', 99, 5)]),
  ]
  expect(blocksOf(cuts, FPS).map((one) => [one.sound.id, one.start, one.num_frames])).toEqual([
    ['b', 40, 30],
    ['c', 95, 3],
    ['a', 0, 100],
    ['d', 99, 1],
  ])
})

test('two of a kind that overlap lie in two lanes, and kinds never share one', () => {
  const cuts = [
    cut(1, 100, [
      sound('a', 'na', 0, 40), sound('b', 'na', 30, 40), sound('c', 'na', 40, 10), sound('d', 'se', 90, 5),
    ]),
  ]
  expect(blocksOf(cuts, FPS).map((one) => [one.sound.id, one.lane])).toEqual([
    ['a', 0],
    ['b', 1],
    ['c', 0],
    ['d', 2],
  ])
})

test('a frame of the film lands on a frame of a cut, never beyond its last one', () => {
  const cuts = [cut(1, 50), cut(2, 30)]
  expect(landing(cuts, 0)).toEqual({ cut: 'c_1', frame: 0 })
  expect(landing(cuts, 50)).toEqual({ cut: 'c_2', frame: 0 })
  expect(landing(cuts, 500)).toEqual({ cut: 'c_2', frame: 29 })
})

test('the playhead stands on the same picture in a draft that was reordered and trimmed', () => {
  const film = [cut(1, 50), cut(2, 30), cut(3, 20)]
  const draft = [cut(2, 20, [], 10), cut(1, 60)]
  expect(inDraft(film, film, 55)).toBe(55)
  expect(inDraft(film, draft, 10)).toBe(30)
  expect(inDraft(film, draft, 65)).toBe(5)
  // Its picture was trimmed away, or its cut removed: the nearest frame.
  expect(inDraft(film, draft, 52)).toBe(0)
  expect(inDraft(film, draft, 99)).toBe(79)
})

test('files are known by the ends of their names', () => {
  expect(['목소리.WAV', 'a.b.mp3', 'x.opus'].map(typeOf)).toEqual(['audio/wav', 'audio/mpeg', 'audio/ogg'])
  expect(['a.txt', 'wav', 'a.wav.exe'].map(typeOf)).toEqual([null, null, null])
})
