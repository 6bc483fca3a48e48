// The photos of a brief that is being written: sent as they come, kept until the brief is ordered.
import { Refused, spoken, type Problem, type Schemas } from '../api/client'
import { freeName, MOST_PEOPLE, readPhotos, unfit, withPhotos, type Photo } from '../pure/photos'
import { speech } from '../words/words.svelte'
import { keep, kept } from './drafted'

const KEPT = 'photos'
export type Place = 'product' | 'people'

export class Photos {
  product = $state.raw<Photo | null>(null)
  people = $state<Photo[]>([])
  /** Files that are on their way, by place. */
  sending = $state({ product: 0, people: 0 })
  told = $state({ product: '', people: '' })
  /** What each picture looks like, by its key; only while this page is open. */
  looks = $state<Record<string, string>>({})

  constructor() {
    const { product, people } = readPhotos(kept(KEPT))
    this.product = product
    this.people = people
  }

  get any(): boolean {
    return this.product !== null || this.people.length > 0
  }

  async take(place: Place, files: readonly File[]): Promise<void> {
    this.told[place] = ''
    for (const file of place === 'product' ? files.slice(0, 1) : files) {
      if (place === 'people' && this.people.length + this.sending.people >= MOST_PEOPLE) {
        this.told.people = speech.words.photoMost(MOST_PEOPLE)
        return
      }
      const wrong = unfit(file)
      if (wrong) this.told[place] = speech.words[wrong === 'kind' ? 'photoKind' : 'photoSize'](file.name)
      else await this.#send(place, file)
    }
  }

  name(index: number, name: string): void {
    const person = this.people[index]
    if (person) this.people[index] = { ...person, name }
    this.#keep()
  }

  remove(place: Place, index = 0): void {
    if (place === 'product') this.product = null
    else this.people.splice(index, 1)
    this.told[place] = ''
    this.#keep()
  }

  /** Once they were ordered, the next brief begins without. */
  clear(): void {
    this.product = null
    this.people = []
    this.#keep()
  }

  into(brief: Schemas['Brief']): Schemas['Brief'] {
    return withPhotos(brief, this.product, this.people)
  }

  async #send(place: Place, file: File): Promise<void> {
    this.sending[place] += 1
    try {
      const headers = { 'content-type': file.type }
      const answer = await spoken('/v1/images', { method: 'POST', body: file, headers })
      if (!answer.ok) throw new Refused(answer.status, (await answer.json()) as Problem)
      const { image } = (await answer.json()) as Schemas['ImageView']
      this.looks[image] = URL.createObjectURL(file)
      if (place === 'product') this.product = { image, name: file.name }
      else this.people.push({ image, name: this.#free() })
      this.#keep()
    } catch (error) {
      const detail = error instanceof Refused ? error.message : ''
      this.told[place] = detail ? `${file.name}: ${detail}` : speech.words.lost
    } finally {
      this.sending[place] -= 1
    }
  }

  #free(): string {
    return freeName(this.people.map((one) => one.name), speech.words.person)
  }

  #keep(): void {
    const photos = { product: this.product, people: this.people }
    keep(KEPT, this.any ? JSON.stringify(photos) : '')
  }
}
