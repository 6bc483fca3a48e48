// Places on the picture: 0..1 of its width and height, as comments store them.

export type Place = { readonly x: number; readonly y: number }

export type Marked = {
  readonly cut: string | null
  readonly frame: number | null
  readonly last: number | null
  readonly x: number | null
  readonly y: number | null
  readonly resolved: boolean
}

const SHOWN_S = 0.5
/** The share of the picture that an arrow key moves a pin by. */
const STEP = 0.02

/** Whether a pin is to be seen at a frame of a cut: in its range, and for half a second around it. */
export function isShown(mark: Marked, cut: string | null, within: number, fps: number): boolean {
  if (mark.resolved || mark.cut !== cut || mark.x === null || mark.y === null) return false
  const first = mark.frame ?? 0
  const around = SHOWN_S * fps
  return within >= first - around && within <= (mark.last ?? first) + around
}

export type Pin = Place & { readonly id: string; readonly author: string; readonly text: string }
type Said = Marked & { readonly id: string; readonly author: string; readonly text: string }

/** The pins that are seen at a frame of a cut. */
export function pinsAt(said: readonly Said[], cut: string | null, within: number, fps: number): Pin[] {
  return said
    .filter((one) => isShown(one, cut, within, fps))
    .map(({ id, author, text, x, y }) => ({ id, author, text, x: x ?? 0, y: y ?? 0 }))
}

/** The place of a pointer on an element that is exactly the picture. */
export function placeIn(box: DOMRect, x: number, y: number): Place {
  return { x: bounded((x - box.left) / box.width), y: bounded((y - box.top) / box.height) }
}

/** Where an arrow key moves a pin to; null for any other key. */
export function movedBy(key: string, from: Place): Place | null {
  const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key]
  if (!by) return null
  const [across = 0, down = 0] = by
  return { x: bounded(from.x + across * STEP), y: bounded(from.y + down * STEP) }
}

function bounded(share: number): number {
  return Math.round(Math.min(1, Math.max(0, share)) * 1000) / 1000
}
