import { expect, test } from 'vitest'
import { numbered } from './particles'

test('a particle follows how the number is read', () => {
  const read = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map((n) => numbered(n, '을/를'))
  expect(read).toEqual([
    '1을', '2를', '3을', '4를', '5를', '6을', '7을', '8을', '9를', '10을', '11을', '12를',
  ])
  expect([numbered(1, '과/와'), numbered(2, '과/와')]).toEqual(['1과', '2와'])
})
