import type { Locator, Page } from 'playwright-core'
import { actMs, eventually, exactly, matches, type TextMatch } from './eventually.js'
import { chooseFrom, closeMenus } from './menu.js'

/** A row of a tree view as a person and a screen reader get it. */
export interface TreeRow {
  readonly label: string
  readonly description: string
  /** What a screen reader says. */
  readonly aria: string
  /** Depth, 1 for the top. */
  readonly level: number
  /** `undefined` when the row has no children. */
  readonly expanded: boolean | undefined
  /** The codicon's name ("lock"), or the address of the picture. */
  readonly icon: string
}

/** Chooses a row: by text in its label, description or spoken text, or by a function. */
export type RowMatch = TextMatch | ((row: TreeRow) => boolean)

/** Tree views in the side bar, addressed by the view's title as the pane header shows it. */
export class Tree {
  constructor(private readonly page: Page) {}

  /** The rows now rendered, top to bottom. A pane shows as many as have room. Empty while the view is hidden. */
  async rows(view: string): Promise<TreeRow[]> {
    const body = await this.find(view)
    if (!body) return []
    const rows = await body.locator('.monaco-list-row').evaluateAll((elements) => elements.map((row) => {
      const text = (selector: string): string => row.querySelector(selector)?.textContent?.trim() ?? ''
      const icon = row.querySelector<HTMLElement>('.custom-view-tree-node-item-icon')
      const codicon = Array.from(icon?.classList ?? []).find((name) => name.startsWith('codicon-'))?.slice('codicon-'.length)
      const expanded = row.getAttribute('aria-expanded')
      return {
        label: text('.label-name'),
        description: text('.label-description'),
        aria: row.getAttribute('aria-label') ?? '',
        level: Number(row.getAttribute('aria-level')),
        expanded: expanded === null ? undefined : expanded === 'true',
        icon: codicon ?? icon?.style.backgroundImage ?? '',
        index: Number(row.getAttribute('data-index')),
      }
    }))
    return rows.sort((one, other) => one.index - other.index).map(({ index: _, ...row }) => row)
  }

  /** Waits until the view has a row that matches and answers it. */
  async waitForRow(view: string, wanted: RowMatch): Promise<TreeRow> {
    let seen: TreeRow[] = []
    return eventually(`a row ${String(wanted)} in ${view}`, async () => {
      seen = await this.rows(view)
      return seen.find((row) => fits(row, wanted))
    }).catch((error: unknown) => {
      throw new Error(`No row ${String(wanted)} in ${view}. It shows: ${seen.map(textOf).join(' | ') || 'nothing'}`, { cause: error })
    })
  }

  /** Waits until no row of the view, which has to show, matches any more. */
  async waitForNoRow(view: string, unwanted: RowMatch): Promise<void> {
    await eventually(`no row ${String(unwanted)} in ${view}`, async () => await this.find(view) !== undefined && !(await this.rows(view)).some((row) => fits(row, unwanted)))
  }

  /** What an empty view says (its welcome text or its message). */
  async message(view: string): Promise<string> {
    const body = await this.find(view)
    if (!body) return ''
    // Places where a long word may be broken are nothing to read.
    return (await body.locator('.welcome-view-content, .message').allInnerTexts()).join('\n').replaceAll('\u200b', '').trim()
  }

  /** Whether all of what an empty view says is within its borders, none of it cut off at a side. */
  async messageFits(view: string): Promise<boolean> {
    const body = await this.find(view)
    if (!body) return false
    return body.locator('.message').first().evaluate((message) => {
      const range = document.createRange()
      range.selectNodeContents(message)
      const frame = (message.closest('.pane-body') ?? message).getBoundingClientRect()
      const text = range.getBoundingClientRect()
      return text.left >= frame.left && text.right <= frame.right
    })
  }

  /** Clicks a row, as for opening it. */
  async click(view: string, wanted: RowMatch): Promise<void> {
    await this.onRow(view, wanted, (row) => row.locator('.label-name').first().click({ timeout: actMs }))
  }

  /** The label of the selected row; `undefined` when none is, or it is scrolled out of sight. */
  async selected(view: string): Promise<string | undefined> {
    const body = await this.find(view)
    return (await body?.locator('.monaco-list-row.selected .label-name').allInnerTexts())?.[0]
  }

  /** Opens the children of a row that is closed. */
  async expand(view: string, wanted: RowMatch): Promise<void> {
    await this.onRow(view, wanted, async (row) => {
      if (await row.getAttribute('aria-expanded') === 'false') await row.locator('.monaco-tl-twistie').click({ timeout: actMs })
    })
  }

  /** Presses a button shown on the row while the mouse is over it. */
  async inlineAction(view: string, wanted: RowMatch, title: string): Promise<void> {
    await this.onRow(view, wanted, async (row) => {
      // Where rows have moved, the mouse may rest on another, whose tooltip covers this one.
      await this.page.mouse.move(0, 0)
      await row.hover({ timeout: actMs })
      await row.locator(`.actions a.action-label[aria-label^="${title}"]`).first().click({ timeout: actMs })
    })
  }

  /** Chooses an entry of the row's context menu. */
  async contextMenu(view: string, wanted: RowMatch, item: string): Promise<void> {
    await this.onRow(view, wanted, async (row) => {
      await row.locator('.label-name').first().click({ button: 'right', timeout: actMs })
      await this.chooseFromMenu(item)
    })
  }

