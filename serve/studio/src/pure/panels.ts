// The tabs beside the board, in their order.

export const PANELS = [
  'feedback', 'checks', 'comments', 'takes', 'formats', 'changes', 'exchange', 'share',
] as const
export type Panel = (typeof PANELS)[number]

/** The tab that a URL names, or the first one. */
export function panelOf(name: string | null): Panel {
  return PANELS.find((panel) => panel === name) ?? 'feedback'
}
