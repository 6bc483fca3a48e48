// The whole state of a view is in the URL, so that any view can be linked to and reloaded.
import { tick } from 'svelte'
import { left } from '../api/client'

export type Route =
  | { view: 'start' }
  | { view: 'production'; id: string }
  | { view: 'project'; id: string }
  | { view: 'guest'; token: string }
  | { view: 'operate' }

class Place {
  path = $state(location.pathname)
  query = $state(new URLSearchParams(location.search))

  #turning = false

  constructor() {
    addEventListener('popstate', () => this.#read())
  }

  get route(): Route {
    const [, kind, id] = this.path.split('/')
    if (kind === 'p' && id) return { view: 'production', id }
    if (kind === 'projects' && id) return { view: 'project', id }
    if (kind === 's' && id) return { view: 'guest', token: id }
    if (kind === 'operate') return { view: 'operate' }
    return { view: 'start' }
  }

  go(path: string): void {
    history.pushState(null, '', path)
    this.#turning = true
    turned(() => {
      this.#turning = false
      this.#read()
      scrollTo(0, 0)
    })
  }

  /** Changes parts of the query in place; a null takes one out. */
  set(parts: Record<string, string | null>): void {
    // The view that asks is being left: its path is the address no longer.
    if (this.#turning) return
    const query = new URLSearchParams(this.query)
    for (const [name, value] of Object.entries(parts)) {
      if (value === null) query.delete(name)
      else query.set(name, value)
    }
    const text = query.toString()
    history.replaceState(null, '', this.path + (text ? `?${text}` : ''))
    this.query = query
  }

  #read(): void {
    if (location.pathname !== this.path) left()
    this.path = location.pathname
    this.query = new URLSearchParams(location.search)
  }
}

/** Changes the view; fades from one to the next where the browser can and the person wants it. */
function turned(change: () => void): void {
  if (!document.startViewTransition || matchMedia('(prefers-reduced-motion: reduce)').matches) {
    change()
    return
  }
  const fade = document.startViewTransition(async () => {
    change()
    await tick()
  })
  // Another one, or a page that is out of sight, ends it early: nothing is lost by that.
  fade.ready.catch(() => undefined)
}

export const place = new Place()

/** Follows a link within the page, unless the person wants it in another tab. */
export function follow(event: MouseEvent & { currentTarget: HTMLAnchorElement }): void {
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return
  event.preventDefault()
  place.go(event.currentTarget.pathname + event.currentTarget.search)
}