  /** What the row's context menu offers. */
  async contextMenuItems(view: string, wanted: RowMatch): Promise<string[]> {
    const entries = this.page.locator('.monaco-menu a.action-menu-item .action-label')
    return this.onRow(view, wanted, async (row) => {
      try {
        await row.locator('.label-name').first().click({ button: 'right', timeout: actMs })
        await entries.first().waitFor({ timeout: actMs })
        return await entries.allInnerTexts()
      } finally {
        await closeMenus(this.page)
      }
    })
  }

  /** Presses a button in the title of the view. */
  async titleAction(view: string, title: string): Promise<void> {
    await eventually(`the button "${title}" of ${view}`, async () => {
      const pane = await this.pane(view)
      if (!pane) return undefined
      await pane.hover({ timeout: actMs })
      // The only view of a container has its buttons in the container's title.
      const places = this.page.locator('.sidebar .composite.title .title-actions').or(pane.locator('.pane-header .actions'))
      await places.locator(`a.action-label[aria-label^="${title}"]`).first().click({ timeout: actMs })
      return true
    })
  }

  /** The hover text of a row. */
  async hover(view: string, wanted: RowMatch): Promise<string> {
    return this.onRow(view, wanted, async (row) => {
      const hover = await this.hoverOf(row)
      return eventually('what the row says', async () => {
        const text = await hover.innerText({ timeout: 1_000 })
        // The extension is asked when the mouse rests on it.
        return !/^\s*(?:Loading\.\.\.)?\s*$/.test(text) && text
      }, actMs)
    })
  }

  /** Clicks a link in the hover text of a row. */
  async followLink(view: string, wanted: RowMatch, link: string): Promise<void> {
    await this.onRow(view, wanted, async (row) => {
      const hover = await this.hoverOf(row)
      await hover.locator('a').filter({ hasText: link }).first().click({ timeout: actMs })
    })
    // The hover stays for as long as the mouse is over it.
    await this.page.mouse.move(900, 700)
  }

  /** A row's description as far as there is room for it. */
  async readable(view: string, wanted: RowMatch): Promise<string> {
    return this.onRow(view, wanted, (row) => row.locator('.label-description').first().evaluate((element) => {
      const text = element.firstChild
      const edge = element.closest('.monaco-icon-label')!.getBoundingClientRect().right
      if (text === null) return ''
      const range = document.createRange()
      let end = 0
      for (; end < (text.textContent?.length ?? 0); end++) {
        range.setStart(text, end)
        range.setEnd(text, end + 1)
        if (range.getBoundingClientRect().right > edge) break
      }
      return text.textContent!.slice(0, end)
    }))
  }

  private async hoverOf(row: Locator): Promise<Locator> {
    const hover = this.page.locator('.workbench-hover').first()
    await this.page.mouse.move(0, 0)
    // What is still shown of another row may lie over this one.
    await hover.waitFor({ state: 'hidden', timeout: actMs })
    await row.locator('.label-name').first().hover({ timeout: actMs })
    await hover.waitFor({ timeout: actMs })
    return hover
  }

  private async chooseFromMenu(item: string): Promise<void> {
    const entry = this.page.locator('.monaco-menu a.action-menu-item').filter({ hasText: item }).first()
    try {
      await entry.waitFor({ timeout: actMs })
      await chooseFrom(entry, item)
    } catch (error) {
      await closeMenus(this.page)
      throw error
    }
  }

  private async onRow<T>(view: string, wanted: RowMatch, act: (row: Locator) => Promise<T>): Promise<T> {
    await this.waitForRow(view, wanted)
    // The tree may be refreshed between finding the row and using it, so both are tried together.
    return eventually(`using the row ${String(wanted)} of ${view}`, async () => {
      const rows = await this.rows(view)
      const row = rows.find((candidate) => fits(candidate, wanted))
      const body = await this.find(view)
      if (!row || !body) return undefined
      return { value: await act(this.element(body, row, rows)) }
    }).then(({ value }) => value)
  }

  /** The row by its name, where no other has that: what else it says, as how long ago something was, may change before it is used. */
  private element(body: Locator, { label, aria, level }: TreeRow, rows: readonly TreeRow[]): Locator {
    const all = body.locator('.monaco-list-row')
    const alike = rows.filter((row) => row.label === label && row.level === level)
    const found = alike.length === 1
      ? all.and(this.page.locator(`[aria-level="${level}"]`)).filter({ has: this.page.locator('.label-name', { hasText: exactly(label) }) })
      : all.and(this.page.locator(`[aria-label=${JSON.stringify(aria)}]`))
    return found.first()
  }

  /** The body of the view, expanded if need be. */
  private async find(view: string): Promise<Locator | undefined> {
    const pane = await this.pane(view)
    if (!pane) return undefined
    const header = pane.locator('.pane-header')
    if (await header.getAttribute('aria-expanded', { timeout: actMs }) === 'false') await header.click({ timeout: actMs })
    return pane.locator('.pane-body')
  }

  private async pane(view: string): Promise<Locator | undefined> {
    const titled = this.page.locator('.sidebar .pane, .auxiliarybar .pane, .panel .pane').filter({ has: this.page.locator('.pane-header .title', { hasText: new RegExp(`^\\s*${view}\\s*$`, 'i') }) })
    return await titled.count() > 0 ? titled.first() : undefined
  }
}

function textOf(row: TreeRow): string {
  return row.description ? `${row.label} · ${row.description}` : row.label
}

function fits(row: TreeRow, wanted: RowMatch): boolean {
  return typeof wanted === 'function' ? wanted(row) : matches(`${textOf(row)}\n${row.aria}`, wanted)
}
