// The directions of one order (A안, B안, C안), as the page addresses them.

/** The page's path of a project, of the URL that the API gives it. */
export function projectPath(url: string): string {
  return `/projects/${url.split('/').at(-1)}`
}

/** Which of `among` cuts the cut at `index` of `of` cuts takes the place of: an ending of the ending. */
export function counterpart(index: number, of: number, among: number): number {
  if (index === 0) return 0
  if (index === of - 1) return among - 1
  return Math.max(0, Math.min(index, among - 2))
}
