// The directions of one order (A안, B안, C안), as the page addresses them.

/** The page's path of a project, of the URL that the API gives it. */
export function projectPath(url: string): string {
  return `/projects/${url.split('/').at(-1)}`
}
