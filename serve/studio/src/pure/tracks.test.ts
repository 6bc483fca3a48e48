import { expect, test } from 'vitest'
import { captionBars, musicBars, saidBars } from './tracks'

const cut = (id: string, num_frames: number, more: object = {}) => ({
  id, num_frames, narration: '', dialogue: [], caption: '', music: '', ...more,
})

test('music that goes on is one piece, and silence between makes two', () => {
  const song = { music: '피아노' }
  const cuts = [cut('a', 10, song), cut('b', 20, song), cut('c', 30), cut('d', 40, song)]
  expect(musicBars(cuts).map(({ start, num_frames }) => [start, num_frames])).toEqual([[0, 30], [60, 40]])
})

test('what is said is as long as it takes, and within its cut', () => {
  const cuts = [cut('a', 30, { narration: '짧다' }), cut('b', 30, { dialogue: [{ speaker: '남', text: '길다' }] })]
  const bars = saidBars(cuts, { a: 12, b: 45 })
  expect(bars.map(({ start, num_frames, over }) => [start, num_frames, over])).toEqual([
    [0, 12, false],
    [30, 30, true],
  ])
  expect(bars[1]?.text).toBe('남: 길다')
})

test('captions stand as long as their cuts', () => {
  expect(captionBars([cut('a', 5), cut('b', 7, { caption: '지금' })])).toEqual([
    { id: 'b', text: '지금', start: 5, num_frames: 7, over: false },
  ])
})
