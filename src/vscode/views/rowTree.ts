import * as vscode from 'vscode'
import type { Subscribe } from '../../core/emitter.js'
import type { World } from '../../core/muster.js'
import { treeOf } from '../../core/system/locate.js'
import type { ViewId } from '../contributions.js'
import type { MusterWindow } from '../musterWindow.js'
import { t } from '../l10n.js'
import { Resting } from '../resting.js'
import { offlineSince } from '../statusText.js'
import { parts } from '../text.js'
import { Forest, RowNode, type Redraw } from './forest.js'
import { tooltipText, type Row, type Tooltip } from './row.js'

/** Relative times are brought up to date this often, in ms, while the view shows. */
const AGE_MS = 30_000
/** Unless that would take more than a five-hundredth of the host's time. */
const AGE_REST = 499

export interface RowTreeOptions {
  id: ViewId
  window: MusterWindow
  rows(world: World, now: number): Row[]
  /** Number to draw attention with; 0 for none. */
  badge?(world: World): { value: number; tooltip: string }
  /** Where the view has something to say instead of rows. */
  message?(): string | undefined
  /** Children of a row that are only found out when somebody opens it. */
  more?(row: Row, world: World): Promise<Row[]>
  /** Fires when rows look different for another reason than the window's. */
  onDidChange?: Subscribe<void>
}

/** A tree of rows that follows the window. Draws only while it shows; the badge is always right. */
export class RowTree implements vscode.Disposable, vscode.TreeDataProvider<RowNode> {
  private readonly refreshed = new vscode.EventEmitter<RowNode[] | undefined>()
  readonly onDidChangeTreeData = this.refreshed.event
  readonly view: vscode.TreeView<RowNode>
  private readonly timer: NodeJS.Timeout
  private readonly subscriptions: vscode.Disposable
  /** The rows are older than what they are made of. */
  private behind = true
  private readonly forest = new Forest()
  private readonly drawing = new Resting(() => this.drawNow())
  private readonly ageing = new Resting(() => this.draw(), AGE_REST)

  constructor(private readonly options: RowTreeOptions) {
    this.view = vscode.window.createTreeView(options.id, { treeDataProvider: this, showCollapseAll: false })
    this.timer = setInterval(() => {
      if (this.view.visible) this.ageing.run()
      else this.behind = true
    }, AGE_MS)
    this.subscriptions = vscode.Disposable.from(
      this.view,
      this.refreshed,
      options.window.onDidChange(() => this.update()),
      ...(options.onDidChange ? [options.onDidChange(() => this.update())] : []),
      this.view.onDidChangeVisibility(({ visible }) => {
        if (visible && this.behind) this.drawing.run()
      }),
    )
    this.update()
  }

  /** While the window opens its records, the editor shows that it waits. */
  getChildren(parent?: RowNode): RowNode[] | Promise<RowNode[]> {
    if (parent) return parent.row.more === true ? this.withMore(parent) : [...parent.children]
    const { window } = this.options
    if (window.state.kind !== 'opening') return this.roots()
    return window.settled.then(() => {
      this.behind = true
      return this.roots()
    })
  }

  getTreeItem(node: RowNode): vscode.TreeItem {
    return treeItem(node)
  }

  getParent({ parent }: RowNode): RowNode | undefined {
    return parent
  }

  /** Called when the mouse rests on a row: most rows are never asked. */
  resolveTreeItem(item: vscode.TreeItem, { row }: RowNode): vscode.TreeItem {
    item.tooltip = markdown(row.tooltip, this.options.window.muster?.root)
    return item
  }

  dispose(): void {
    clearInterval(this.timer)
    this.drawing.dispose()
    this.ageing.dispose()
    this.subscriptions.dispose()
  }

  private async withMore(node: RowNode): Promise<RowNode[]> {
    const { row, children } = node
    const { window, more } = this.options
    const world = window.world()
    const found = world && more ? await more(row, world) : []
    return [...children, ...found.map((one) => new RowNode(one, node))]
  }

  private update(): void {
    const { window, badge, message } = this.options
    const world = window.world()
    const attention = world && badge?.(world)
    if (attention?.value !== this.view.badge?.value) this.view.badge = attention && attention.value > 0 ? attention : undefined
    this.view.message = message?.()
    const since = offlineSince(window.state)
    this.view.description = parts(window.name, since && t('as of {0}', since)) || undefined
    this.draw()
  }

  private draw(): void {
    this.behind = true
    if (this.view.visible) this.drawing.run()
  }

  private drawNow(): void {
    if (!this.view.visible || !this.behind) return
    const redraw = this.catchUp((node) => this.view.selection.includes(node))
    if (redraw === 'all') this.refreshed.fire(undefined)
    else if (redraw.length > 0) this.refreshed.fire([...redraw])
    // One that has gone again meanwhile is nothing to open.
    for (const node of this.forest.toOpen) this.view.reveal(node, { select: false, expand: true }).then(undefined, () => undefined)
  }

  private roots(): RowNode[] {
    if (this.behind) this.catchUp()
    return [...this.forest.roots]
  }

  private catchUp(isChosen?: (node: RowNode) => boolean): Redraw {
    this.behind = false
    return this.forest.update(this.rows(), isChosen)
  }

  private rows(): Row[] {
    const world = this.options.window.world()
    return world ? this.options.rows(world, Date.now()) : []
  }
}

/** A row as the editor wants it. */
function treeItem({ row, id }: RowNode): vscode.TreeItem {
  const item = new vscode.TreeItem(row.label, collapsibility(row))
  item.id = id
  item.description = row.description
  item.iconPath = new vscode.ThemeIcon(row.icon, row.color === undefined ? undefined : new vscode.ThemeColor(row.color))
  item.contextValue = row.kind
  item.accessibilityInformation = { label: row.spoken }
  if (row.click !== undefined) item.command = { command: row.click, title: row.label, arguments: [{ target: row.target }] }
  return item
}

function collapsibility(row: Row): vscode.TreeItemCollapsibleState {
  if (row.children === undefined && row.more !== true) return vscode.TreeItemCollapsibleState.None
  return row.expanded === true ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.Collapsed
}

function markdown(tooltip: Tooltip, root: string | undefined): vscode.MarkdownString {
  const shown = new vscode.MarkdownString(tooltipText(tooltip, treeOf(root ?? '')?.id ?? ''))
  // Nothing else in it is a link: the rest is escaped.
  if (tooltip.lines.some(([, , links]) => links)) shown.isTrusted = { enabledCommands: ['muster.openFile', 'vscode.open'] }
  return shown
}
