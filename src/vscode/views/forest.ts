import { idOf, opensItself, type Row, type Target } from './row.js'

/** A row with an identity of its own: the editor remembers this object while the row's text changes. */
export class RowNode {
  children: readonly RowNode[] = []

  /** @param id how the editor knows it */
  constructor(public row: Row, public parent?: RowNode, readonly id = idOf(row)) {}

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
  /** Of the last update: rows that are to be open now, and are not by themselves. */
  toOpen: readonly RowNode[] = []

  /** @param isChosen whether a person has chosen the row, who is to go on having it */
  update(rows: readonly Row[], isChosen = (_node: RowNode): boolean => false): Redraw {
    const before = this.known
    this.known = new Map()
    const changed: RowNode[] = []
    const former = this.roots
    const toOpen: RowNode[] = []
    this.roots = this.layOver(rows, { before, changed, toOpen, isChosen })
    this.toOpen = toOpen
    return sameOrder(former, this.roots) && changed.length <= SINGLY ? changed : 'all'
  }

  private layOver(rows: readonly Row[], update: Update, parent?: RowNode): RowNode[] {
    const { before, changed, toOpen, isChosen } = update
    return rows.map((row) => {
      const former = before.get(row.id)
      // A row that is to be open now is another one: the editor would keep it closed, as the old one was. One that is chosen
      // stays who it is, and is opened.
      const opens = former && opensItself(row) && !opensItself(former.row)
      const stays = former && (!opens || isChosen(former))
      const node = stays ? former : new RowNode(row, parent, former?.id === idOf(row) ? row.id : idOf(row))
      if (stays && opens) toOpen.push(node)
      this.known.set(row.id, node)
      const { row: formerRow, children: formerChildren } = node
      node.row = row
      node.parent = parent
      node.children = row.children === undefined ? [] : this.layOver(row.children, update, node)
      if (!looksSame(formerRow, row) || !sameOrder(formerChildren, node.children)) changed.push(node)
      return node
    })
  }
}

interface Update {
  before: ReadonlyMap<string, RowNode>
  changed: RowNode[]
  toOpen: RowNode[]
  isChosen: (node: RowNode) => boolean
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
