import { afterAll, beforeEach, expect, test, vi } from 'vitest'
import { api, dataOf, lasting, left, Refused, spoken } from './client'
import { exported } from './exports'

const page = vi.hoisted(() => {
  // Outside a browser there is no page that a path could be relative to.
  const Whole = Request
  globalThis.Request = class extends Whole {
    constructor(path: string, init?: RequestInit) {
      super(new URL(path, 'http://house'), init)
    }
  } as typeof Request
  return { language: 'ko', put: () => (globalThis.Request = Whole) }
})
vi.mock('../words/words.svelte', () => ({ speech: page }))

type Asked = { url: string; language: string | null; signal: AbortSignal | null | undefined }
const asked: Asked[] = []
let answer: () => Response | Promise<Response>

beforeEach(() => {
  asked.length = 0
  page.language = 'ko'
  answer = () => Response.json({})
  vi.stubGlobal('fetch', (to: string | Request, init: RequestInit) => {
    const { pathname } = new URL(typeof to === 'string' ? to : to.url, 'http://house')
    asked.push({ url: pathname, language: new Headers(init.headers).get('accept-language'), signal: init.signal })
    const done = Promise.resolve(answer())
    const { signal } = init
    if (!signal) return done
    signal.throwIfAborted()
    return Promise.race([done, new Promise((_, fail) => signal.addEventListener('abort', () => fail(signal.reason)))])
  })
})

afterAll(() => {
  page.put()
  vi.unstubAllGlobals()
})

const never = () => new Promise<Response>(() => {})

test('every request has the language that the page is in, whatever the browser prefers', async () => {
  page.language = 'en'
  await api.GET('/v1/productions')
  page.language = 'ko'
  await api.POST('/v1/briefs/propose', { body: { text: '제습기' } })
  await lasting.GET('/v1/session')
  await spoken('/v1/images', { method: 'POST', headers: { 'content-type': 'image/png' } })
  await exported('/v1/productions/p/versions/1/exports/pdf')
  expect(asked.map((one) => one.language)).toEqual(['en', 'ko', 'ko', 'ko', 'ko'])
})

test('what a view still reads ends when it is left, and nobody is told that the server is lost', async () => {
  answer = never
  const settled = vi.fn()
  void dataOf(api.GET('/v1/productions')).then(settled, settled)
  const file = exported('/v1/productions/p/versions/1/exports/pdf')
  left()
  await expect(file).rejects.toThrow('abort')
  expect(asked.map((one) => one.signal?.aborted)).toEqual([true, true])
  expect(settled).not.toHaveBeenCalled()
  answer = () => Response.json({ productions: [] })
  expect(await dataOf(api.GET('/v1/productions'))).toEqual({ productions: [] })
})

test('a file that is still being made is not asked for again once the view is left', async () => {
  vi.useFakeTimers()
  try {
    answer = () => new Response(null, { status: 202 })
    const file = exported('/v1/productions/p/versions/1/exports/pdf').catch((error: Error) => error.name)
    await vi.advanceTimersByTimeAsync(1500)
    expect(asked).toHaveLength(2)
    left()
    await vi.advanceTimersByTimeAsync(5000)
    expect(await file).toBe('AbortError')
    expect(asked.filter((one) => !one.signal?.aborted)).toEqual([])
  } finally {
    vi.useRealTimers()
  }
})

test('what changes something, and what outlives a view, goes on when the view is left', async () => {
  void api.POST('/v1/briefs/propose', { body: { text: '제습기' } })
  void lasting.GET('/v1/session')
  await Promise.resolve()
  left()
  await vi.waitFor(() => expect(asked).toHaveLength(2))
  expect(asked.map((one) => one.signal?.aborted ?? false)).toEqual([false, false])
})

test('an answer that never came is a refusal without words', async () => {
  answer = () => Promise.reject(new TypeError('network'))
  const refused = await dataOf(api.GET('/v1/productions')).catch((error: unknown) => error)
  expect(refused).toBeInstanceOf(Refused)
  expect((refused as Refused).lost).toBe(true)
})
