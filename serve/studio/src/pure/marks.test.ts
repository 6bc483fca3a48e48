import { expect, test } from 'vitest'
import { commentMarks } from './marks'

const CUTS = [
  { id: 'a', num_frames: 60 },
  { id: 'b', num_frames: 40 },
]
const said = (id: string, cut: string, frame: number | null, resolved = false) => ({ id, cut, frame, resolved })

test('a mark stands where its frame is in the film', () => {
  const marks = commentMarks([said('2', 'b', 10), said('1', 'a', null)], CUTS, 0.02)
  expect(marks.map(({ at, comments }) => [at, comments[0].id])).toEqual([[0, '1'], [0.7, '2']])
})

test('comments too near to each other share a mark at the first of them', () => {
  const marks = commentMarks([said('1', 'a', 10), said('2', 'a', 11), said('3', 'a', 13)], CUTS, 0.02)
  expect(marks.map(({ comments }) => comments.map((one) => one.id))).toEqual([['1', '2'], ['3']])
})

test('what is resolved, or on a cut that the film does not have, has no mark', () => {
  expect(commentMarks([said('1', 'a', 0, true), said('2', 'c', 0)], CUTS, 0.02)).toEqual([])
})
