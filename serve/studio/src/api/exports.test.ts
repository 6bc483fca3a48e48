import { expect, test } from 'vitest'
import { received } from './exports'

test('a file is received whole, and says how much of it is there', async () => {
  const body = new ReadableStream<Uint8Array>({
    start(to) {
      for (const part of ['ab', 'cdef', 'gh']) to.enqueue(new TextEncoder().encode(part))
      to.close()
    },
  })
  const shares: number[] = []
  const file = await received(
    new Response(body, { headers: { 'content-length': '8', 'content-type': 'text/csv' } }),
    (share) => shares.push(share),
  )
  expect([await file.text(), file.type]).toEqual(['abcdefgh', 'text/csv'])
  expect(shares).toEqual([0.25, 0.75, 1])
})
