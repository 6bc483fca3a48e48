// Safe zones on the picture of a film, in shares of its width and height.

type Zone = {
  /** Width and height in pixels that the margins are of. */
  readonly canvas: readonly number[]
  /** Top, right, bottom, left. */
  readonly margins: readonly number[]
}
export type Inset = { readonly top: number; readonly right: number; readonly bottom: number; readonly left: number }

/** How far the zone's edges are from those of a film of this ratio, which fills the canvas' width. */
export function insetOf(zone: Zone, ratio: string): Inset {
  const [width = 1, height = 1] = zone.canvas
  const [top = 0, right = 0, bottom = 0, left = 0] = zone.margins
  const [wide = 1, high = 1] = ratio.split(':').map(Number)
  const film = (width * high) / wide
  const drop = (height - film) / 2
  return {
    top: Math.max(0, top - drop) / film,
    right: right / width,
    bottom: Math.max(0, bottom - drop) / film,
    left: left / width,
  }
}
