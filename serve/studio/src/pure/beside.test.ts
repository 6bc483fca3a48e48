import { expect, test } from 'vitest'
import { beside, pairs } from './beside'

const cut = (id: string, num_frames: number) => ({ id, num_frames })
const before = [cut('a', 48), cut('b', 72), cut('c', 24)]
const after = [cut('c', 24), cut('a', 60), cut('d', 60)]

test('the other film stands at the same frame of the same cut, wherever that was moved', () => {
  expect(beside(after, before, 0)).toEqual({ frame: 120, goesOn: true })
  expect(beside(after, before, 30)).toEqual({ frame: 6, goesOn: true })
})

test('a cut that was shorter waits at its last frame', () => {
  expect(beside(after, before, 24 + 47)).toEqual({ frame: 47, goesOn: false })
  expect(beside(after, before, 24 + 59)).toEqual({ frame: 47, goesOn: false })
})

test('a new cut has nothing beside it', () => {
  expect(beside(after, before, 100)).toBeNull()
})

test('cuts come in pairs in the new order, and those that were removed at the end', () => {
  expect(pairs(before, after).map((pair) => [pair.before?.id, pair.after?.id])).toEqual([
    ['c', 'c'],
    ['a', 'a'],
    [undefined, 'd'],
    ['b', undefined],
  ])
})
