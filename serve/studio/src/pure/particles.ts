// Korean particles after a number, by how its last digit is read: 일, 이, 삼 ... `conte/korean.py` has
// them after any word; `particles.cases.json` tests both.

/** Digits whose reading ends in a consonant: 영 일 삼 육 칠 팔. */
const CLOSED = new Set([0, 1, 3, 6, 7, 8])

export type Pair = '을/를' | '과/와' | '은/는' | '이/가'

/** `3을`, `4를`: the number with that one of the two which follows its reading. */
export function numbered(n: number, pair: Pair): string {
  const [closed, open] = pair.split('/')
  return `${n}${CLOSED.has(n % 10) ? closed : open}`
}
