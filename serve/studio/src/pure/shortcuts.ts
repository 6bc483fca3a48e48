// One table of commands and their keys: it feeds the handlers, the tooltips, the sheet that `?`
// opens and the menu that Ctrl K opens.

export type Act =
  | 'turn' | 'backward' | 'forward' | 'frameBack' | 'frameOn' | 'tenBack' | 'tenOn' | 'cutBack'
  | 'cutOn' | 'markIn' | 'markOut' | 'loopCut' | 'captions' | 'safeZone' | 'pin' | 'undo' | 'redo' | 'menu'
  | 'shortcuts' | 'feedback' | 'checks' | 'comments' | 'takes' | 'formats' | 'changes' | 'exchange'
  | 'share' | 'home' | 'operate' | 'language' | 'theme'

type Shortcut = {
  readonly act: Act
  /** As `pressed` names them; none: it is in the menu only. */
  readonly keys: readonly string[]
  /** As a person reads them. */
  readonly shown: string
}

export const SHORTCUTS: readonly Shortcut[] = [
  { act: 'turn', keys: ['k', ' '], shown: 'K' },
  { act: 'backward', keys: ['j'], shown: 'J' },
  { act: 'forward', keys: ['l'], shown: 'L' },
  { act: 'frameBack', keys: ['ArrowLeft'], shown: '←' },
  { act: 'frameOn', keys: ['ArrowRight'], shown: '→' },
  { act: 'tenBack', keys: ['Shift+ArrowLeft'], shown: 'Shift ←' },
  { act: 'tenOn', keys: ['Shift+ArrowRight'], shown: 'Shift →' },
  { act: 'cutBack', keys: ['ArrowUp'], shown: '↑' },
  { act: 'cutOn', keys: ['ArrowDown'], shown: '↓' },
  { act: 'markIn', keys: ['i'], shown: 'I' },
  { act: 'markOut', keys: ['o'], shown: 'O' },
  { act: 'loopCut', keys: ['r'], shown: 'R' },
  { act: 'captions', keys: ['t'], shown: 'T' },
  { act: 'safeZone', keys: ['s'], shown: 'S' },
  { act: 'pin', keys: ['c'], shown: 'C' },
  { act: 'undo', keys: ['Ctrl+z'], shown: 'Ctrl Z' },
  { act: 'redo', keys: ['Ctrl+Shift+z', 'Ctrl+y'], shown: 'Ctrl Shift Z' },
  { act: 'menu', keys: ['Ctrl+k'], shown: 'Ctrl K' },
  { act: 'shortcuts', keys: ['?', 'Shift+?'], shown: '?' },
  ...(
    ['feedback', 'checks', 'comments', 'takes', 'formats', 'changes', 'exchange', 'share', 'home',
      'operate', 'language', 'theme'] as const
  ).map((act) => ({ act, keys: [], shown: '' })),
]

const TYPED = new Set(['INPUT', 'TEXTAREA'])
const OF_BUTTONS = new Set([' ', 'Enter'])
const OF_SLIDERS = new Set(['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'])
const OF_LISTS = new Set(['ArrowUp', 'ArrowDown'])

/** What a key is for, or null: none while typing or while Hangul is composed. */
export function actOf(event: KeyboardEvent): Act | null {
  if (event.isComposing || event.keyCode === 229 || event.altKey || event.defaultPrevented) return null
  const on = event.target instanceof HTMLElement ? event.target : null
  // Nobody types into a choice of files: it is a button.
  const files = on instanceof HTMLInputElement && on.type === 'file'
  // Nor into a bar that is drawn along: it has the arrows.
  const drawn = on instanceof HTMLInputElement && on.type === 'range'
  if (drawn && OF_SLIDERS.has(event.key)) return null
  if (on && !files && !drawn && (TYPED.has(on.tagName) || on.isContentEditable)) return null
  // A choice is found by its letters, and takes no key with Ctrl.
  if (on?.tagName === 'SELECT' && !event.ctrlKey && !event.metaKey) return null
  // A focused control keeps the keys that work it, and an open dialog all of them.
  if (on?.closest('dialog')) return null
  if (on?.closest('[role="slider"]') && !event.ctrlKey && !event.metaKey) return null
  if ((files || on?.closest('button, a, summary')) && OF_BUTTONS.has(event.key)) return null
  if (on?.closest('[role="tablist"]') && OF_LISTS.has(event.key)) return null
  const name = pressed(event)
  return SHORTCUTS.find((one) => one.keys.includes(name))?.act ?? null
}

/** The name of what is pressed, such as `k` or `Ctrl+Shift+z`. */
export function pressed(event: KeyboardEvent): string {
  // By the place on the keyboard: with a Korean layout the K key types ㅏ.
  const key = event.code.startsWith('Key') ? event.code.slice(3).toLowerCase() : event.key
  const held = [event.ctrlKey || event.metaKey ? 'Ctrl+' : '', event.shiftKey ? 'Shift+' : '']
  return held.join('') + key
}

/** The key of a command as a person reads it; empty: it has none. */
export function keyOf(act: Act): string {
  return SHORTCUTS.find((one) => one.act === act)?.shown ?? ''
}

/** A tooltip's words: what it does, and its key. */
export function withKey(words: string, act: Act): string {
  const shown = keyOf(act)
  return shown ? `${words} (${shown})` : words
}
