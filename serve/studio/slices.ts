// Cuts the films' letters, Pretendard, into slices that a browser loads as it needs them. Their style
// sheet comes after the first paint: `index.html` only names it.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import subset from 'subset-font'
import type { Plugin } from 'vite'

const FONTS = join(import.meta.dirname, '..', '..', 'deployments', 'fonts')
/** File -> the weights that it stands for. The films' captions are set in the second one alone. */
const WEIGHTS = { 'Pretendard-Medium.otf': '100 500', 'Pretendard-SemiBold.otf': '600 900' }
/** Texts of the page: most of what is ever shown is written with their syllables. */
const TEXTS = ['words/ko.ts', 'words/vocabulary.json', 'pure/examples.ts']
const LATIN: readonly (readonly [number, number])[] = [
  [0x20, 0x2ff], [0x2000, 0x22ff], [0x2500, 0x25ff], [0x3000, 0x303f], [0xff00, 0xffef],
]
const SYLLABLES = [[0xac00, 0xd7a3]] as const
const JAMO = [[0x1100, 0x11ff], [0x3130, 0x318f]] as const

type Ranges = readonly (readonly [number, number])[]

export function slices(): Plugin {
  let sheet = ''
  return {
    name: 'slices',
    apply: 'build',
    async buildStart() {
      const faces: string[] = []
      for (const [file, weight] of Object.entries(WEIGHTS)) {
        const font = readFileSync(join(FONTS, file))
        for (const [name, ranges] of Object.entries(sliced())) {
          const cut = await subset(font, lettersOf(ranges), { targetFormat: 'woff2' })
          const path = this.getFileName(
            this.emitFile({ type: 'asset', fileName: named(`${file.split('.')[0]}-${name}`, cut, 'woff2'), source: cut }),
          )
          faces.push(face(`/${path}`, weight, ranges))
        }
      }
      const source = faces.join('\n')
      sheet = named('letters', source, 'css')
      this.emitFile({ type: 'asset', fileName: sheet, source })
    },
    transformIndexHtml: () => [
      { tag: 'meta', attrs: { name: 'letters', content: `/${sheet}` }, injectTo: 'head' },
    ],
  }
}

/** Slices by name. Of overlapping ones the last that has a letter counts: rare syllables come first. */
function sliced(): Record<string, Ranges> {
  const text = TEXTS.map((path) => readFileSync(join(import.meta.dirname, 'src', path), 'utf8')).join('')
  const ours = new Set([...text].map((letter) => letter.codePointAt(0) ?? 0).filter(isSyllable))
  const common = ksx1001().filter((code) => !ours.has(code))
  return {
    rare: [...SYLLABLES, ...JAMO],
    common: runs(common),
    page: runs([...ours]),
    latin: LATIN,
  }
}

function isSyllable(code: number): boolean {
  return SYLLABLES.some(([first, last]) => first <= code && code <= last)
}

/** The 2,350 syllables of KS X 1001, of which almost all Korean is written. */
function ksx1001(): number[] {
  const bytes: number[] = []
  for (let lead = 0xb0; lead <= 0xc8; lead++) {
    for (let trail = 0xa1; trail <= 0xfe; trail++) bytes.push(lead, trail)
  }
  const text = new TextDecoder('euc-kr').decode(new Uint8Array(bytes))
  return [...text].map((letter) => letter.codePointAt(0) ?? 0)
}

function runs(codes: readonly number[]): Ranges {
  const found: [number, number][] = []
  for (const code of codes.toSorted((a, b) => a - b)) {
    const last = found.at(-1)
    if (last && last[1] === code - 1) last[1] = code
    else found.push([code, code])
  }
  return found
}

function lettersOf(ranges: Ranges): string {
  const codes = ranges.flatMap(([first, last]) =>
    Array.from({ length: last - first + 1 }, (_, at) => first + at),
  )
  return codes.map((code) => String.fromCodePoint(code)).join('')
}

function face(url: string, weight: string, ranges: Ranges): string {
  const covered = ranges
    .map(([first, last]) => `U+${first.toString(16)}${first === last ? '' : `-${last.toString(16)}`}`)
    .join(',')
  return `@font-face{font-family:"Sian Sans";src:url(${url}) format("woff2");font-weight:${weight};font-display:swap;unicode-range:${covered}}`
}

function named(name: string, source: string | Uint8Array, kind: string): string {
  const hash = createHash('sha256').update(source).digest('hex').slice(0, 8)
  return `assets/${name}-${hash}.${kind}`
}
