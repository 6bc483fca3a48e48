import { expect, test } from 'vitest'
import type { Schemas } from './client'
import { everyComment } from './pages'

type Page = Schemas['CommentPage']

test('comments beyond the first page are shown too', async () => {
  const pages: Record<string, Page> = {
    '': { comments: [{ id: 'cmt_1' }], next: 'cmt_1' } as Page,
    cmt_1: { comments: [{ id: 'cmt_2' }], next: null } as Page,
  }
  const found = await everyComment(async (after) => pages[after] as Page)
  expect(found.map((one) => one.id)).toEqual(['cmt_1', 'cmt_2'])
})
