import type { CommandId } from '../contributions.js'

/** What a row stands for, as commands get it. */
export type Target =
  | { type: 'agent'; id: string }
  | { type: 'lock'; tree: string; resource: string; heldBy: string }
  | { type: 'message'; id: string }
  | { type: 'decision'; id: string }
  | { type: 'task'; id: string }
  | { type: 'error'; id: string }
  | { type: 'run'; id: string }
  /** A document, and the version of somebody that was kept beside it; absolute paths. */
  | { type: 'document'; file: string; kept: string }
  | { type: 'group' }

/** One line of a tree, ready to be shown. Made by pure functions, so that it can be checked without an editor. */
export interface Row {
  /** Stays the same while the thing lives: keeps selection and expansion. */
  id: string
  label: string
  description: string
  /** Name of a codicon. */
  icon: string
  /** Id of a theme colour; the usual foreground without. */
  color?: string
  tooltip: Tooltip
  /** What a screen reader says. */
  spoken: string
  /** One of `rowKinds`. */
  kind: string
  target: Target
  /** What a click does. */
  click?: CommandId
  children?: readonly Row[]
  /** More children are found out when somebody opens the row: `RowTreeOptions.more`. */
  more?: true
  expanded?: boolean
}

/** A heading and named values below it; other people's text is escaped where it is shown. */
export interface Tooltip {
  title: string
  lines: readonly (readonly [name: string, value: string])[]
}

/** How the editor knows a row: it remembers by this whether a person has opened or closed it. */
export function idOf(row: Row): string {
  if (row.children === undefined && row.more !== true) return row.id
  return row.expanded === true ? `${row.id}/open` : `${row.id}/`
}

/** The lines that have a value. */
export function tooltip(title: string, ...lines: readonly (readonly [name: string, value: string | undefined])[]): Tooltip {
  return { title, lines: lines.flatMap(([name, value]) => (value === undefined || value === '' ? [] : [[name, value] as const])) }
}

/** The target of a command's argument, where a row was clicked. */
export function targetOf<T extends Target['type']>(argument: unknown, type: T): Extract<Target, { type: T }> | undefined {
  if (typeof argument !== 'object' || argument === null || !('target' in argument)) return undefined
  const target = argument.target as Target
  return target.type === type ? (target as Extract<Target, { type: T }>) : undefined
}
