import { expect, test } from 'vitest'
import { cropOf, lengthsOf, turned } from './formats'

test('a film is offered shorter and in its own length, never longer', () => {
  expect(lengthsOf(30)).toEqual([6, 15, 30])
  expect(lengthsOf(15)).toEqual([6, 15])
  expect(lengthsOf(45)).toEqual([6, 15, 30, 45])
  expect(lengthsOf(6)).toEqual([6])
})

test('a format is chosen by a click and left out by the next', () => {
  const tall = { duration_s: 6, aspect_ratio: '9:16' as const }
  expect(turned([], tall)).toEqual([tall])
  expect(turned([tall], { ...tall })).toEqual([])
})

test('a crop enlarges the still so far that its window fills the frame', () => {
  expect(cropOf({ left: 0.25, top: 0, width: 0.5, height: 1 })).toEqual({ left: -50, top: -0, width: 200, height: 100 })
  expect(cropOf(null)).toEqual({ left: -0, top: -0, width: 100, height: 100 })
})
