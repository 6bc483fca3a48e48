import { expect, test } from 'vitest'
import { projectPath } from './directions'

test('a project is known by its URL in the API, and shown at its own path of the page', () => {
  expect(projectPath('/v1/projects/prj_1')).toBe('/projects/prj_1')
  expect(projectPath('/behind/a/proxy/v1/projects/prj_1')).toBe('/projects/prj_1')
})
