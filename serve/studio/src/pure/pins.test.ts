// @vitest-environment jsdom
import { expect, test } from 'vitest'
import { isShown, movedBy, placeIn } from './pins'

const mark = { cut: 'c_1', frame: 30, last: null, x: 0.5, y: 0.5, resolved: false }

test('a pin is seen for half a second around its frame, in its own cut only', () => {
  const seen = [14, 15, 30, 45, 46].map((frame) => isShown(mark, 'c_1', frame, 30))
  expect(seen).toEqual([false, true, true, true, false])
  expect(isShown(mark, 'c_2', 30, 30)).toBe(false)
})

test('a range is seen from its first frame to its last', () => {
  const ranged = { ...mark, last: 90 }
  expect([60, 105, 106].map((frame) => isShown(ranged, 'c_1', frame, 30))).toEqual([true, true, false])
})

test('what is resolved, or has no place, has no pin', () => {
  expect(isShown({ ...mark, resolved: true }, 'c_1', 30, 30)).toBe(false)
  expect(isShown({ ...mark, x: null, y: null }, 'c_1', 30, 30)).toBe(false)
})

test('a place is a share of the picture, never beyond its edge', () => {
  const box = new DOMRect(100, 50, 200, 100)
  expect(placeIn(box, 150, 75)).toEqual({ x: 0.25, y: 0.25 })
  expect(placeIn(box, 999, 0)).toEqual({ x: 1, y: 0 })
})

test('arrows move a pin, and no other key does', () => {
  expect(movedBy('ArrowLeft', { x: 0.5, y: 0.5 })).toEqual({ x: 0.48, y: 0.5 })
  expect(movedBy('ArrowDown', { x: 0.5, y: 0.99 })).toEqual({ x: 0.5, y: 1 })
  expect(movedBy('a', { x: 0.5, y: 0.5 })).toBeNull()
})
