// Files that the server hands out: their names, and what they are for.

export const GROUPS = ['sheets', 'film', 'timelines', 'words', 'stills'] as const
export type Group = (typeof GROUPS)[number]

const OF: Readonly<Record<string, Group>> = {
  pdf: 'sheets', xlsx: 'sheets', pptx: 'sheets', csv: 'sheets',
  mp4: 'film', stems: 'film',
  srt: 'words', vtt: 'words',
  png: 'stills',
}

/** Where a format stands in the list; a further one with those of editing programs. */
export function groupOf(format: string): Group {
  return OF[format] ?? 'timelines'
}

/** Returns the name of a `Content-Disposition`, in its own letters where it has them; else "". */
export function fileName(disposition: string): string {
  const whole = /filename\*=UTF-8''([^;]+)/i.exec(disposition)?.[1]
  try {
    if (whole) return decodeURIComponent(whole)
  } catch {
    // Not as it should be: the plain one is.
  }
  return /filename="?([^";]+)/.exec(disposition)?.[1]?.trim() ?? ''
}
