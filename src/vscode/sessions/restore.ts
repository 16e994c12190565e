import * as vscode from 'vscode'
import type { Save, SavedTab, SavedText } from '../../core/model/save.js'
import { asWritten } from '../asWritten.js'
import { t } from '../l10n.js'
import { bytesOf, type OpenState } from './openState.js'
import type { Missing, Step } from './restorePlan.js'
import { nameOf } from './saved.js'
import { presentFor } from './present.js'
import type { SavedTexts } from './savedTexts.js'
import { baseIn, sumOfText } from './textBases.js'

/** ms for a new terminal's shell to be there: what is typed before is shown twice. Shells that do not tell are waited for so long. */
const SHELL_MS = 10_000

/** What was done, and what could not be; `why` is `failed` with the editor's own words. */
export interface Restored {
  done: number
  missing: (Missing | { what: string; why: 'failed'; words: string })[]
}

/** Makes the window what it was, step by step; one that fails is told of, and the others go on. */
export async function restoreWindow(save: Save, open: OpenState, texts: SavedTexts): Promise<Restored> {
  const { planRestore } = await import('./restorePlan.js')
  const { steps, missing } = planRestore(save, await presentFor(save, open))
  const result: Restored = { done: 0, missing: [...missing] }
  const attempt = async (step: Step): Promise<void> => {
    try {
      const newer = await perform(step, texts)
      if (newer) result.missing.push(newer)
      else if (step.do === 'open' || step.do === 'text' || step.do === 'untitled' || step.do === 'terminal') result.done++
    } catch (error) {
      result.missing.push({ what: labelOf(step), why: 'failed', words: error instanceof Error ? error.message : String(error) })
    }
  }
  for (const step of steps) if (step.do !== 'terminal') await attempt(step)
  // Their shells start at the same time.
  await Promise.all(steps.filter((step) => step.do === 'terminal').map(attempt))
  return result
}

/** @returns what turned out to be newer only now */
async function perform(step: Step, texts: SavedTexts): Promise<Missing | void> {
  switch (step.do) {
    case 'layout':
      return void (await vscode.commands.executeCommand('vscode.setEditorLayout', step.layout))
    case 'open':
      await show(step.tab, step.column)
      if (step.tab.pinned === true) await vscode.commands.executeCommand('workbench.action.pinEditor')
      return
    case 'show':
      return show(step.tab, step.column)
    case 'text':
      return putBack(step, texts)
    case 'untitled':
      return create(step)
    case 'compare':
      return texts.compare(step.text)
    case 'compareFile':
      return texts.compareFile(step.text.uri, (await bytesOf(vscode.Uri.parse(step.text.uri)))?.toString('utf8') ?? '')
    case 'terminal':
      return openTerminal(step)
  }
}

async function show(tab: SavedTab, viewColumn: number): Promise<void> {
  const uri = vscode.Uri.parse(tab.uri ?? '')
  const options = { viewColumn, preview: tab.preview === true }
  if (tab.original !== undefined) return void (await vscode.commands.executeCommand('vscode.diff', vscode.Uri.parse(tab.original), uri, tab.label, options))
  if (tab.viewType !== undefined) return void (await vscode.commands.executeCommand('vscode.openWith', uri, tab.viewType, options))
  place(await vscode.window.showTextDocument(uri, options), tab)
}

function place(editor: vscode.TextEditor, { selections, visible }: SavedTab): void {
  if (selections !== undefined && selections.length > 0) editor.selections = selections.map(([line, character, toLine, to]) => new vscode.Selection(line, character, toLine, to))
  if (visible !== undefined) editor.revealRange(new vscode.Range(visible[0], 0, visible[0], 0), vscode.TextEditorRevealType.AtTop)
}

/** Only over what it was made from, in the file and in the editor, at the moment it is done; otherwise beside what is there. */
async function putBack({ text, column, tab }: Extract<Step, { do: 'text' }>, texts: SavedTexts): Promise<Missing | void> {
  const uri = vscode.Uri.parse(text.uri)
  const document = await vscode.workspace.openTextDocument(uri)
  const editor = await vscode.window.showTextDocument(document, { viewColumn: column, preview: false })
  const bytes = await bytesOf(uri)
  const unchanged = !document.isDirty && bytes !== undefined && baseIn(bytes, sumOfText(document.getText())) === text.base
  // False where somebody has typed since.
  if (unchanged && (await editor.edit((edit) => edit.replace(new vscode.Range(0, 0, document.lineCount, 0), text.text)))) return place(editor, tab ?? { kind: 'text', label: '' })
  await texts.compare(text)
  return { what: nameOf(text.uri), why: 'newer' }
}

async function create({ text, column, tab }: Extract<Step, { do: 'untitled' }>): Promise<void> {
  const document = await vscode.workspace.openTextDocument({ content: text.text, ...(text.language !== undefined && { language: text.language }) })
  place(await vscode.window.showTextDocument(document, { viewColumn: column, preview: false }), tab ?? { kind: 'text', label: '' })
  if (tab?.pinned === true) await vscode.commands.executeCommand('workbench.action.pinEditor')
}

async function openTerminal({ name, cwd, command }: Extract<Step, { do: 'terminal' }>): Promise<void> {
  const terminal = vscode.window.createTerminal({ name: asWritten(name), ...(cwd !== undefined && { cwd: vscode.Uri.parse(cwd) }) })
  terminal.show(true)
  if (command === undefined) return
  await shellOf(terminal)
  // Without the line break that would run it.
  terminal.sendText(command, false)
}

function shellOf(terminal: vscode.Terminal): Promise<void> {
  if (terminal.shellIntegration) return Promise.resolve()
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer)
      subscription.dispose()
      resolve()
    }
    const timer = setTimeout(end, SHELL_MS)
    const subscription = vscode.window.onDidChangeTerminalShellIntegration((event) => {
      if (event.terminal === terminal) end()
    })
  })
}

function labelOf(step: Step): string {
  if (step.do === 'layout') return t('Arrangement of the editors')
  if (step.do === 'terminal') return step.name
  return 'tab' in step && step.tab !== undefined ? step.tab.label : nameOf((step as { text: SavedText }).text.uri)
}
