// Our own letters: for machines without a Korean font, and for captions as the films have them.

/** Loads the style sheet of their slices once the page has been painted. */
export function letters(): void {
  const named = document.querySelector<HTMLMetaElement>('meta[name="letters"]')
  if (!named) return // `studio-dev` has none
  const sheet = Object.assign(document.createElement('link'), { rel: 'stylesheet', href: named.content })
  requestAnimationFrame(() => setTimeout(() => document.head.append(sheet)))
}
