import { expect, test } from 'vitest'
import { csvOf } from './csv'

test('a spreadsheet reads what was written, and runs none of it', () => {
  const text = csvOf([
    ['월', 'a "b", c'],
    ['=1+1', -2.5],
    [null, '두\n줄'],
  ])
  expect(text).toBe('\uFEFF월,"a ""b"", c"\r\n\'=1+1,-2.5\r\n,"두\n줄"\r\n')
})
