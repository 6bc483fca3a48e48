// How long something will still take, by how fast it went so far.

/** The share that has to be done before its pace says anything. */
const LEAST = 0.05

/** Seconds until all is done, where `took_s` brought it from `from` to `done`; null: too early to say. */
export function remaining(from: number, done: number, took_s: number): number | null {
  const share = done - from
  return share < LEAST ? null : (took_s * (1 - done)) / share
}
