import { expect, test } from 'vitest'
import { fileName } from './files'

test('a file keeps its Korean name, and its plain one where there is no other', () => {
  const korean = encodeURIComponent('시안 콘티 1.mp4')
  expect(fileName(`attachment; filename="sian 1.mp4"; filename*=UTF-8''${korean}`)).toBe('시안 콘티 1.mp4')
  expect(fileName('attachment; filename="sian 1.mp4"')).toBe('sian 1.mp4')
  expect(fileName(`attachment; filename="a.mp4"; filename*=UTF-8''%E0%A4%A`)).toBe('a.mp4')
  expect(fileName('attachment')).toBe('')
})
