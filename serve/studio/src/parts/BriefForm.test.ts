// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from '@testing-library/svelte'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Schemas } from '../api/client'
import { speech } from '../words/words.svelte'
import BriefForm from './BriefForm.svelte'

type Brief = Schemas['Brief']
const BRIEF = {
  product: { name: '제습기', category: '', description: '', selling_points: [] },
  audience: '', tone: '', duration_s: 15, aspect_ratio: '9:16', language: 'en', ideas: [], must_show: [], must_not_say: [],
} as unknown as Brief

function form(errors: Schemas['ProblemView']['errors'] = []) {
  const made: Brief[] = []
  const props = { brief: BRIEF, guessed: [], errors, put: (brief: Brief) => made.push(brief) }
  return { ...render(BriefForm, props), made }
}

beforeEach(() => speech.choose('ko'))
afterEach(cleanup)

test('a field that is wrong says in place what is wanted, and is found where it was folded away', () => {
  const { container } = form([{ field: 'brief.must_show[0]', wanted: 'at most 60 characters', got: null }])
  const field = screen.getByLabelText(/^꼭 보여 줄 것/)
  expect(field.getAttribute('aria-invalid')).toBe('true')
  const told = document.getElementById(field.getAttribute('aria-describedby') ?? '')
  expect(told?.textContent).toBe('60자까지')
  expect(container.querySelector('details')?.open).toBe(true)
  expect(container.querySelectorAll('[aria-invalid]')).toHaveLength(1)
})

test('nothing is marked and nothing unfolded where nothing is wrong', () => {
  const { container } = form()
  expect(container.querySelector('[aria-invalid]')).toBeNull()
  expect(container.querySelector('details')?.open).toBe(false)
  const chosen = [...container.querySelectorAll('select')].map((one) => one.value)
  expect(chosen).toEqual(['9:16', 'en'])
})

test('lines are taken as they are typed, and the empty one that is just begun stays', async () => {
  const { made, rerender } = form()
  const field = screen.getByLabelText<HTMLTextAreaElement>(/^꼭 넣고 싶은 아이디어/)
  for (const [typed, taken] of [['첫째', ['첫째']], ['첫째\n', ['첫째']], ['첫째\n둘째', ['첫째', '둘째']]] as const) {
    await fireEvent.input(field, { target: { value: typed } })
    const brief = made.at(-1)
    if (!brief) throw new Error('it was taken')
    expect(brief.ideas?.map((idea) => idea.text)).toEqual(taken)
    await rerender({ brief })
    expect(field.value).toBe(typed)
  }
})
