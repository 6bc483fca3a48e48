// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from '@testing-library/svelte'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Schemas } from '../api/client'
import { speech } from '../words/words.svelte'
import CommentList from './CommentList.svelte'

function said(id: string, text: string, resolved = false): Schemas['CommentView'] {
  const at = '2026-11-30T00:00:00Z'
  return { id, text, resolved, at, author: '한소리', audience: 'client', cut: 'c_1', frame: 3, x: null, remarks: [], replies: [] } as unknown as Schemas['CommentView']
}

beforeEach(() => speech.choose('ko'))
afterEach(() => {
  cleanup()
  localStorage.clear()
})

test('an open comment can be read as feedback, unless it is longer than feedback may be', async () => {
  const read = vi.fn()
  const comments = [said('a', '밤으로'), said('b', '끝난 말', true), said('c', '가'.repeat(501))]
  render(CommentList, { comments, cuts: [], fps: 30, go: vi.fn(), resolve: vi.fn(), read })
  const [only, ...more] = screen.getAllByText('피드백으로')
  if (!only) throw new Error('there is one')
  expect(more).toEqual([])
  await fireEvent.click(only)
  expect(read).toHaveBeenCalledWith(comments[0])
})

test('an answer that was begun is there when it is gone on with', async () => {
  const props = { comments: [said('a', '밤으로')], cuts: [], fps: 30, go: vi.fn(), resolve: vi.fn(), reply: async () => true }
  render(CommentList, props)
  await fireEvent.click(screen.getByText('답글'))
  await fireEvent.input(screen.getByLabelText('한소리 님에게 답글'), { target: { value: '그렇게' } })
  cleanup()
  render(CommentList, props)
  await fireEvent.click(screen.getByText('답글'))
  expect(screen.getByLabelText<HTMLInputElement>('한소리 님에게 답글').value).toBe('그렇게')
})
