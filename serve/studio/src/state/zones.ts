// The safe zones of platforms, asked for once, by whoever first wants to see one.
import { dataOf, lasting, type Schemas } from '../api/client'

export type Zone = Schemas['SafeZone']
let asked: Promise<readonly Zone[]> | null = null

export function safeZones(): Promise<readonly Zone[]> {
  asked ??= dataOf(lasting.GET('/v1/safe-zones')).then(
    (found) => found?.zones ?? [],
    (error: unknown) => {
      asked = null
      throw error
    },
  )
  return asked
}
