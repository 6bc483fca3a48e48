// Photos for a brief: which files the server can take, and where they go.
import type { Schemas } from '../api/client'

type Brief = Schemas['Brief']
export type Photo = { readonly image: string; readonly name: string }

/** As `POST /v1/images` bounds them. */
export const KINDS = ['image/png', 'image/jpeg', 'image/webp'] as const
export const MOST_BYTES = 10 * 1024 * 1024
export const MOST_PEOPLE = 4

/** Why a file is not even sent; null: it is. */
export function unfit(file: { readonly type: string; readonly size: number }): 'kind' | 'size' | null {
  if (!KINDS.some((kind) => kind === file.type)) return 'kind'
  return file.size > MOST_BYTES ? 'size' : null
}

/** The brief with the photos; what it says of a person of the same name stays. */
export function withPhotos(brief: Brief, product: Photo | null, people: readonly Photo[]): Brief {
  const named = brief.characters ?? []
  const others = named.filter((one) => !people.some((person) => person.name === one.name))
  const shown = people.map(({ image, name }) => ({
    ...(named.find((one) => one.name === name) ?? { name, description: '' }),
    image,
  }))
  const characters = [...shown, ...others].slice(0, MOST_PEOPLE)
  return {
    ...brief,
    product: product ? { ...brief.product, image: product.image } : brief.product,
    ...(characters.length ? { characters } : {}),
  }
}

/** A name that nobody has yet: 인물 1, 인물 2. */
export function freeName(taken: readonly string[], nameOf: (n: number) => string): string {
  for (let n = 1; ; n++) if (!taken.includes(nameOf(n))) return nameOf(n)
}

/** The photos that were kept as text, or none where it cannot be read. */
export function readPhotos(text: string): { product: Photo | null; people: Photo[] } {
  try {
    const found = JSON.parse(text) as { product?: unknown; people?: unknown }
    const people = Array.isArray(found.people) ? found.people : []
    return {
      product: isPhoto(found.product) ? found.product : null,
      people: people.filter(isPhoto).slice(0, MOST_PEOPLE),
    }
  } catch {
    return { product: null, people: [] }
  }
}

function isPhoto(one: unknown): one is Photo {
  const photo = one as Partial<Photo> | null
  return typeof photo?.image === 'string' && typeof photo.name === 'string'
}
