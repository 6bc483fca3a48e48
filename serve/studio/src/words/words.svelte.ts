// The words of the page in the language of the browser, or the one that was chosen.
import { en } from './en'
import { ko, type Words } from './ko'
import vocabulary from './vocabulary.json'

export type Language = 'ko' | 'en'
export type Quoted = {
  readonly p50_s: number | null
  readonly gpu_s: number | null
  readonly price: { readonly amount: number; readonly currency: string } | null
}
type Both = { ko: string; en: string }

const KEPT = 'sian-language'

class Speech {
  language = $state<Language>(first())

  get words(): Words {
    return this.language === 'ko' ? ko : en
  }

  choose(language: Language): void {
    this.language = language
    localStorage.setItem(KEPT, language)
  }

  turn(): void {
    this.choose(this.language === 'ko' ? 'en' : 'ko')
  }

  /** What a person calls a term of a closed vocabulary. */
  term(field: string, value: string): string {
    const terms: Record<string, Record<string, Both>> = vocabulary.terms
    return terms[field]?.[value]?.[this.language] ?? value
  }

  /** The values that a field may have, or nothing where it is free text. */
  values(field: string): readonly string[] {
    const terms: Record<string, Record<string, Both>> = vocabulary.terms
    return Object.keys(terms[field] ?? {})
  }

  field(name: string): string {
    const fields: Record<string, Both> = vocabulary.fields
    const whole: Record<string, string> = { lengths: this.words.length, order: this.words.order }
    return fields[name]?.[this.language] ?? whole[name] ?? name
  }

  number(value: number, digits = 1): string {
    const fixed = { maximumFractionDigits: digits, minimumFractionDigits: digits }
    return once(`${this.language} ${digits}`, () => new Intl.NumberFormat(this.language, fixed)).format(value)
  }

  /** A time in the unit that a person would say it in. */
  duration(seconds: number): string {
    const units = [['day', 86_400], ['hour', 3_600], ['minute', 60]] as const
    const [unit, length] = units.find(([, length]) => seconds >= length) ?? (['second', 1] as const)
    const value = seconds / length
    return this.words.duration(this.number(value, value >= 100 ? 0 : 1), unit)
  }

  money(amount: number, currency: string): string {
    return new Intl.NumberFormat(this.language, { style: 'currency', currency }).format(amount)
  }

  /** What a quote says: the time, the GPU's time and the money, as far as they are known. */
  price(quote: Quoted): string {
    const parts = [
      quote.p50_s == null ? '' : this.words.takesAbout(this.number(quote.p50_s)),
      quote.gpu_s ? this.words.gpuSeconds(this.number(quote.gpu_s)) : '',
      quote.price ? this.money(quote.price.amount, quote.price.currency) : '',
    ]
    return parts.filter(Boolean).join(' · ')
  }

  percent(share: number): string {
    return new Intl.NumberFormat(this.language, { style: 'percent' }).format(share)
  }

  month(month: string): string {
    const at = new Date(`${month}-15T00:00:00Z`)
    return new Intl.DateTimeFormat(this.language, { year: 'numeric', month: 'long' }).format(at)
  }

  day(at: string): string {
    return new Intl.DateTimeFormat(this.language, { dateStyle: 'medium' }).format(new Date(at))
  }

  ago(at: string, now = Date.now()): string {
    const seconds = (new Date(at).getTime() - now) / 1000
    const steps = [
      ['day', 86_400],
      ['hour', 3_600],
      ['minute', 60],
    ] as const
    const format = once(
      `${this.language} ago`,
      () => new Intl.RelativeTimeFormat(this.language, { numeric: 'auto' }),
    )
    for (const [unit, length] of steps) {
      if (Math.abs(seconds) >= length) return format.format(Math.round(seconds / length), unit)
    }
    return this.words.justNow
  }
}

/** Making a format costs more than a hundred uses, and a film shows numbers with every frame. */
const made = new Map<string, unknown>()

function once<Format>(name: string, make: () => Format): Format {
  if (!made.has(name)) made.set(name, make())
  return made.get(name) as Format
}

function first(): Language {
  const kept = localStorage.getItem(KEPT)
  if (kept === 'ko' || kept === 'en') return kept
  return navigator.languages.some((tag) => tag.startsWith('ko')) ? 'ko' : 'en'
}

export const speech = new Speech()
