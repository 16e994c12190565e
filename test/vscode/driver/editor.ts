import type { Locator, Page } from 'playwright-core'
import { actMs, eventually } from './eventually.js'
import { chooseFrom, closeMenus } from './menu.js'
import type { QuickInput } from './quickInput.js'

const activeGroup = '.part.editor .editor-group-container.active'
const activeTab = `${activeGroup} .tab.active`
/** The text that has the focus; it says of which file. */
const focused = `${activeGroup} .editor-instance .monaco-editor.focused`
const viewLines = '.part.editor .editor-instance .monaco-editor .view-lines'

/** Text editors and how files are decorated in tabs and in the explorer. */
export class Editor {
  constructor(private readonly page: Page, private readonly quickInput: QuickInput) {}

  /** Opens a file of the workspace by name (or path) and waits until its editor is shown. */
  async open(name: string): Promise<void> {
    await this.quickInput.openFile(name)
    await this.waitFor(name)
  }

  /**
   * Waits until a file's text is shown and has the focus. Its tab is there before: what acts on the editor would act on the one
   * before, and the focus that comes late would close what was asked meanwhile.
   */
  async waitFor(name: string): Promise<void> {
    const file = name.split('/').at(-1)!
    await eventually(`the editor of ${name}`, async () => await this.activeName() === file && await this.page.locator(`${focused}[data-uri$="/${file}"]`).count() > 0)
    await this.page.locator(viewLines).first().waitFor()
  }

  /** The file name on the active tab; `undefined` without an open editor. */
  async activeName(): Promise<string | undefined> {
    const tab = this.page.locator(activeTab).first()
    return await tab.count() > 0 ? await tab.getAttribute('data-resource-name') ?? undefined : undefined
  }

  /** The names on all tabs. */
  async tabs(): Promise<string[]> {
    return this.page.locator('.part.editor .tab').evaluateAll((tabs) => tabs.map((tab) => tab.getAttribute('data-resource-name') ?? ''))
  }

  /** Types at the end of the active file. */
  async typeAtEnd(text: string): Promise<void> {
    await this.focus()
    await this.page.keyboard.press('Control+End')
    await this.page.keyboard.insertText(text)
    await eventually('the editor to be changed', () => this.isDirty())
  }

  /** Opens a file that has no name yet, and types into it. */
  async typeUntitled(text: string): Promise<void> {
    await this.quickInput.runCommand('File: New Untitled Text File')
    await eventually('an editor without a file', async () => await this.page.locator(`${focused}[data-uri^="untitled:"]`).count() > 0)
    await this.page.keyboard.insertText(text)
    await eventually('the editor to be changed', () => this.isDirty())
  }

  /** Shows the active file in one more group, which is the active one then. */
  async splitRight(name: string): Promise<void> {
    const groups = this.page.locator('.part.editor .editor-group-container')
    const before = await groups.count()
    await this.quickInput.runCommand('View: Split Editor Right')
    await eventually('one more group', async () => await groups.count() > before && await groups.last().evaluate((group) => group.classList.contains('active')))
    await this.waitFor(name)
  }

  /** The lines of the active editor that are rendered. */
  async visibleText(): Promise<string> {
    const lines = await this.page.locator(`${viewLines} .view-line`).evaluateAll((elements) => elements
      .map((line) => ({ top: Number.parseFloat((line as HTMLElement).style.top), text: (line.textContent ?? '').replaceAll('\u00a0', ' ') }))
      .sort((one, other) => one.top - other.top))
    return lines.map((line) => line.text).join('\n')
  }

  /** Whether the active editor has unsaved changes. */
  async isDirty(): Promise<boolean> {
    return await this.page.locator(`${activeTab}.dirty`).count() > 0
  }

  /** Whether the active editor refuses to be typed into. */
  async isReadonly(): Promise<boolean> {
    return await this.page.locator(`${activeTab} .tab-label[aria-label$="Read-only"]`).count() > 0
  }

  /** Puts the cursor at the beginning of a line. */
  async goToLine(line: number): Promise<void> {
    await this.focus()
    await this.page.keyboard.press('Control+Home')
    for (let at = 1; at < line; at++) await this.page.keyboard.press('ArrowDown')
  }

  /** Saves the active file and waits until it is saved. */
  async save(): Promise<void> {
    await this.page.keyboard.press('Control+S')
    await eventually('the editor to be saved', async () => !await this.isDirty())
  }

