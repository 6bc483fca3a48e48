// Finding a command by what a person types: words in any order, and Korean by initial consonants.

/** The initial consonants, in the order in which Unicode builds syllables of them. */
const INITIALS = 'ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ'
const FIRST = 0xac00
const LAST = 0xd7a3
const FINALS = 28
const VOWELS = 21

/** How well each of the words is found in a text; null where one is not. Less is better. */
export function found(wanted: string, text: string): number | null {
  let worst = 0
  for (const word of plain(wanted).split(' ').filter(Boolean)) {
    const at = placeOf(word, plain(text))
    if (at < 0) return null
    worst = Math.max(worst, at)
  }
  return worst
}

function placeOf(word: string, text: string): number {
  for (let at = 0; at + word.length <= text.length; at++) {
    if ([...word].every((letter, index) => stands(letter, text.charAt(at + index)))) return at
  }
  return -1
}

/** Whether a letter stands for another: ㄷ and 되 both for 됩, which is still being typed. */
function stands(typed: string, letter: string): boolean {
  if (typed === letter) return true
  const code = letter.charCodeAt(0)
  if (code < FIRST || code > LAST) return false
  const syllable = code - FIRST
  if (INITIALS[Math.floor(syllable / (VOWELS * FINALS))] === typed) return true
  const open = typed.charCodeAt(0) - FIRST
  return open >= 0 && open % FINALS === 0 && syllable - (syllable % FINALS) === open
}

function plain(text: string): string {
  return text.normalize('NFC').toLowerCase().replace(/\s+/g, ' ').trim()
}
