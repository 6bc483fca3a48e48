// The keyboard stays where it works: a control that goes, or cannot be used for a while, leaves it
// to the part of the page that it was in.

/** What a screen reader calls by a name; focused, it does nothing by itself. */
const PARTS = [
  'article', 'dialog', 'form[aria-label]', 'main', 'section[aria-label]', 'section[aria-labelledby]',
  '[role="tabpanel"]',
].join()

/** Keeps the focus from falling to the body until it is stopped; returns how to stop it. */
export function keptFocus(page: Document): () => void {
  /** What had the focus last, and what it stood in. */
  let last: HTMLElement | null = null
  let around: readonly Element[] = []
  /** The part that stands in for `last` while that is disabled. */
  let instead: HTMLElement | null = null

  function take(event: FocusEvent): void {
    if (event.target === instead) return
    last = event.target as HTMLElement
    instead = null
    around = parents(last)
  }
  /** Who presses beside every control has put the focus away. */
  function press(): void {
    last = instead = null
  }
  function look(records: readonly MutationRecord[]): void {
    const now = page.activeElement
    if (!last || (now && now !== page.body && now !== last && now !== instead)) return
    if (usable(last)) {
      // It can be used again, or was moved. What was merely left is not taken back.
      if ((instead && now === instead) || (now !== last && moved(records))) {
        instead = null
        last.focus({ preventScroll: true })
      }
      return
    }
    if (instead && now === instead) return
    const part = around.find((one) => one.matches(PARTS) && usable(one)) ?? page.querySelector('main')
    if (!(part instanceof HTMLElement)) return
    if (!part.hasAttribute('tabindex')) part.tabIndex = -1
    instead = part
    part.focus({ preventScroll: true })
  }
  function moved(records: readonly MutationRecord[]): boolean {
    const out = new Set(records.flatMap((one) => [...one.removedNodes]))
    return [last, ...around].some((one) => one && out.has(one))
  }
  const changes = new MutationObserver(look)
  changes.observe(page, { childList: true, subtree: true, attributeFilter: ['disabled', 'open'] })
  page.addEventListener('focusin', take)
  page.addEventListener('pointerdown', press, true)
  return () => {
    changes.disconnect()
    page.removeEventListener('focusin', take)
    page.removeEventListener('pointerdown', press, true)
  }
}

function usable(one: Element): boolean {
  return one.isConnected && !one.matches(':disabled') && one.checkVisibility()
}

function parents(one: Element): readonly Element[] {
  const found: Element[] = []
  for (let at = one.parentElement; at; at = at.parentElement) found.push(at)
  return found
}
