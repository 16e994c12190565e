import type { CommandId } from '../contributions.js'
import { t } from '../l10n.js'
import { commitAddress, isFile } from '../leads.js'
import { escapeMarkdown } from '../text.js'

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
  lines: readonly TooltipLine[]
}

/** With links, the value is made of their names. */
type TooltipLine = readonly [name: string, value: string, links?: TooltipLinks]

/** Files, from the root of the working tree, or ids of commits, which lead there; `more` is said behind them. */
export interface TooltipLinks {
  open: 'file' | 'commit'
  names: readonly string[]
  more?: string
}

/**
 * How the editor knows a row: it remembers by this whether a person has chosen it, opened or closed it. A row that comes to be
 * open by itself needs another name for that; one that gets its first details stays who it is.
 */
export function idOf(row: Row): string {
  return opensItself(row) ? `${row.id}/open` : row.id
}

/** Whether a row shows what is below it before anybody has opened it. */
export function opensItself({ children, expanded }: Row): boolean {
  return children !== undefined && expanded === true
}

/** The lines that have a value. */
export function tooltip(title: string, ...lines: readonly (readonly [name: string, value: string | TooltipLinks | undefined])[]): Tooltip {
  return { title, lines: lines.flatMap(([name, value]): readonly TooltipLine[] => (typeof value === 'object' ? (value.names.length === 0 ? [] : [[name, value.names.join(', '), value]]) : value === undefined || value === '' ? [] : [[name, value]])) }
}

/** The first of a list, as links. */
export function linksTo(open: TooltipLinks['open'], names: readonly string[], most = 10): TooltipLinks {
  return { open, names: names.slice(0, most), ...(names.length > most && { more: t('{0} more', names.length - most) }) }
}

/** As Markdown, in which other people's text shows exactly as written. @param tree that files are in */
export function tooltipText({ title, lines }: Tooltip, tree: string): string {
  return [`**${escapeMarkdown(title)}**`, ...lines.map(([name, value, links]) => `${name}: ${links ? linked(links, tree) : escapeMarkdown(value)}`)].join('  \n')
}

function linked({ open, names, more }: TooltipLinks, tree: string): string {
  const links = names.map((name) => {
    if (open === 'file' && !isFile(name)) return escapeMarkdown(name)
    const [command, argument] = open === 'file' ? ['muster.openFile', { target: { type: 'lock', tree, resource: name, heldBy: '' } satisfies Target }] : ['vscode.open', { $mid: 1, ...commitAddress(name) }]
    // What the first leaves as it is may end a link.
    const given = encodeURIComponent(JSON.stringify([argument])).replace(/[()]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`)
    return `[${escapeMarkdown(open === 'file' ? name : name.slice(0, 8))}](command:${command}?${given})`
  })
  return [...links, ...(more === undefined ? [] : [more])].join(', ')
}

/** The target of a command's argument, where a row was clicked. */
export function targetOf<T extends Target['type']>(argument: unknown, type: T): Extract<Target, { type: T }> | undefined {
  if (typeof argument !== 'object' || argument === null || !('target' in argument)) return undefined
  const target = argument.target as Target
  return target.type === type ? (target as Extract<Target, { type: T }>) : undefined
}
