import type { Locator, Page } from 'playwright-core'
import { actMs, eventually, matches, type TextMatch } from './eventually.js'

/** The widget stays in the page, inert, while it fades out. */
const open = '.quick-input-widget:visible:not([inert])'

/** A question that is not there after so long, in ms, was closed before it could be seen. */
const askedMs = 10_000

/** One row of a quick pick. */
export interface QuickPickRow {
  readonly label: string
  readonly description: string
  readonly detail: string
}

/** The command palette, quick picks and input boxes. */
export class QuickInput {
  private readonly box: Locator
  private readonly rowLocator: Locator

  constructor(private readonly page: Page) {
    this.box = page.locator(`${open} .quick-input-box input`)
    this.rowLocator = page.locator(`${open} .quick-input-list .monaco-list-row`)
  }

  /**
   * Runs a command by its full title. The palette matches loosely and would run another command when the
   * wanted one is missing, so the row must carry exactly this title; throws listing the rows seen otherwise.
   */
  async runCommand(title: string): Promise<void> {
    await this.openWith(`>${title}`)
    // Commands that came since it was opened, as of an extension that starts, are not in its list.
    let opened = Date.now()
    await eventually(`the command "${title}"`, async () => {
      await this.keepOpen(`>${title}`)
      if (await this.click(exactly(title))) return true
      if (Date.now() - opened > 2_000) {
        opened = Date.now()
        await this.dismiss()
      }
      return undefined
    }, actMs).catch(async (error: unknown) => {
      const seen = (await this.rows().catch(() => [])).map((row) => row.label)
      await this.dismiss()
      throw new Error(`The palette has no command "${title}" that can run now. It shows: ${seen.join(' | ') || 'nothing'}`, { cause: error })
    })
  }

  /** Whether the palette offers a command with exactly this title. */
  async hasCommand(title: string): Promise<boolean> {
    await this.openWith(`>${title}`)
    // The list is settled when it has any row at all ("No matching commands" is one).
    const rows = await eventually('the list of commands', async () => {
      await this.keepOpen(`>${title}`)
      const seen = await this.rows()
      return seen.length > 0 && seen
    })
    await this.dismiss()
    return rows.some((row) => row.label === title)
  }

  /** Opens a file by name through quick open. */
  async openFile(name: string): Promise<void> {
    await this.openWith(name)
    const label = exactly(name.split('/').at(-1)!)
    // A file made a moment ago is not in the list until the search is asked again; what came up late may be open instead.
    let asked = Date.now()
    await eventually(`"${name}" in quick open`, async () => {
      await this.keepOpen(name)
      if (await this.click(label)) return true
      if (Date.now() - asked > 2_000) {
        asked = Date.now()
        await this.dismiss()
      }
      return undefined
    })
  }

  /** Waits for a quick pick and takes the row whose label matches; a string must equal the label or occur in it. */
  async pick(label: TextMatch): Promise<void> {
    await this.box.first().waitFor()
    await eventually(`a row "${label}" to pick`, () => this.click(label))
  }

  /**
   * Runs a command whose first question is a quick pick, and takes a row. A page that was shown just before may take the focus
   * late, which closes the question before anybody sees it: a person runs the command again then.
   */
  async runAndPick(title: string, label: TextMatch): Promise<void> {
    await eventually(`the question of "${title}"`, async () => {
      await this.runCommand(title)
      await this.box.first().waitFor({ timeout: askedMs })
      return eventually(`a row "${label}" to pick`, () => this.click(label), askedMs)
    })
  }

  /** Waits for a quick pick that offers a matching row and answers all its rows. */
  async waitForRows(label: TextMatch): Promise<QuickPickRow[]> {
    return eventually(`rows with "${label}"`, async () => {
      const rows = await this.rows()
      return rows.some((row) => matches(row.label, label)) && rows
    })
  }

  /** The rows of the open quick pick; empty when none is open. Long lists show their first rows only. */
  async rows(): Promise<QuickPickRow[]> {
    return this.rowLocator.evaluateAll((elements) => elements.map((row) => {
      const text = (selector: string): string => row.querySelector(selector)?.textContent?.trim() ?? ''
      return { label: text('.label-name'), description: text('.label-description'), detail: text('.quick-input-list-label-meta') }
    }))
  }

