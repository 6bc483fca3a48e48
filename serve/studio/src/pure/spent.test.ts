import { expect, test } from 'vitest'
import { leftOf, spentBy } from './spent'

const won = (amount: number) => ({ amount, currency: 'KRW' })

test('what each tenant spent is added up for today and for all days', () => {
  const days = [
    { day: '2026-11-30', tenant: 'a', spent: won(20) },
    { day: '2026-11-29', tenant: 'a', spent: won(5) },
    { day: '2026-11-29', tenant: 'b', spent: won(7) },
  ]
  expect(spentBy(days, '2026-11-30')).toEqual(
    new Map([
      ['a', { today: won(20), month: won(25) }],
      ['b', { today: null, month: won(7) }],
    ]),
  )
})

test('a day whose price is not known leaves the whole sum unknown', () => {
  const days = [
    { day: '2026-11-30', tenant: 'a', spent: null },
    { day: '2026-11-29', tenant: 'a', spent: won(5) },
  ]
  expect(spentBy(days, '2026-11-30').get('a')).toEqual({ today: null, month: null })
})

test('what is left is that of the tenant\'s own ceiling', () => {
  const ceilings = [{ tenant: null, left: won(100) }, { tenant: 'a', left: won(9) }]
  expect([leftOf(ceilings, null), leftOf(ceilings, 'a'), leftOf(ceilings, 'b')]).toEqual([won(100), won(9), null])
})
