import { expect, test } from 'vitest'
import { remaining } from './pace'

test('half done after ten seconds takes ten more', () => {
  expect(remaining(0, 0.5, 10)).toBe(10)
})

test('who comes to look in the middle counts from there', () => {
  expect(remaining(0.5, 0.75, 10)).toBe(10)
})

test('nothing is said of the first steps', () => {
  expect(remaining(0, 0.01, 1)).toBeNull()
})
