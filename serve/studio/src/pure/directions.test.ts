import { expect, test } from 'vitest'
import { counterpart, projectPath } from './directions'

test('a project is known by its URL in the API, and shown at its own path of the page', () => {
  expect(projectPath('/v1/projects/prj_1')).toBe('/projects/prj_1')
  expect(projectPath('/behind/a/proxy/v1/projects/prj_1')).toBe('/projects/prj_1')
})

test.each([
  [0, 4, 6, 0], [3, 4, 6, 5], [5, 6, 4, 3], [2, 4, 6, 2], [4, 6, 4, 2],
])('cut %i of %i takes the place that it has in a story, among %i: %i', (index, of, among, at) => {
  expect(counterpart(index, of, among)).toBe(at)
})