  /** Closes the active editor. */
  async close(): Promise<void> {
    const name = await this.activeName()
    await this.quickInput.runCommand('View: Close Editor')
    await eventually(`${name} to close`, async () => !(await this.tabs()).includes(name ?? ''))
  }

  /** What the explorer says of a file while the pointer rests on it; '' where that is nothing yet. */
  async explorerTooltip(file: string): Promise<string> {
    await this.page.mouse.move(0, 0)
    await this.page.locator(`.explorer-folders-view .monaco-list-row[aria-label^="${file}"]`).first().hover()
    const hover = this.page.locator('.workbench-hover-container .monaco-hover, .context-view .monaco-hover').first()
    return hover.waitFor({ timeout: 3_000 }).then(() => hover.innerText(), () => '')
  }

  /** How a file looks in the explorer: its badge (git's and extensions' letters together) and colour. */
  async explorerDecoration(file: string): Promise<{ badge: string, color: string }> {
    const label = this.page.locator(`.explorer-folders-view .monaco-list-row[aria-label^="${file}"] .monaco-icon-label`).first()
    await label.waitFor()
    const look = await label.evaluate((element) => ({
      badge: getComputedStyle(element, '::after').content.replaceAll('"', ''),
      color: getComputedStyle(element.querySelector('.label-name') ?? element).color,
    }))
    return { ...look, badge: look.badge === 'none' ? '' : look.badge }
  }

  /** Selects files of the explorer, and answers what the submenu of the last one's context menu offers; chooses one of it where asked to. */
  async explorerMenu(files: readonly string[], submenu: string, choice?: string): Promise<string[]> {
    return eventually(`the menu ${submenu} of ${files.join()}`, async () => {
      try {
        for (const [index, file] of files.entries()) await this.row(file).click({ timeout: actMs, ...(index > 0 && { modifiers: ['Control'] }) })
        await this.row(files.at(-1)!).click({ timeout: actMs, button: 'right' })
        return await this.inSubmenu(submenu, choice)
      } catch (error) {
        await closeMenus(this.page)
        throw error
      }
    })
  }

  /** The same of the active editor's tab. */
  async tabMenu(submenu: string, choice?: string): Promise<string[]> {
    return eventually(`the menu ${submenu} of the tab`, async () => {
      try {
        await this.page.locator(activeTab).first().click({ timeout: actMs, button: 'right' })
        return await this.inSubmenu(submenu, choice)
      } catch (error) {
        await closeMenus(this.page)
        throw error
      }
    })
  }

  /** Chooses an entry of the menu in the text of the active editor. */
  async menu(item: string): Promise<void> {
    const entry = this.page.locator('.monaco-menu a.action-menu-item').filter({ hasText: item }).first()
    await eventually(`"${item}" in the editor's menu`, async () => {
      try {
        await this.page.locator(viewLines).first().click({ timeout: actMs, button: 'right' })
        await entry.waitFor({ timeout: 5_000 })
        await chooseFrom(entry, item)
        return true
      } catch (error) {
        await closeMenus(this.page)
        throw error
      }
    })
  }

  /** What the menu in the text of the active editor offers. */
  async menuItems(): Promise<string[]> {
    const entries = this.page.locator('.monaco-menu a.action-menu-item .action-label')
    return eventually('the menu in the text', async () => {
      try {
        await this.page.locator(viewLines).first().click({ timeout: actMs, button: 'right' })
        await entries.first().waitFor({ timeout: 5_000 })
        return await entries.allInnerTexts()
      } finally {
        await closeMenus(this.page)
      }
    })
  }

  private async focus(): Promise<void> {
    await this.page.locator(viewLines).first().click()
    await eventually('the focus in the text', async () => await this.page.locator(focused).count() > 0)
  }

  private row(file: string): Locator {
    return this.page.locator(`.explorer-folders-view .monaco-list-row[aria-label^="${file}"]`).first()
  }

  private async inSubmenu(submenu: string, choice: string | undefined): Promise<string[]> {
    const items = this.page.locator('.monaco-submenu a.action-menu-item')
    await this.page.locator('.monaco-menu a.action-menu-item').filter({ hasText: submenu }).first().hover({ timeout: 5_000 })
    await this.page.keyboard.press('ArrowRight')
    await items.first().waitFor({ timeout: 5_000 })
    const labels = await items.locator('.action-label').allInnerTexts()
    if (choice === undefined) await closeMenus(this.page)
    else await chooseFrom(items.filter({ hasText: choice }).last(), choice)
    return labels
  }
}
