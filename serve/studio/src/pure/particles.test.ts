import { expect, test } from 'vitest'
import cases from './particles.cases.json'
import { numbered, type Pair } from './particles'

test.each(cases)('$read: a particle follows how the number is read', ({ n, pair, read }) => {
  expect(numbered(n, pair as Pair)).toBe(read)
})
