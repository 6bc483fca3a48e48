import { expect, test } from 'vitest'
import cases from './trim.cases.json'
import { marksOf, passed, spare } from './trim'

const LEFT = { num_frames: 60, before: 12, after: 12, said: 50 }
const RIGHT = { num_frames: 90, before: 12, after: 12, said: 0 }

test('a boundary is free as far as the handles go, and costs a render from the next frame on', () => {
  const marks = marksOf(LEFT, RIGHT)
  expect(passed(marks, 12)).toEqual([])
  expect(passed(marks, 13)).toEqual([{ by: 13, what: 'render', of: 'left' }])
  expect(passed(marks, -10)).toEqual([])
})

test('the words of a cut end where it becomes shorter than they are', () => {
  expect(passed(marksOf(LEFT, RIGHT), -11)).toEqual([{ by: -11, what: 'words', of: 'left' }])
  expect(passed(marksOf(LEFT, RIGHT), -13).map((mark) => mark.what)).toEqual(['render', 'words'])
  const talking = { ...RIGHT, said: 90 }
  expect(passed(marksOf(LEFT, talking), 1)).toEqual([{ by: 1, what: 'words', of: 'right' }])
})

test('what is rendered anyway, or does not fit already, costs nothing more', () => {
  const marks = marksOf({ ...LEFT, after: null, said: 70 }, { ...RIGHT, before: null })
  expect(marks).toEqual([])
})

test('the tier with the least to spare decides', () => {
  const clips = [
    { cut: 'c_1', before: 12, after: 3 },
    { cut: 'c_1', before: 5, after: 12 },
    { cut: 'c_2', before: null, after: null },
  ]
  expect(spare(clips, 'c_1')).toEqual({ before: 5, after: 3 })
  expect(spare(clips, 'c_2')).toEqual({ before: null, after: null })
})

test.each(cases)('a boundary moved by $by frames renders $renders, as the house has it', ({ before, after, by, renders }) => {
  const cut = { num_frames: 100, before, after, said: 0 }
  const costs = passed(marksOf(cut, cut), by)
  expect(costs.map((mark) => mark.of)).toEqual(renders)
})
