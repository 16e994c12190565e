import { readdirSync, renameSync } from 'node:fs'
import { dirname, extname, join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { actMs, eventually, exactly, matches, type TextMatch } from './eventually.js'

/** The widget stays in the page, inert, while it fades out. */
const open = '.quick-input-widget:visible:not([inert])'

/** A question that is not there after so long, in ms, was closed before it could be seen. */
const askedMs = 20_000
/** A command that the palette has not offered for so long, in ms, cannot be run. */
const offeredMs = 60_000
/** A click that has not been taken after so long, in ms, met a list that was drawn anew under it. */
const takenMs = 5_000
/** A command that can always be run, with no word in common with those of Muster. */
const ALWAYS = 'Developer: Reload Window'

/** One row of a quick pick. */
export interface QuickPickRow {
  readonly label: string
  readonly description: string
  readonly detail: string
}

/** What a quick input asks, all of it at one moment. */
interface Question {
  readonly title: string
  readonly placeholder: string
  /** Its prompt, or what is said of the answer. */
  readonly message: string
  readonly value: string
  /** How the answer is judged: by an icon and a colour. */
  readonly verdict: 'error' | 'other' | undefined
  readonly hasRows: boolean
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
    const text = `>${title}`
    await this.openWith(text)
    // Commands that came since it was opened, as of an extension that starts, are not in its list.
    let opened = Date.now()
    await eventually(`the command "${title}"`, async () => {
      await this.keepOpen(text)
      // What the command asks has the same box.
      if (await this.click(exactly(title)) && await this.isTaken(text)) return true
      // Without any row the list is still being made.
      if (Date.now() - opened > ((await this.rows()).length > 0 ? 2_000 : 10_000)) {
        await this.dismiss()
        opened = Date.now()
      }
      return undefined
    }, offeredMs).catch(async (error: unknown) => {
      const seen = (await this.rows().catch(() => [])).map((row) => row.label)
      await this.dismiss()
      throw new Error(`The palette has no command "${title}" that can run now. It shows: ${seen.join(' | ') || 'nothing'}`, { cause: error })
    })
  }

  /** Whether the palette offers a command with exactly this title. */
  async hasCommand(title: string): Promise<boolean> {
    const rows = await eventually('the list of commands', async () => {
      await this.openWith(`>${ALWAYS}`)
      const labels = async (): Promise<string[]> => (await this.rows()).map(({ label }) => label)
      await eventually(`the command "${ALWAYS}"`, async () => (await labels()).includes(ALWAYS), askedMs)
      await this.box.fill(`>${title}`, { timeout: 1_000 })
      // Rows of what was asked for before stay until there are others ("No matching commands" is one).
      return eventually('its own list', async () => {
        const seen = await labels()
        return seen.length > 0 && !seen.includes(ALWAYS) && seen
      }, askedMs)
    })
    await this.dismiss()
    return rows.includes(title)
  }

  /** Opens a file by name through quick open. */
  async openFile(name: string): Promise<void> {
    await this.openWith(name)
    const label = exactly(name.split('/').at(-1)!)
    // A file made a moment ago is not in the list until the search is asked again; what came up late may be open instead.
    let asked = Date.now()
    await eventually(`"${name}" in quick open`, async () => {
      await this.keepOpen(name)
      if (await this.click(label) && await this.isTaken(name)) return true
      if (Date.now() - asked > 2_000) {
        await this.dismiss()
        asked = Date.now()
      }
      return undefined
    })
  }

  /** Waits for a quick pick and takes the row whose label matches; a string must equal the label or occur in it. */
  async pick(label: TextMatch): Promise<void> {
    await this.box.first().waitFor()
    await eventually(`a row "${label}" to pick`, () => this.click(label))
  }

  /** Runs a command whose first question is a quick pick, and takes a row, as {@link pickAfter} does. */
  async runAndPick(title: string, label: TextMatch): Promise<void> {
    await this.pickAfter(() => this.runCommand(title), label)
  }

  /**
   * Does what leads to a quick pick, and takes a row of it. Some are closed when the focus goes elsewhere, and a page or an editor
   * that was shown just before may take it late, before anybody sees them: a person does it again then.
   */
  async pickAfter(open: () => Promise<unknown>, label: TextMatch): Promise<void> {
    await this.whenAsked(open, `a row "${label}" to pick`, () => this.click(label))
  }

  /** The same, and answers all its rows once there is one that matches. */
  async rowsAfter(open: () => Promise<unknown>, label: TextMatch): Promise<QuickPickRow[]> {
    return this.whenAsked(open, `rows with "${label}"`, () => this.rowsWith(label))
  }

  /** Waits for a quick pick that offers a matching row and answers all its rows. */
  async waitForRows(label: TextMatch): Promise<QuickPickRow[]> {
    return eventually(`rows with "${label}"`, () => this.rowsWith(label))
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
    await eventually('no verdict', async () => (await this.asking())?.verdict !== 'error', takenMs).catch(() => undefined)
    const before = await eventually('the question', () => this.asking())
    await this.confirm()
    await eventually(`"${text}" to be taken or refused`, async () => {
      const now = await this.asking()
      return now === undefined || now.verdict === 'error' || isAnother(now, before)
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
  async ask(): Promise<Question> {
    return eventually('a question', () => this.asking())
  }

  /** Waits until the message below the input matches and answers it. */
  async waitForMessage(wanted: TextMatch): Promise<string> {
    return eventually(`the message "${wanted}"`, async () => {
      const { message } = await this.asking() ?? {}
      return message !== undefined && matches(message, wanted) && message
    })
  }

  /** Waits until a quick input asks something whose title, placeholder or message matches. */
  async waitFor(wanted: TextMatch): Promise<void> {
    await eventually(`a question "${wanted}"`, async () => {
      const asked = await this.asking()
      return asked && matches(`${asked.title}\n${asked.placeholder}\n${asked.message}`, wanted)
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
      // To the box: one that has lost the focus stays open, and hears no key pressed elsewhere.
      await this.box.press('Escape', { timeout: 1_000 })
      return undefined
    })
  }

  /**
   * Answers the dialog of this title that asks where to save a file. It lists the folder while a name is typed, and may take Enter
   * for that, or for the name it had offered: it is pressed until the file is there.
   */
  async saveAs(title: string, file: string, isSaved: () => boolean): Promise<void> {
    const folder = dirname(file)
    const before = new Set(readdirSync(folder))
    await this.waitFor(exactly(title))
    const box = this.page.locator(open, { hasText: title }).locator('.quick-input-box input')
    await eventually(`${file} to be saved`, async () => {
      if (isSaved()) return true
      if (await box.count() === 0) {
        const offered = readdirSync(folder).find((name) => !before.has(name) && extname(name) === extname(file))
        if (offered !== undefined) renameSync(join(folder, offered), file)
        return undefined
      }
      await box.fill(file, { timeout: 1_000 })
      await box.press('Enter', { timeout: 1_000 })
      // It is looked at before anything is typed again.
      await eventually('the dialog to close', async () => await box.count() === 0, 2_000).catch(() => undefined)
      return undefined
    })
  }

  private async asking(): Promise<Question | undefined> {
    const [asked] = await this.box.evaluateAll((inputs) => inputs.map((input): Question => {
      const widget = input.closest('.quick-input-widget')
      const text = (selector: string): string => widget?.querySelector<HTMLElement>(selector)?.innerText ?? ''
      const judged = input.closest('.monaco-inputbox')
      return {
        title: text('.quick-input-title'),
        placeholder: input.getAttribute('placeholder') ?? '',
        message: text('.quick-input-message'),
        value: (input as HTMLInputElement).value,
        verdict: judged?.classList.contains('error') ? 'error' : judged?.matches('.info, .warning') ? 'other' : undefined,
        hasRows: widget?.querySelector('.quick-input-list .monaco-list-row') !== null,
      }
    }))
    return asked
  }

  private async rowsWith(label: TextMatch): Promise<QuickPickRow[] | false> {
    const rows = await this.rows()
    return rows.some((row) => matches(row.label, label)) && rows
  }

  private async whenAsked<T>(open: () => Promise<unknown>, what: string, act: () => Promise<T | false>): Promise<T> {
    return eventually(what, async () => {
      await open()
      await this.box.waitFor({ timeout: askedMs })
      return eventually(what, act, askedMs)
    })
  }

  /** Whether the input with this text is gone: what was clicked in it was taken. */
  private async isTaken(text: string): Promise<boolean> {
    return eventually('the input to be gone', async () => (await this.asking())?.value !== text, takenMs).catch(() => false)
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

/** Whether this is another question, and not the same with a verdict on its answer. */
function isAnother(now: Question, before: Question): boolean {
  if (now.verdict === undefined && before.verdict === undefined && now.message !== before.message) return true
  return (['title', 'placeholder', 'value', 'hasRows'] as const).some((part) => now[part] !== before[part])
}
