// What the API wants of a field, beside the field and in the words of the page.
import type { Words } from '../words/ko'

type Wrong = { readonly field: string; readonly wanted: string }
type Said = Words['wanted']

/** What is wanted of a field or of a part of it (`ideas[0].text`); empty where it is right. */
export function wantedOf(errors: readonly Wrong[], field: string, said: Said): string {
  const found = errors.find((one) => isOf(one.field, field))
  return found ? inWords(found.wanted, said) : ''
}

export function isOf(path: string, field: string): boolean {
  const name = path.replace(/^brief\./, '')
  return name === field || name.startsWith(`${field}[`) || name.startsWith(`${field}.`)
}

function inWords(wanted: string, said: Said): string {
  if (wanted === 'required') return said.required
  const [, bound, amount = '', unit] =
    /^(at least|at most|greater than or equal to|less than or equal to) ([\d.]+)( characters| items)?$/.exec(wanted) ?? []
  if (!bound) return wanted
  const least = bound === 'at least' || bound.startsWith('greater')
  if (unit === ' characters') return least ? said.leastLetters(amount) : said.mostLetters(amount)
  if (unit === ' items') return least ? said.leastItems(amount) : said.mostItems(amount)
  return least ? said.least(amount) : said.most(amount)
}
