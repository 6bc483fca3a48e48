// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from '@testing-library/svelte'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { speech } from '../words/words.svelte'
import Editable from './Editable.svelte'

const props = (more: object = {}) => ({
  value: '낮', label: '자막', can: true, save: vi.fn(async () => true), name: 'cut-p-c-caption', ...more,
})

beforeEach(() => speech.choose('ko'))
afterEach(() => {
  cleanup()
  localStorage.clear()
})

async function typed(text: string) {
  await fireEvent.click(screen.getByText('낮'))
  await fireEvent.input(await screen.findByLabelText('자막'), { target: { value: text } })
}

test('what was typed and not saved stands in its field again after a reload', async () => {
  render(Editable, props())
  await typed('밤')
  cleanup()
  render(Editable, props())
  expect(screen.getByLabelText<HTMLTextAreaElement>('자막').value).toBe('밤')
})

test('it waits while nothing can be edited, and comes when something can', async () => {
  render(Editable, props())
  await typed('밤')
  cleanup()
  const { rerender } = render(Editable, props({ can: false }))
  expect(screen.queryByLabelText('자막')).toBeNull()
  await rerender({ can: true })
  expect(screen.getByLabelText<HTMLTextAreaElement>('자막').value).toBe('밤')
})

test.each(['Enter', 'Escape'])('after %s nothing is kept', async (key) => {
  const save = vi.fn(async () => true)
  render(Editable, props({ save }))
  await typed('밤')
  await fireEvent.keyDown(screen.getByLabelText('자막'), { key })
  await vi.waitFor(() => expect(screen.queryByLabelText('자막')).toBeNull())
  expect(save).toHaveBeenCalledTimes(key === 'Enter' ? 1 : 0)
  cleanup()
  render(Editable, props())
  expect(screen.queryByLabelText('자막')).toBeNull()
})

test('what could not be saved is kept', async () => {
  render(Editable, props({ save: async () => false }))
  await typed('밤')
  await fireEvent.keyDown(screen.getByLabelText('자막'), { key: 'Enter' })
  cleanup()
  render(Editable, props())
  expect(screen.getByLabelText<HTMLTextAreaElement>('자막').value).toBe('밤')
})
