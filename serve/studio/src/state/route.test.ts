// @vitest-environment jsdom
import { afterEach, expect, test, vi } from 'vitest'
import { place } from './route.svelte'

afterEach(() => {
  vi.unstubAllGlobals()
  Reflect.deleteProperty(document, 'startViewTransition')
  history.replaceState(null, '', '/')
  dispatchEvent(new PopStateEvent('popstate'))
})

test('a view that is still fading out does not put its address back', async () => {
  const changes: (() => Promise<void>)[] = []
  const ready = Promise.reject(new DOMException('skipped', 'AbortError'))
  document.startViewTransition = ((change: () => Promise<void>) => {
    changes.push(change)
    return { ready }
  }) as unknown as typeof document.startViewTransition
  vi.stubGlobal('matchMedia', () => ({ matches: false }))
  vi.stubGlobal('scrollTo', vi.fn())
  place.go('/p/prd_1?panel=share')
  place.set({ at: '12' })
  expect(place.route.view).toBe('start')
  await changes[0]?.()
  expect(place.route).toEqual({ view: 'production', id: 'prd_1' })
  expect(location.pathname + location.search).toBe('/p/prd_1?panel=share')
  place.set({ at: '12' })
  expect(location.search).toBe('?panel=share&at=12')
})
