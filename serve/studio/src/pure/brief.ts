// A brief that is proposed from a sentence, and what a person changed in it by hand.
import type { Schemas } from '../api/client'

type Brief = Schemas['Brief']
export type Edits = Partial<Omit<Brief, 'product'>> & { readonly product?: Partial<Brief['product']> }

/** What was changed: fields of `now` that are others than proposed. */
export function editsOf(proposed: Brief, now: Brief): Edits {
  const { product, ...rest } = now
  const ofProduct = changed(proposed.product, product)
  const edits = changed<Omit<Brief, 'product'>>(proposed, rest)
  return Object.keys(ofProduct).length ? { ...edits, product: ofProduct } : edits
}

/** The brief of another proposal with the same changes. */
export function withEdits(proposed: Brief, { product, ...rest }: Edits): Brief {
  return { ...proposed, ...rest, product: { ...proposed.product, ...product } }
}

/** Whether a field, named as the API names it (`product.name`), was changed by hand. */
export function isEdited({ product, ...rest }: Edits, field: string): boolean {
  return field.startsWith('product.') ? field.slice(8) in (product ?? {}) : field in rest
}

/** What was kept as text; nothing where it cannot be read. */
export function readEdits(text: string): Edits {
  try {
    const found: unknown = JSON.parse(text || '{}')
    return typeof found === 'object' && found !== null && !Array.isArray(found) ? found : {}
  } catch {
    return {}
  }
}

function changed<Part extends object>(before: Part, now: Part): Partial<Part> {
  const names = Object.keys(now) as (keyof Part)[]
  const others = names.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(now[name]))
  return Object.fromEntries(others.map((name) => [name, now[name]])) as Partial<Part>
}
