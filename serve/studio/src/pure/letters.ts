// Captions as the editor sets them: its numbers, in shares of the picture. `deployments/overlays.py` and
// `deployments/safe_area.py` have them first; `letters.cases.json` tests both.

const CAPTION_SIZE = 0.066
const LINE_HEIGHT = 1.3
const HALO = 0.28
const TITLE_SAFE = 0.05
/** A film that is taller than wide counts as shown on a phone, whose apps cover this much of it. */
const SCREEN = { width: 1080, height: 1920, top: 288, bottom: 672, side: 192 }
const ROUNDING = 1.02

type Area = { left: number; top: number; right: number; bottom: number }

/** Where lettering may stand in a picture, in its pixels. */
export function safeArea(width: number, height: number): Area {
  const area = { left: TITLE_SAFE * width, top: TITLE_SAFE * height, right: 0, bottom: 0 }
  area.right = width - area.left
  area.bottom = height - area.top
  if (height <= width) return area
  const scale = SCREEN.width / width
  const margin = (SCREEN.height - height * scale) / 2
  const side = SCREEN.side / scale
  return {
    left: Math.max(area.left, side),
    right: Math.min(area.right, width - side),
    top: Math.max(area.top, (SCREEN.top - margin) / scale),
    bottom: Math.min(area.bottom, (SCREEN.height - SCREEN.bottom - margin) / scale),
  }
}

/** The font size, in pixels, of all captions of a film: of one whose widest line has `widest` em. */
export function captionSize(width: number, height: number, widest: number, lines: number): number {
  const wished = CAPTION_SIZE * Math.min(width, height)
  const fitting = (factor: number) => {
    const area = safeArea(width, height)
    const halo = 2 * HALO * wished
    const high = (area.bottom - area.top) / 2 - halo
    return Math.min(
      wished,
      (area.right - area.left - halo) / (factor * widest || 1),
      high / (factor * lines * LINE_HEIGHT || 1),
    )
  }
  // What fits with room to spare keeps its size; so the editor decides, too.
  return widest && fitting(ROUNDING) < wished ? fitting(1) : wished
}

/** How far up the last line of a caption ends, in shares of the picture's height. */
export function captionRise(width: number, height: number, size: number): number {
  return (height - safeArea(width, height).bottom + HALO * size) / height
}
