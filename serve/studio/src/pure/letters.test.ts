import { expect, test } from 'vitest'
import cases from './letters.cases.json'
import { captionSize, safeArea } from './letters'

test.each(cases)('a caption of $lines lines in $width x $height is as large as in the film', (one) => {
  expect(captionSize(one.width, one.height, one.widest, one.lines)).toBeCloseTo(one.size, 3)
})

test.each(cases)('in $width x $height it stands where the editor may put it', (one) => {
  const area = safeArea(one.width, one.height)
  const got = [area.left, area.top, area.right, area.bottom]
  got.forEach((side, at) => expect(side).toBeCloseTo(one.area[at] ?? 0, 3))
})
