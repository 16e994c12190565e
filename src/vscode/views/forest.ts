import { idOf, type Row, type Target } from './row.js'

/** A row with an identity of its own: the editor remembers this object while the row's text changes. */
export class RowNode {
  constructor(public row: Row, public children: readonly RowNode[]) {}

  /** Commands get nodes as their argument. */
  get target(): Target {
    return this.row.target
  }
}

/** With more changes than this at once the list is drawn as a whole: the editor refreshes rows one after another. */
const SINGLY = 100

/** What has to be drawn anew: nothing or single rows, or the list as a whole because rows came, went or moved. */
export type Redraw = readonly RowNode[] | 'all'

/**
 * The rows of a tree as they were last given to the editor. New rows are laid over the old ones by their ids, so that the
 * editor is told of those that changed and no others: while it rebuilds a list, a click on its rows finds nothing.
 */
export class Forest {
  roots: readonly RowNode[] = []
  private known = new Map<string, RowNode>()

  update(rows: readonly Row[]): Redraw {
    const before = this.known
    this.known = new Map()
    const changed: RowNode[] = []
    const former = this.roots
    this.roots = this.layOver(rows, before, changed)
    return sameOrder(former, this.roots) && changed.length <= SINGLY ? changed : 'all'
  }

  private layOver(rows: readonly Row[], before: ReadonlyMap<string, RowNode>, changed: RowNode[]): RowNode[] {
    return rows.map((row) => {
      const former = before.get(row.id)
      // A row that is to be open now is another one: the editor would keep it closed, as the old one was.
      const node = former && idOf(former.row) === idOf(row) ? former : new RowNode(row, [])
      this.known.set(row.id, node)
      const { row: formerRow, children: formerChildren } = node
      node.row = row
      node.children = row.children === undefined ? [] : this.layOver(row.children, before, changed)
      if (!looksSame(formerRow, row) || !sameOrder(formerChildren, node.children)) changed.push(node)
      return node
    })
  }
}

function sameOrder(former: readonly RowNode[], now: readonly RowNode[]): boolean {
  return former.length === now.length && former.every((node, index) => node === now[index])
}

/** Field by field, the likeliest difference first: this runs for every row of every list, whatever changed. */
function looksSame(a: Row, b: Row): boolean {
  return a.description === b.description && a.label === b.label && a.icon === b.icon && a.color === b.color && a.kind === b.kind && a.spoken === b.spoken
    && a.click === b.click && a.more === b.more && sameTooltip(a, b)
}

function sameTooltip({ tooltip: a }: Row, { tooltip: b }: Row): boolean {
  return a.title === b.title && a.lines.length === b.lines.length && a.lines.every(([name, value], index) => name === b.lines[index]![0] && value === b.lines[index]![1])
}
