// Our own letters: for machines without a Korean font, and for captions as the films have them.

/** Loads the style sheet of their slices once the page has been painted. */
export function letters(): void {
  const named = document.querySelector<HTMLMetaElement>('meta[name="letters"]')
  if (!named) return // `studio-dev` has none
  const sheet = Object.assign(document.createElement('link'), { rel: 'stylesheet', href: named.content })
  requestAnimationFrame(() => setTimeout(() => document.head.append(sheet)))
}

let measure: CanvasRenderingContext2D | null = null

/** The widest of some lines, in em of the films' font. */
export function widestOf(lines: readonly string[]): number {
  measure ??= document.createElement('canvas').getContext('2d')
  if (!measure) return 0
  measure.font = '600 100px "Sian Sans", Pretendard, sans-serif'
  const { measureText } = measure
  return Math.max(0, ...lines.map((line) => measureText.call(measure, line).width / 100))
}
