import { expect, test } from 'vitest'
import type { Cut, Operation } from '../state/production.svelte'
import { ko } from '../words/ko'
import { said_of } from './operations'

const SPEECH = { words: ko, term: (_: string, value: string) => value, field: (name: string) => `<${name}>` }
const CUTS = [{ id: 'c_0001', number: 1 }] as unknown as Cut[]

test.each<[Operation, string]>([
  [{ op: 'lock', cut: 'c_0001', field: 'caption' }, '컷 1 · <caption>: 잠그기'],
  [{ op: 'unlock', cut: 'c_0001', field: 'caption' }, '컷 1 · <caption>: 잠금 풀기'],
  [{ op: 'take', cut: 'c_0001', take: 't_0123456789ab' }, '컷 1: 이 테이크로'],
  [{ op: 'take', cut: 'c_0001', take: '' }, '컷 1: 가장 새 테이크로'],
])('an operation is shown in a person\'s words, never by its name: %o', (operation, shown) => {
  expect(said_of(operation, CUTS, SPEECH)).toBe(shown)
})
