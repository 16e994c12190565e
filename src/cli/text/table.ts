import { oneLine } from './escape.js'
import type { Tone, Ui } from './ui.js'
import { displayWidth, truncate } from './width.js'

export interface Column {
  title: string
  align?: 'right'
  /** Which end of a text that does not fit is left out; `start` for paths, whose end tells more. */
  cut?: 'start'
  /** Narrowest width that is still of use; default: as wide as needed, never narrowed. */
  min?: number
  /** The table can do without it when there is no room; the highest goes first. */
  drop?: number
}

export type Cell = string | { text: string; tone: Tone }

const gap = 2

/**
 * Aligned columns under a line of titles that fit the width of the screen: wide columns are narrowed first, then columns
 * are left out. Columns empty in every row are left out as well. Cells are made safe to print.
 */
export function table(columns: readonly Column[], rows: readonly (readonly Cell[])[], ui: Ui): string {
  const safe = rows.map((row) => row.map((cell) => (typeof cell === 'string' ? { text: oneLine(cell) } : { ...cell, text: oneLine(cell.text) })))
  const shown = fit(columns
    .map((column, index) => ({
      column,
      index,
      width: Math.min(Math.max(displayWidth(column.title), ...safe.map((row) => displayWidth(row[index]?.text ?? ''))), ui.width),
      empty: safe.every((row) => (row[index]?.text ?? '') === ''),
    }))
    .filter(({ empty }) => !empty), ui.width)
  const print = (cell: (at: Shown) => { text: string; tone?: Tone }): string =>
    shown.map((at) => {
      const { text, tone } = cell(at)
      const cut = truncate(text, at.width, at.column.cut)
      const blanks = ' '.repeat(Math.max(0, at.width - displayWidth(cut)))
      const painted = tone === undefined ? cut : ui.paint(tone, cut)
      return at.column.align === 'right' ? blanks + painted : painted + blanks
    }).join(' '.repeat(gap)).trimEnd()
  const head = print(({ column }) => ({ text: column.title, tone: 'quiet' }))
  return [head, ...safe.map((row) => print(({ index }) => row[index] ?? { text: '' }))].join('\n')
}

interface Shown {
  column: Column
  index: number
  width: number
}

function fit(all: readonly Shown[], width: number): Shown[] {
  const shown = all.map((at) => ({ ...at }))
  while (shown.length > 0) {
    let excess = shown.reduce((sum, at) => sum + at.width + gap, -gap) - width
    while (excess > 0) {
      const widest = shown.filter((at) => at.width > minimum(at)).sort((a, b) => b.width - a.width)[0]
      if (widest === undefined) break
      widest.width--
      excess--
    }
    if (excess <= 0) return shown
    const spare = shown.filter(({ column }) => column.drop !== undefined).sort((a, b) => (b.column.drop ?? 0) - (a.column.drop ?? 0))[0]
    if (spare === undefined) return squeeze(shown, width)
    // Start again from the full widths: without this column the others may need no narrowing.
    shown.splice(shown.indexOf(spare), 1)
    for (const at of shown) at.width = all.find(({ index }) => index === at.index)?.width ?? at.width
  }
  return shown
}

/** Nothing may be left out any more: everything gets narrower than is of use, rather than breaking lines. */
function squeeze(shown: Shown[], width: number): Shown[] {
  let excess = shown.reduce((sum, at) => sum + at.width + gap, -gap) - width
  while (excess-- > 0) {
    const widest = [...shown].sort((a, b) => b.width - a.width)[0]
    if (widest === undefined || widest.width <= 1) break
    widest.width--
  }
  return shown
}

function minimum({ column, width }: Shown): number {
  return column.min === undefined ? width : Math.max(column.min, displayWidth(column.title))
}
