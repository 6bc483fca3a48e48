// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/svelte'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Schemas } from '../api/client'
import { speech } from '../words/words.svelte'
import Guest from './Guest.svelte'

type Right = Schemas['Right']

const server = vi.hoisted(() => ({
  rights: [] as string[],
  version: 1 as number | null,
  gone: false,
  asked: [] as string[],
}))

const CUT = {
  id: 'c_1', number: 1, num_frames: 48, action: '비 오는 골목', narration: '', dialogue: [], caption: '',
}
const CONTE = {
  version: 1, state: 'in_review', product: '시안', fps: 24, aspect_ratio: '16:9', conte: { title: '젖은 길', cuts: [CUT] },
  clips: [{ cut: 'c_1', number: 1, url: '', poster_url: '/v1/shared/t/cuts/1/poster.png', num_frames: 48, tier: 'draft' }],
  film: { url: '/v1/shared/t/film', poster_url: '/v1/shared/t/poster.png' },
}
const WANTS: Record<string, Right> = { conte: 'view', comments: 'comment' }

/** As the server answers: 403 for what the rights do not include, 404 for a link that is gone. */
function answer(path: string) {
  const part = path.split('/').at(-1) ?? ''
  const refused = (status: number) => ({
    error: { detail: `refused with ${status}` },
    response: new Response(null, { status }),
  })
  server.asked.push(part)
  if (server.gone) return refused(404)
  const right = WANTS[part]
  if (right && !server.rights.includes(right)) return refused(403)
  const link = { version: server.version, rights: server.rights, expires_at: '2027-01-01T00:00:00Z' }
  const data = part === 'conte' ? CONTE : part === 'comments' ? { comments: [], next: null } : link
  return { data, response: new Response(null, { status: 200 }) }
}

vi.mock('../api/client', async (original) => ({
  ...(await original<typeof import('../api/client')>()),
  api: { GET: async (path: string) => answer(path) },
}))

class Stream {
  static readonly CLOSED = 2
  readyState = 1
  closed = false
  onopen?: () => void
  onerror?: () => void
  readonly heard = new Map<string, () => void>()

  constructor(readonly url: string) {
    streams.push(this)
  }
  addEventListener(part: string, call: () => void) {
    this.heard.set(part, call)
  }
  close() {
    this.closed = true
  }
}
const streams: Stream[] = []

beforeEach(() => {
  streams.length = 0
  vi.stubGlobal('EventSource', Stream)
  Object.assign(server, { rights: [], version: 1, gone: false, asked: [] })
  HTMLVideoElement.prototype.requestVideoFrameCallback = () => 0
  HTMLVideoElement.prototype.cancelVideoFrameCallback = () => undefined
  speech.choose('ko')
})
afterEach(cleanup)

test.each<[Right[], string[]]>([
  [['view'], ['{token}', 'conte']],
  [['view', 'download'], ['{token}', 'conte']],
  [['view', 'approve'], ['{token}', 'conte']],
  [['view', 'comment'], ['{token}', 'conte', 'comments']],
])('a link that allows %s shows the film and the storyboard and asks for nothing else', async (rights, asked) => {
  server.rights = rights
  const { container } = render(Guest, { token: 't' })
  expect(await screen.findByText('젖은 길')).toBeTruthy()
  expect(await screen.findByText('비 오는 골목')).toBeTruthy()
  expect(container.querySelector('video')?.getAttribute('src')).toBe(CONTE.film.url)
  expect(server.asked).toEqual(asked)
  expect(screen.queryByRole('alert')).toBeNull()
  const decides = rights.includes('comment') || rights.includes('approve')
  expect(screen.queryByLabelText('이름') !== null).toBe(decides)
  expect(screen.queryAllByText('수정 요청')).toEqual([])
})

test('a client sees the picture of each cut, and which one is shown', async () => {
  server.rights = ['view']
  const { container } = render(Guest, { token: 't' })
  const cut = await screen.findByRole('button', { name: '컷 1 2.0초' })
  expect(cut.querySelector('img')?.getAttribute('src')).toBe(CONTE.clips[0]?.poster_url)
  expect(container.querySelector('li.now')?.textContent).toContain('비 오는 골목')
})

test('only a link that does not open is said to be gone', async () => {
  server.gone = true
  render(Guest, { token: 't' })
  expect(await screen.findByText('이 링크는 더 이상 열리지 않습니다.')).toBeTruthy()
  expect(server.asked).toEqual(['{token}'])
})

test('a link that nothing was put into review for says so, and asks for nothing', async () => {
  server.rights = ['view', 'comment']
  server.version = null
  render(Guest, { token: 't' })
  expect(await screen.findByText('아직 검토할 콘티가 올라오지 않았습니다.')).toBeTruthy()
  expect(server.asked).toEqual(['{token}'])
})

test('a guest reads what changed when it changed, and asks for nothing meanwhile', async () => {
  vi.useFakeTimers()
  try {
    server.rights = ['view', 'comment']
    render(Guest, { token: 't' })
    await vi.advanceTimersByTimeAsync(120_000)
    expect(server.asked).toEqual(['{token}', 'conte', 'comments'])
    const [stream] = streams
    expect(stream?.url).toBe('/v1/shared/t/events')
    for (const [part, read] of [['comments', ['comments']], ['conte', ['{token}', 'conte', 'comments']]] as const) {
      server.asked = []
      stream?.heard.get(part)?.()
      stream?.heard.get(part)?.()
      await vi.advanceTimersByTimeAsync(1000)
      expect(server.asked).toEqual(read)
    }
    server.asked = []
    stream?.onopen?.()
    await vi.advanceTimersByTimeAsync(0)
    expect(server.asked).toEqual(['{token}', 'conte', 'comments'])
    cleanup()
    expect(stream?.closed).toBe(true)
  } finally {
    vi.useRealTimers()
  }
})

test('a stream that is refused is asked for again, and the page is read meanwhile', async () => {
  vi.useFakeTimers()
  try {
    server.rights = ['view']
    render(Guest, { token: 't' })
    await vi.advanceTimersByTimeAsync(0)
    Object.assign(streams[0] ?? {}, { readyState: Stream.CLOSED })
    streams[0]?.onerror?.()
    await vi.advanceTimersByTimeAsync(15_000)
    expect(server.asked).toEqual(['{token}', 'conte', '{token}', 'conte'])
    expect(streams).toHaveLength(2)
  } finally {
    vi.useRealTimers()
  }
})

test('who said their name at one link is asked for it at another, where the first guest is nobody', async () => {
  server.rights = ['view', 'comment']
  sessionStorage.setItem('sian-guest-one-link', 'g')
  render(Guest, { token: 'one-link-and-more' })
  expect(await screen.findByText('남기기')).toBeTruthy()
  cleanup()
  render(Guest, { token: 'another-link' })
  expect(await screen.findByText('시작')).toBeTruthy()
  expect(screen.queryByText('남기기')).toBeNull()
  sessionStorage.clear()
})
