// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/svelte'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Schemas } from '../api/client'
import { speech } from '../words/words.svelte'
import Quoted from './Quoted.svelte'

const QUOTE = { renders: 1, p50_s: 4.2, gpu_s: null, price: null }

function version(quote: object | null, actual: Schemas['Actual'] | null): Schemas['VersionView'] {
  return { revision: { quote }, actual } as unknown as Schemas['VersionView']
}

beforeEach(() => speech.choose('ko'))
afterEach(cleanup)

test('what a version took stands beside what was quoted for it', () => {
  render(Quoted, { version: version(QUOTE, { renders: 1, render_s: 2.5, seconds: 3.1 }) })
  expect(screen.getAllByRole('definition').map((one) => one.textContent)).toEqual([
    '1컷 그림 · 약 4.2초', '1컷 그림 · 3.1초',
  ])
})

test('while it is made its quote stands alone, and what was never quoted says nothing', () => {
  render(Quoted, { version: version(QUOTE, { renders: 0, render_s: 0, seconds: null }) })
  expect(screen.getAllByRole('definition')).toHaveLength(1)
  cleanup()
  const { container } = render(Quoted, { version: version(null, null) })
  expect(container.textContent).toBe('')
})
