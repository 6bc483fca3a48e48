// Lists that the API hands out a page at a time, whole.
import type { Schemas } from './client'

/** The most that a page of comments may have. */
export const MOST = 200

/** Every comment: `ask` returns the page after the given one. */
export async function everyComment(
  ask: (after: string) => Promise<Schemas['CommentPage']>,
): Promise<Schemas['CommentView'][]> {
  const found: Schemas['CommentView'][] = []
  for (let after: string | null = ''; after !== null; ) {
    const page: Schemas['CommentPage'] = await ask(after)
    found.push(...page.comments)
    after = page.next
  }
  return found
}
