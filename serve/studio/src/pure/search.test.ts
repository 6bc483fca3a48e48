import { expect, test } from 'vitest'
import { found } from './search'

test.each([
  ['되돌', '되돌리기'],
  ['ㄷㄷㄹ', '되돌리기'],
  ['되도', '되돌리기'],
  ['ㄴㅂㄴㄱ', '내보내기'],
  ['ㄴㄹ', '나란히 보기'],
  ['undo', 'Undo'],
  ['side  side', 'Side by side'],
  ['컷 다음', '다음 컷'],
])('%s finds %s', (wanted, text) => {
  expect(found(wanted, text)).not.toBeNull()
})

test.each([
  ['ㄷㄷㄱ', '되돌리기'],
  ['되독', '되돌리기'],
  ['redo', 'Undo'],
  ['다음 컷 x', '다음 컷'],
])('%s does not find %s', (wanted, text) => {
  expect(found(wanted, text)).toBeNull()
})

test('what begins with the words is found better than what has them within', () => {
  expect(found('컷', '컷 나누기') ?? 9).toBeLessThan(found('컷', '다음 컷') ?? 0)
  expect(found('', 'anything')).toBe(0)
})
