// @vitest-environment jsdom
import { beforeEach, expect, test, vi } from 'vitest'
import { ProjectState } from './project.svelte'

const cuts = (...ids: string[]) => ids.map((id, index) => ({ id, number: index + 1 }))
const PROJECT = {
  id: 'prj_1',
  directions: [
    { id: 'p_a', version: 1, direction: { letter: 'A', picked: true } },
    { id: 'p_b', version: 1, direction: { letter: 'B', picked: false } },
  ],
}
const server = vi.hoisted(() => ({ sent: [] as unknown[] }))

vi.mock('../api/stream', () => ({ onEvent: () => () => {}, onConnection: () => () => {} }))
vi.mock('../api/client', async (original) => {
  const answered = (data: unknown) => ({ data, response: new Response(null, { status: 200 }) })
  return {
    ...(await original<typeof import('../api/client')>()),
    api: {
      GET: async (path: string) => {
        if (path.includes('projects')) return answered(PROJECT)
        const conte = { cuts: path.endsWith('draft') ? cuts('a1', 'a2', 'a3', 'a4', 'a5') : cuts('b1', 'b2', 'b3', 'b4') }
        return answered({ conte })
      },
      POST: async (_: string, { params, body }: { params: { path: object }; body: object }) => {
        server.sent.push({ ...params.path, ...body })
        return answered({})
      },
    },
  }
})

beforeEach(() => (server.sent.length = 0))

test('a cut of another direction goes into the picked one\'s draft, an ending in place of the ending', async () => {
  const work = new ProjectState('prj_1')
  await vi.waitFor(() => expect(Object.keys(work.contes)).toEqual(['p_a', 'p_b']))
  const ending = work.contes.p_b?.cuts.at(-1)
  if (!ending) throw new Error('it has cuts')
  expect(await work.lend('p_b', ending)).toBe(true)
  const borrow = { op: 'borrow', production: 'p_b', version: 1, cuts: ['b4'], after: 'a4', replacing: ['a5'] }
  expect(server.sent).toEqual([{ id: 'p_a', operations: [borrow], causes: [] }])
  expect(work.lent['p_b b4']).toBe(5)
  work.close()
})
