// What renders cost, added up by tenant. Of an unknown part the sum is unknown, never less.

type Money = { readonly amount: number; readonly currency: string }
type Day = { readonly day: string; readonly tenant: string; readonly spent: Money | null }
type Ceiling = { readonly tenant: string | null; readonly left: Money }
/** `today`: null, too, where nothing was rendered today. */
export type Spent = { readonly today: Money | null; readonly month: Money | null }

export function spentBy(days: readonly Day[], today: string): ReadonlyMap<string, Spent> {
  const found = new Map<string, Spent>()
  for (const tenant of new Set(days.map((one) => one.tenant))) {
    const own = days.filter((one) => one.tenant === tenant)
    found.set(tenant, {
      today: sumOf(own.filter((one) => one.day === today).map((one) => one.spent)),
      month: sumOf(own.map((one) => one.spent)),
    })
  }
  return found
}

/** What may still be spent today, of a tenant or (null) of all together; null: there is no ceiling. */
export function leftOf(ceilings: readonly Ceiling[], tenant: string | null): Money | null {
  return ceilings.find((one) => one.tenant === tenant)?.left ?? null
}

/** The sum of amounts; null where one is not known, or there is none. */
export function sumOf(amounts: readonly (Money | null)[]): Money | null {
  const known = amounts.filter((one) => one !== null)
  const [first] = known
  if (!first || known.length < amounts.length) return null
  return { amount: known.reduce((all, one) => all + one.amount, 0), currency: first.currency }
}
