// What can be done in the view that is open: each view brings its own, and takes them away again.
import { untrack } from 'svelte'
import type { Act } from '../pure/shortcuts'

export type Acts = Partial<Record<Act, () => void>>

class Commands {
  #sets = $state.raw<readonly Acts[]>([])

  /** Adds what a view can do; returns how to take it away. */
  bring(acts: Acts): () => void {
    untrack(() => (this.#sets = [...this.#sets, acts]))
    return () => (this.#sets = this.#sets.filter((one) => one !== acts))
  }

  /** How to do it now, or null where nothing does. */
  of(act: Act): (() => void) | null {
    return this.#sets.findLast((acts) => acts[act])?.[act] ?? null
  }
}

export const commands = new Commands()
