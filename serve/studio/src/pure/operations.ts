// Operations in a person's words.
import type { Cut, Operation } from '../state/production.svelte'
import type { speech } from '../words/words.svelte'

type Speech = Pick<typeof speech, 'words' | 'term' | 'field'>

/** One line: which cut, which field, before and after. */
export function said_of(operation: Operation, cuts: readonly Cut[], speech: Speech): string {
  const { words } = speech
  const name = (id: string | null | undefined) => {
    const cut = cuts.find((one) => one.id === id)
    return cut ? words.cut(cut.number) : ''
  }
  switch (operation.op) {
    case 'edit':
      return `${name(operation.cut)} · ${speech.field(operation.field)}: ${shown(operation.field, operation.before, speech)} → ${shown(operation.field, operation.after, speech)}`
    case 'retime':
      return `${name(operation.cut)} · ${speech.field('num_frames')}: ${words.frames(operation.frames)}`
    case 'move':
      return `${name(operation.cut)} → ${name(operation.after) || words.cut(1)}`
    case 'remove':
      return `${name(operation.cut)}: ${words.remove}`
    case 'split':
      return `${name(operation.cut)}: ${words.split}`
    case 'merge':
      return `${name(operation.cut)} + ${name(operation.next)}`
    case 'lock':
      return `${name(operation.cut)} · ${speech.field(operation.field)}: ${words.lock}`
    case 'unlock':
      return `${name(operation.cut)} · ${speech.field(operation.field)}: ${words.unlock}`
    case 'take':
      return `${name(operation.cut)}: ${operation.take ? words.pickTake : words.newestTake}`
    case 'place_sound':
      return `${name(operation.cut)} · ${words.soundKinds[operation.sound.kind]} ${operation.sound.name}`
    case 'remove_sound':
      return `${words.recordings}: ${words.remove}`
    case 'add':
      return `+ ${operation.cut.action}`
    case 'edit_look':
    case 'edit_treatment':
    case 'edit_brief':
    case 'edit_sheet':
      return `${speech.field(operation.field)}: ${plain(operation.before)} → ${plain(operation.after)}`
    default:
      return `${name('cut' in operation ? (operation.cut as string) : null)}: ${operation.op}`
  }
}

function shown(field: string, value: unknown, speech: Speech): string {
  return typeof value === 'string' ? speech.term(field, value) || '–' : plain(value)
}

function plain(value: unknown): string {
  if (Array.isArray(value)) {
    return value
      .map((one) => (one && typeof one === 'object' && 'text' in one ? String(one.text) : String(one)))
      .join(', ')
  }
  return String(value ?? '–') || '–'
}
