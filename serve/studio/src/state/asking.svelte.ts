// What asks the API and may be refused: the last refusal is kept, to be shown beside what was asked.
import { Refused } from '../api/client'

export class Asking {
  refused = $state.raw<Refused | null>(null)

  /** Does the work; returns whether it was done. Throws what is no refusal. */
  protected async attempt(work: () => Promise<void>): Promise<boolean> {
    try {
      await work()
      this.refused = null
      return true
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      this.refused = error
      return false
    }
  }
}
