import { expect, test } from 'vitest'
import { insetOf } from './zones'

const SHORTS = { canvas: [1080, 1920], margins: [288, 192, 672, 48] }

test('a film of the canvas ratio has the margins of the platform', () => {
  expect(insetOf(SHORTS, '9:16')).toEqual({ top: 0.15, right: 192 / 1080, bottom: 0.35, left: 48 / 1080 })
})

test('a film that is less tall stands in the middle, where less of it is covered', () => {
  const inset = insetOf(SHORTS, '4:5')
  expect(inset.top).toBeCloseTo((288 - 285) / 1350)
  expect(inset.bottom).toBeCloseTo((672 - 285) / 1350)
  expect(insetOf({ ...SHORTS, margins: [100, 0, 100, 0] }, '4:5')).toMatchObject({ top: 0, bottom: 0 })
})
