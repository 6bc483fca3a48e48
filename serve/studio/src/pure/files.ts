// The name of a file that the server hands out.

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
