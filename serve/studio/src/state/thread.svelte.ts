// The comments of the version that is looked at, and open ones of the versions before.
import { api, dataOf, type Schemas } from '../api/client'
import { everyComment, MOST } from '../api/pages'
import type { paths } from '../api/schema'
import type { Place } from '../pure/pins'
import { Asking } from './asking.svelte'

type Comment = Schemas['CommentView']
type Posted = paths['/v1/productions/{id}/versions/{n}/comments']['post']
type Body = Posted['requestBody']['content']['application/json']

export type Said = {
  text: string
  author: string
  audience: Schemas['CommentView']['audience']
  cut: string
  frame: number
  place: Place | null
}

export class Thread extends Asking {
  comments = $state.raw<readonly Comment[]>([])

  readonly #production: string
  #version = 0

  constructor(production: string) {
    super()
    this.#production = production
  }

  async show(version: number): Promise<void> {
    this.#version = version
    if (!version) return
    await this.attempt(async () => {
      const path = { id: this.#production, n: version }
      const comments = await everyComment((after) => {
        const params = { path, query: { after, limit: MOST } }
        return dataOf(api.GET('/v1/productions/{id}/versions/{n}/comments', { params }))
      })
      if (version === this.#version) this.comments = comments
    })
  }

  post({ place, ...said }: Said): Promise<boolean> {
    return this.#say({ ...said, ...place })
  }

  reply(to: Comment, text: string, author: string): Promise<boolean> {
    return this.#say({ text, author, audience: to.audience, reply_to: to.id })
  }

  resolve(comment: Comment): Promise<boolean> {
    return this.attempt(async () => {
      const path = { id: this.#production, comment: comment.id }
      await dataOf(
        api.PATCH('/v1/productions/{id}/comments/{comment}', {
          params: { path },
          body: { resolved: !comment.resolved },
        }),
      )
      await this.show(this.#version)
    })
  }

  #say(body: Body): Promise<boolean> {
    return this.attempt(async () => {
      const path = { id: this.#production, n: this.#version }
      await dataOf(
        api.POST('/v1/productions/{id}/versions/{n}/comments', { params: { path }, body }),
      )
      await this.show(this.#version)
    })
  }
}
