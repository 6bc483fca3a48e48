import { expect, test } from 'vitest'
import { cutAt, frameAt, starts, timeCode, timeOf, spanOf } from './frames'

const cuts = [{ num_frames: 48 }, { num_frames: 72 }, { num_frames: 24 }]

test('each cut begins where the one before ends', () => {
  expect(starts(cuts)).toEqual([0, 48, 120, 144])
})

test('a frame belongs to the cut that shows it, and one beyond the end to the last', () => {
  expect([0, 47, 48, 119, 120, 143, 144, 999].map((frame) => cutAt(cuts, frame))).toEqual([
    0, 0, 1, 1, 2, 2, 2, 2,
  ])
})

test.each([24, 25, 30])('a frame is found again at the time that is sought for it, at %i a second', (fps) => {
  for (let frame = 0; frame < 1800; frame++) expect(frameAt(timeOf(frame, fps), fps)).toBe(frame)
})

test.each([24, 25, 30])('a frame is known by its own time, cut off after microseconds, at %i a second', (fps) => {
  for (let frame = 0; frame < 1800; frame++) {
    expect(frameAt(Math.floor((frame / fps) * 1e6) / 1e6, fps)).toBe(frame)
  }
})

test('a part of a film is read from an address, and nothing else is', () => {
  expect(spanOf('12-40')).toEqual([12, 40])
  for (const text of [null, '', '12', '40-12', 'a-b', '-1-4']) expect(spanOf(text)).toBeNull()
})

test('a time code counts minutes, seconds and frames', () => {
  expect(timeCode(24 * 72 + 7, 24)).toBe('01:12:07')
})
