import { expect, test } from 'vitest'
import type { Schemas } from '../api/client'
import { editsOf, isEdited, readEdits, withEdits } from './brief'

function brief(name: string, more: object = {}): Schemas['Brief'] {
  return { product: { name, category: 'appliance' }, duration_s: 15, tone: '', ...more } as unknown as Schemas['Brief']
}

test('what was changed by hand stays when the sentence is read anew, and all else follows it', () => {
  const first = brief('제습기')
  const edits = editsOf(first, brief('저소음 제습기', { tone: '유머' }))
  expect(edits).toEqual({ product: { name: '저소음 제습기' }, tone: '유머' })
  const anew = withEdits(brief('제습기', { duration_s: 30 }), edits)
  expect([anew.product.name, anew.product.category, anew.duration_s, anew.tone]).toEqual([
    '저소음 제습기', 'appliance', 30, '유머',
  ])
  expect(['product.name', 'tone', 'product.category', 'duration_s'].map((one) => isEdited(edits, one))).toEqual([
    true, true, false, false,
  ])
})

test('a field that is put back is changed no longer', () => {
  expect(editsOf(brief('제습기'), brief('제습기'))).toEqual({})
})

test('what was kept and cannot be read is no change', () => {
  expect(['', '{', '[]', 'null', '{"tone":"유머"}'].map(readEdits)).toEqual([{}, {}, {}, {}, { tone: '유머' }])
})
