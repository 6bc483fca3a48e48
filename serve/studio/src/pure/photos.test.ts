import { expect, test } from 'vitest'
import { freeName, MOST_BYTES, readPhotos, unfit, withPhotos } from './photos'

const BRIEF = { product: { name: '제습기' }, characters: [{ name: '엄마', description: '30대', image: '' }] }
const brief = BRIEF as unknown as Parameters<typeof withPhotos>[0]

test('only pictures of the kinds and size that the server takes are sent', () => {
  expect(unfit({ type: 'image/png', size: 5 })).toBeNull()
  expect(unfit({ type: 'image/gif', size: 5 })).toBe('kind')
  expect(unfit({ type: '', size: 5 })).toBe('kind')
  expect(unfit({ type: 'image/jpeg', size: MOST_BYTES + 1 })).toBe('size')
})

test('a photo of somebody the brief knows keeps what it says of them', () => {
  const made = withPhotos(brief, { image: 'images/p', name: 'p.png' }, [
    { image: 'images/a', name: '엄마' },
    { image: 'images/b', name: '인물 1' },
  ])
  expect(made.product).toEqual({ name: '제습기', image: 'images/p' })
  expect(made.characters).toEqual([
    { name: '엄마', description: '30대', image: 'images/a' },
    { name: '인물 1', description: '', image: 'images/b' },
  ])
})

test('a brief without photos is the brief that it was', () => {
  expect(withPhotos(brief, null, [])).toEqual(brief)
})

test('names are told apart, and what was kept badly is no photo', () => {
  expect(freeName(['인물 1', '인물 3'], (n) => `인물 ${n}`)).toBe('인물 2')
  expect(readPhotos('{"people": [1, null, {"image": "i", "name": "n"}]}')).toEqual({
    product: null,
    people: [{ image: 'i', name: 'n' }],
  })
  expect(readPhotos('')).toEqual({ product: null, people: [] })
})
