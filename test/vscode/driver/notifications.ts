import type { Locator, Page } from 'playwright-core'
import { actMs, eventually, matches, type TextMatch } from './eventually.js'
import type { QuickInput } from './quickInput.js'

/** A message in the corner or in the notification centre. */
export interface Notification {
  readonly message: string
  readonly source: string
  readonly buttons: string[]
}

const items = '.notification-list-item'

/**
 * Messages to the user. Toasts show only when VS Code runs with the extension installed; the centre has
 * every message that was not dismissed, in both modes.
 */
export class Notifications {
  private readonly centre: Locator
  private readonly corner: Locator

  constructor(private readonly page: Page, private readonly quickInput: QuickInput) {
    this.centre = page.locator('.notifications-center.visible')
    this.corner = page.locator('.notifications-toasts')
  }

  /** The toasts now shown in the corner. */
  async toasts(): Promise<Notification[]> {
    return await read(this.corner) ?? []
  }

  /** Opens the notification centre and answers all it holds, newest first. */
  async all(): Promise<Notification[]> {
    return eventually('the notifications', async () => {
      await this.open()
      // A hidden centre has none, whatever there is.
      return read(this.centre)
    })
  }

  /** Waits for a message (opening the centre) and answers it. */
  async waitFor(wanted: TextMatch): Promise<Notification> {
    return find(this.centre, wanted, (tries) => this.open(tries))
  }

  /** Waits for a toast and answers it. */
  async waitForToast(wanted: TextMatch): Promise<Notification> {
    return find(this.corner, wanted)
  }

  /** Presses a button of a message: of its toast when there is one, else in the centre. */
  async clickButton(wanted: TextMatch, button: string): Promise<void> {
    let tries = 0
    await eventually(`the button "${button}" of "${wanted}"`, async () => {
      // Asked each time: a toast goes into the centre after a while, and a window that is still loading hides the centre again.
      const toast = (await this.toasts()).some((notification) => matches(notification.message, wanted))
      if (!toast) await this.open(tries++)
      const item = (toast ? this.corner : this.centre).locator(items).filter({ has: this.page.locator('.notification-list-item-message', { hasText: wanted }) }).first()
      if (await item.count() === 0) return undefined
      await item.hover({ timeout: actMs })
      await item.locator('.notification-list-item-buttons-container .monaco-button').filter({ hasText: button }).first().click({ timeout: actMs })
      return true
    })
  }

  /** Removes all messages and closes the centre. */
  async clear(): Promise<void> {
    await eventually('no notifications', async () => {
      if ((await this.toasts()).length === 0 && (await this.all()).length === 0) return true
      await this.quickInput.runCommand('Notifications: Clear All Notifications')
      return undefined
    })
    await this.close()
  }

  /** Hides the centre; its messages stay. */
  async close(): Promise<void> {
    await eventually('the notifications to hide', async () => {
      // They hide by themselves when the last of them goes, and the command goes with them.
      if (await this.centre.count() === 0) return true
      await this.quickInput.runCommand('Notifications: Hide Notifications')
      return undefined
    })
  }

  /**
   * Shows the notification centre: before what is told of for seconds only.
   * @param tries How often something was not found in it: a long list draws what is in view only, and a new message may be above that
   */
  async open(tries = 0): Promise<void> {
    // A window that is still loading hides it again.
    await eventually('the notifications to show', async () => {
      if (await this.centre.count() > 0) return true
      await this.quickInput.runCommand('Notifications: Show Notifications')
      return this.centre.waitFor({ timeout: 5_000 }).then(() => true, () => false)
    })
    if (tries === 0 || !await this.centre.hover({ timeout: actMs }).then(() => true, () => false)) return
    await this.page.mouse.wheel(0, tries % 2 === 1 ? -10_000 : 10_000)
  }
}

/** What a place shows at one moment; undefined while it is hidden. */
async function read(place: Locator): Promise<Notification[] | undefined> {
  const [shown] = await place.evaluateAll((places, selector) => places.map((one) => Array.from(one.querySelectorAll(selector), (item) => ({
    message: item.querySelector('.notification-list-item-message')?.textContent?.trim() ?? '',
    source: item.querySelector('.notification-list-item-source')?.textContent?.trim() ?? '',
    buttons: Array.from(item.querySelectorAll('.notification-list-item-buttons-container .monaco-button'), (button) => button.textContent?.trim() ?? ''),
  }))), items)
  return shown
}

/** @param open shows the place, which a window that is still loading may hide again */
async function find(place: Locator, wanted: TextMatch, open?: (tries: number) => Promise<void>): Promise<Notification> {
  let seen: Notification[] = []
  let tries = 0
  return eventually(`a notification "${wanted}"`, async () => {
    await open?.(tries++)
    seen = await read(place) ?? []
    return seen.find((notification) => matches(notification.message, wanted))
  }).catch((error: unknown) => {
    throw new Error(`No notification "${wanted}". There are: ${seen.map((one) => one.message).join(' | ') || 'none'}`, { cause: error })
  })
}