  /**
   * Types into the open input box (replacing what it holds), confirms with Enter and waits until the answer was
   * taken or refused: opening anything else while the extension still validates would cancel the question.
   */
  async typeText(text: string): Promise<void> {
    await this.fill(text)
    // The verdict on what was typed before would refuse this too; it goes when this has been looked at.
    await this.page.locator(`${open} .quick-input-box .monaco-inputbox.error`).waitFor({ state: 'detached', timeout: 1_000 }).catch(() => undefined)
    const question = JSON.stringify(await this.question())
    await this.confirm()
    await eventually(`"${text}" to be taken or refused`, async () => {
      if (await this.box.count() === 0) return true
      if (await this.page.locator(`${open} .quick-input-box .monaco-inputbox.error`).count() > 0) return true
      return JSON.stringify(await this.question()) !== question
    })
  }

  /** Types into the open input box and leaves it open. */
  async fill(text: string): Promise<void> {
    await eventually(`an input box that takes "${text}"`, async () => {
      await this.box.fill(text, { timeout: 1_000 })
      return await this.box.inputValue({ timeout: 1_000 }) === text
    })
  }

  /** Presses Enter in the open quick input. */
  async confirm(): Promise<void> {
    await this.box.press('Enter')
  }

  /** What the open quick input asks: its title, placeholder and prompt or validation message. */
  async ask(): Promise<{ title: string, placeholder: string, message: string, value: string }> {
    await this.box.first().waitFor()
    return {
      title: await this.page.locator(`${open} .quick-input-title`).first().innerText(),
      placeholder: await this.box.getAttribute('placeholder') ?? '',
      message: await this.page.locator(`${open} .quick-input-message`).first().innerText(),
      value: await this.box.inputValue(),
    }
  }

  /** Waits until the message below the input matches and answers it. */
  async waitForMessage(wanted: TextMatch): Promise<string> {
    return eventually(`the message "${wanted}"`, async () => {
      const { message } = await this.ask()
      return matches(message, wanted) && message
    })
  }

  /** Waits until a quick input asks something whose title, placeholder or message matches. */
  async waitFor(wanted: TextMatch): Promise<void> {
    await eventually(`a question "${wanted}"`, async () => {
      const asked = await this.ask()
      return matches(`${asked.title}\n${asked.placeholder}\n${asked.message}`, wanted)
    })
  }

  /** Waits for a question and answers it by typing. */
  async answer(wanted: TextMatch, text: string): Promise<void> {
    await this.waitFor(wanted)
    await this.typeText(text)
  }

  /** Closes the open quick input, if any, without choosing. */
  async dismiss(): Promise<void> {
    await eventually('the quick input to close', async () => {
      if (await this.box.count() === 0) return true
      await this.page.keyboard.press('Escape')
      return undefined
    })
  }

  /** What tells one question from the next. */
  private async question(): Promise<unknown> {
    return this.box.evaluate((input) => {
      const widget = input.closest('.quick-input-widget')
      return [(input as HTMLInputElement).value, input.getAttribute('placeholder'), widget?.querySelector('.quick-input-title')?.textContent, widget?.querySelector('.quick-input-list .monaco-list-row') === null]
    }, undefined, { timeout: 1_000 })
  }

  private async openWith(text: string): Promise<void> {
    await eventually('the command palette', async () => {
      // Whatever else is open is replaced; it may also be about to close after an answer.
      await this.page.keyboard.press('F1')
      await this.box.waitFor({ timeout: 1_000 })
      await this.box.fill(text, { timeout: 1_000 })
      return await this.box.inputValue({ timeout: 1_000 }) === text
    })
  }

  /** Opens the palette again when an earlier question took it along in closing. */
  private async keepOpen(text: string): Promise<void> {
    if (await this.box.count() === 0) await this.openWith(text)
    else if (await this.box.inputValue({ timeout: 1_000 }) !== text) await this.box.fill(text, { timeout: 1_000 })
  }

  private async click(label: TextMatch): Promise<boolean> {
    const rows = await this.rows()
    const wanted = rows.find((row) => row.label === label) ?? rows.find((row) => matches(row.label, label))
    if (!wanted) return false
    const row = this.rowLocator.filter({ has: this.page.locator('.label-name', { hasText: exactly(wanted.label) }) }).first()
    await row.click({ timeout: actMs })
    return true
  }
}

function exactly(text: string): RegExp {
  return new RegExp(`^\\s*${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\s*$`)
}
