import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from '../driver/eventually.js'
import type { Window } from '../driver/window.js'
import type { Repository } from './repository.js'

/** STATUS.md and the others of a repository, and what a window says is wrong in them. */
export class ProjectFiles {
  constructor(private readonly repository: Repository, private readonly window: Window) {}

  read(file: string): string {
    return readFileSync(join(this.repository.root, file), 'utf8')
  }

  /** Those that Muster keeps, with versions kept beside them. */
  names(): string[] {
    return readdirSync(this.repository.root).filter((name) => /^[A-Z]+\.md/.test(name) && name !== 'README.md').sort()
  }

  /** Counted from 1; 0 where no line has the text. */
  lineOf(file: string, text: string): number {
    return this.read(file).split('\n').findIndex((line) => line.includes(text)) + 1
  }

  /** Waits until the active editor shows what is on the disk: what is typed into an older text could not be saved. */
  async current(file: string): Promise<void> {
    await eventually(`${file} in the editor as it is on the disk`, async () => {
      const text = this.read(file)
      const mark = text.split('\n').find((line) => line.startsWith('<!-- muster:begin'))!
      await this.window.editor.goToLine(this.lineOf(file, mark))
      const shown = await this.window.editor.visibleText()
      // A mark alone says little: it is the same again where what somebody wrote was taken back.
      return shown.includes(mark) && shown.split('\n').every((line) => text.includes(line.trim()))
    })
  }

  /** Rows of the open list of problems. */
  problems(): Promise<string[]> {
    return this.window.page.locator('.markers-panel .monaco-list-row').allInnerTexts()
  }

  async hasProblem(text: string, there = true): Promise<void> {
    await eventually(`${there ? '' : 'no '}problem "${text}"`, async () => (await this.problems()).some((row) => row.includes(text)) === there)
  }

  /** Chooses a fix for a line of the active editor. @param where the line, looked for each time where it may move */
  async fix(where: number | (() => number), title: string): Promise<void> {
    const { page, editor } = this.window
    await eventually(`the fix "${title}"`, async () => {
      try {
        await editor.goToLine(typeof where === 'number' ? where : where())
        await page.keyboard.press('Control+.')
        const action = page.locator('.action-widget .monaco-list-row', { hasText: title })
        await action.first().waitFor({ timeout: 3_000 })
        await action.first().click({ timeout: 3_000 })
        return true
      } catch (error) {
        // A list of others would lie over the text.
        await page.keyboard.press('Escape')
        throw error
      }
    })
  }
}
