// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen, within } from '@testing-library/svelte'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Player } from '../state/player.svelte'
import type { Cut, ProductionState } from '../state/production.svelte'
import { speech } from '../words/words.svelte'
import Card from './Card.svelte'

const CUT = {
  id: 'c_0001', number: 1, num_frames: 48, action: '비 오는 골목', dialogue: [], size: 'wide', angle: 'eye_level', move: 'static',
  setting: 'street', place: '골목', time_of_day: 'day', direction: 'neutral', transition: 'cut', continues: false,
  video_prompt: 'a rainy alley', locked: [],
} as unknown as Cut

function card() {
  const work = {
    id: 'p', brief: { fps: 24, aspect_ratio: '16:9' }, newest: true, draft: { findings: [], captions: {} }, edits: 0, cuts: [CUT],
    running: false, progress: {}, made: () => ({ clip: { url: '/clip.mp4' }, poster: '/poster.png' }),
    edit: vi.fn(async () => true), apply: vi.fn(async () => true),
  }
  const player = { cut: null, choose: vi.fn() }
  const props = { cut: CUT, index: 0, grab: vi.fn(), work: work as unknown as ProductionState, player: player as unknown as Player }
  return { ...render(Card, props), work, player }
}

/** Unfolds what is seen on demand. */
async function unfolded(container: HTMLElement) {
  const details = container.querySelector('details')
  if (!details) throw new Error('it has some')
  details.open = true
  await fireEvent(details, new Event('toggle'))
  return within(details)
}

beforeEach(() => speech.choose('ko'))
afterEach(cleanup)

test('place, time and transition of a cut are edited on its card, too', async () => {
  const { container, work } = card()
  expect(screen.queryByLabelText('시간대')).toBeNull()
  const more = await unfolded(container)
  expect(more.getByLabelText('장소: 골목')).toBeTruthy()
  expect(more.getByLabelText('영상 프롬프트: a rainy alley')).toBeTruthy()
  await fireEvent.change(more.getByLabelText('시간대'), { target: { value: 'night' } })
  await fireEvent.change(more.getByLabelText('장면 전환'), { target: { value: 'fade' } })
  expect(work.edit.mock.calls).toEqual([[CUT, 'time_of_day', 'night'], [CUT, 'transition', 'fade']])
})

test('a term and the length are locked as words are', async () => {
  const { container, work } = card()
  const more = await unfolded(container)
  for (const name of ['잠그기: 샷 크기', '잠그기: 초수', '잠그기: 배경']) {
    await fireEvent.click(more.getByLabelText(name))
  }
  const locked = work.apply.mock.calls as unknown as [{ op: string; field: string }[]][]
  expect(locked.map(([[one]]) => [one?.op, one?.field])).toEqual([['lock', 'size'], ['lock', 'num_frames'], ['lock', 'setting']])
})

test('a finger that presses the picture plays the clip in its place, and ends it', async () => {
  const { container, player } = card()
  const picture = container.querySelector('.picture')
  if (!picture) throw new Error('it has one')
  const pressed = () => fireEvent(picture, new PointerEvent('click', { bubbles: true, pointerType: 'touch' }))
  await pressed()
  expect(container.querySelector('video')?.getAttribute('src')).toBe('/clip.mp4')
  await pressed()
  expect(container.querySelector('video')).toBeNull()
  expect(player.choose).toHaveBeenCalledWith('c_0001')
})
