// Which key was meant as a shortcut: none while typing, while Hangul is composed, or with a modifier.

const TYPED = new Set(['INPUT', 'TEXTAREA', 'SELECT'])

/** The key, lower case, or null where it is none of the page's. */
export function keysOf(event: KeyboardEvent): string | null {
  if (event.isComposing || event.keyCode === 229) return null
  if (event.ctrlKey || event.metaKey || event.altKey) return null
  const on = event.target instanceof HTMLElement ? event.target : null
  if (on && (TYPED.has(on.tagName) || on.isContentEditable)) return null
  // A focused control keeps the keys that work it.
  if (on?.closest('[role="slider"]')) return null
  if (on?.closest('button, a, summary') && (event.key === ' ' || event.key === 'Enter')) return null
  // By the place on the keyboard: with a Korean layout the K key types ㅏ.
  if (event.code.startsWith('Key')) return event.code.slice(3).toLowerCase()
  return event.key
}
