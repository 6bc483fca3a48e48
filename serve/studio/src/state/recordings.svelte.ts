// Recordings of one's own that are brought to a film: sent as they come, placed where they were dropped.
import { Refused, spoken, type Problem, type Schemas } from '../api/client'
import { typeOf, type Kind, type Landing, type Sound } from '../pure/sounds'
import { speech } from '../words/words.svelte'
import type { Operation, ProductionState } from './production.svelte'

export class Recordings {
  /** What the next one is placed as. */
  kind = $state<Kind>('na')
  /** The name of the file that is on its way. */
  sending = $state('')
  /** What could not be done, for the person who asked for it. */
  told = $state('')

  readonly #work: ProductionState

  constructor(work: ProductionState) {
    this.#work = work
  }

  /** Sends the files, and places each on a frame of the draft. */
  async bring(files: readonly File[], at: Landing): Promise<void> {
    this.told = ''
    const kind = this.kind
    for (const file of files) {
      const upload = await this.#sent(file)
      if (!upload) return
      if (!(await this.place({ id: '', kind, upload, frame: at.frame }, at))) return
    }
  }

  /** Places one, or moves or changes one that stands. */
  place(sound: Sound, at: Landing): Promise<boolean> {
    const op = { op: 'place_sound', cut: at.cut, sound: { ...sound, frame: at.frame } }
    return this.#apply(op as Operation)
  }

  remove(sound: Sound): Promise<boolean> {
    return this.#apply({ op: 'remove_sound', sound: sound.id })
  }

  async #apply(operation: Operation): Promise<boolean> {
    this.told = ''
    const done = await this.#work.apply([operation])
    const refused = this.#work.refused
    if (!done) this.told = refused && !refused.lost ? refused.message : speech.words.lost
    return done
  }

  /** The key of the recording; null if it was not taken. */
  async #sent(file: File): Promise<string | null> {
    const type = typeOf(file.name)
    if (!type) {
      this.told = speech.words.soundKind(file.name)
      return null
    }
    this.sending = file.name
    try {
      const url = `/v1/sounds?name=${encodeURIComponent(file.name.slice(-120))}`
      const answer = await spoken(url, { method: 'POST', body: file, headers: { 'content-type': type } })
      if (!answer.ok) throw new Refused(answer.status, (await answer.json()) as Problem)
      return ((await answer.json()) as Schemas['UploadedSoundView']).upload
    } catch (error) {
      const detail = error instanceof Refused ? error.message : ''
      this.told = detail ? `${file.name}: ${detail}` : speech.words.lost
      return null
    } finally {
      this.sending = ''
    }
  }
}
