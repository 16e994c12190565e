import type { Page } from 'playwright-core'

/** Modal questions. */
export class Dialog {
  constructor(private readonly page: Page) {}

  /** Waits for a modal question and answers its text and buttons. */
  async read(): Promise<{ message: string, detail: string, buttons: string[] }> {
    const box = this.page.locator('.monaco-dialog-box')
    await box.waitFor()
    // A question without further explanation has its text where the explanation would be.
    const [message = '', ...detail] = await box.locator('.dialog-message-text, .dialog-message-detail').allInnerTexts()
    return { message, detail: detail.join('\n'), buttons: await box.locator('.dialog-buttons .monaco-button').allInnerTexts() }
  }

  /** Presses a button of the modal question and waits until it is gone. */
  async press(button: string): Promise<void> {
    const box = this.page.locator('.monaco-dialog-box')
    // This one: another question may follow at once.
    const shown = await box.elementHandle()
    await box.locator('.dialog-buttons .monaco-button').filter({ hasText: button }).first().click()
    await shown?.waitForElementState('hidden')
  }
}
