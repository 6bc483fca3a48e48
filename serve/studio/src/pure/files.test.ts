import { expect, test } from 'vitest'
import { fileName, groupOf } from './files'

test('a file keeps its Korean name, and its plain one where there is no other', () => {
  const korean = encodeURIComponent('시안 콘티 1.mp4')
  expect(fileName(`attachment; filename="sian 1.mp4"; filename*=UTF-8''${korean}`)).toBe('시안 콘티 1.mp4')
  expect(fileName('attachment; filename="sian 1.mp4"')).toBe('sian 1.mp4')
  expect(fileName(`attachment; filename="a.mp4"; filename*=UTF-8''%E0%A4%A`)).toBe('a.mp4')
  expect(fileName('attachment')).toBe('')
})

test('subtitles and pictures are no timelines, and a format of a later release has a place', () => {
  expect(['pdf', 'mp4', 'edl', 'srt', 'png', 'aaf'].map(groupOf)).toEqual([
    'sheets', 'film', 'timelines', 'words', 'stills', 'timelines',
  ])
})
