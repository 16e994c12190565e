import * as vscode from 'vscode'
import { asWritten, iconed } from './asWritten.js'
import { translated } from './translated.js'

/** Notifications, as the editor's own functions show them, but for text that would become links; what the core told is in the editor's language. */
export const [showInformationMessage, showWarningMessage, showErrorMessage] = [say('showInformationMessage'), say('showWarningMessage'), say('showErrorMessage')]

function say(how: 'showInformationMessage' | 'showWarningMessage' | 'showErrorMessage'): typeof vscode.window.showInformationMessage {
  return (text: string, ...rest: unknown[]) => vscode.window[how](asWritten(translated(text)), ...(rest as never[]))
}

/** An item to choose; an icon that is ours is named, since one within its texts is text. */
export interface Item extends vscode.QuickPickItem {
  /** Of a codicon, as `lock`. */
  icon?: string
}

/** A choice, as the editor's own function shows it, but for text that would become icons. Answers the item that was given. */
export function showQuickPick<T extends Item>(items: readonly T[] | Promise<readonly T[]>, options: vscode.QuickPickOptions & { canPickMany: true }): Promise<T[] | undefined>
export function showQuickPick<T extends Item>(items: readonly T[] | Promise<readonly T[]>, options: vscode.QuickPickOptions): Promise<T | undefined>
export async function showQuickPick<T extends Item>(items: readonly T[] | Promise<readonly T[]>, options: vscode.QuickPickOptions): Promise<T[] | T | undefined> {
  const shown = Array.isArray(items) ? (items as readonly T[]).map(shownAs) : Promise.resolve(items).then((all) => all.map(shownAs))
  const picked = (await vscode.window.showQuickPick<Shown<T>>(shown, options)) as Shown<T>[] | Shown<T> | undefined
  return Array.isArray(picked) ? picked.map(({ item }) => item) : picked?.item
}

interface Shown<T> extends vscode.QuickPickItem {
  item: T
}

function shownAs<T extends Item>(item: T): Shown<T> {
  const { label, description, detail, icon } = item
  return { ...item, label: icon === undefined ? asWritten(label) : iconed(icon, label), description: description && asWritten(description), detail: detail && asWritten(detail), item }
}

/** Says what was done, where nobody has to click it away. @param ms how long */
export function saidBriefly(icon: string, text: string, ms = 4_000): void {
  vscode.window.setStatusBarMessage(iconed(icon, text), ms)
}
