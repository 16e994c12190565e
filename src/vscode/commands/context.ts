import * as vscode from 'vscode'
import type { RetentionProfile } from '../../core/model/words.js'
import type { Muster } from '../../core/muster.js'
import type { AgentTerminals } from '../agentTerminals.js'
import { asWritten } from '../asWritten.js'
import type { Dashboard } from '../dashboard/dashboard.js'
import type { DatabaseAddresses } from '../databaseAddresses.js'
import type { Documents } from '../documents.js'
import type { EditGuard } from '../editGuard.js'
import type { FileLocks } from '../fileMarks.js'
import type { Handoff } from '../handoff.js'
import { plural, t } from '../l10n.js'
import type { LockOrder } from '../lockOrder.js'
import type { Merging } from '../merging.js'
import { recordsOf, type MusterWindow } from '../musterWindow.js'
import type { ProjectDocuments } from '../projectDocuments.js'
import type { Repositories } from '../repositories.js'
import type { Runs } from '../runs.js'
import { saidBriefly, showInformationMessage, showQuickPick, showWarningMessage, type Item } from '../say.js'
import type { Supervision } from '../supervision.js'
import { troubleOf } from '../statusText.js'
import { short } from '../text.js'
import type { WindowSaves } from '../windowSaves.js'
import { mustBeOpen } from './mustBeOpen.js'

/** What commands work with. */
export interface CommandContext {
  /** Of the repository that the command is about; else of the one that is shown. */
  window: MusterWindow
  repositories: Repositories
  documents: Documents
  dashboard: Dashboard
  locks: FileLocks
  guard: EditGuard
  order: LockOrder
  terminals: AgentTerminals
  saves: WindowSaves
  runs: Runs
  /** Of `window`, and by the window that each is of. */
  supervision: Supervision
  supervisions: ReadonlyMap<MusterWindow, Supervision>
  merging: Merging
  project: ProjectDocuments
  handoff: Handoff
  addresses: DatabaseAddresses
  /** How long what is over is kept in a window's repository, as set. */
  profile: (window: MusterWindow) => RetentionProfile
  /** The command that shows whether the work still works, as the user has set it. */
  smokeTest: () => string
  /** Of this workspace. */
  memory: vscode.Memento
  log: vscode.LogOutputChannel
  /** How other programs start Muster's command line. */
  launcher: () => readonly string[]
}

/** A command: its argument is a row, a file or nothing, and is looked at before it is used; where several are selected, all of them are the selection. */
export type Command = (context: CommandContext, argument: unknown, selection?: unknown) => Promise<void> | void

/** The connection, for commands that write. @throws CancellationError after telling why there is none */
export async function writable({ window }: CommandContext): Promise<Muster> {
  mustBeOpen(window)
  const { muster, state } = window
  if (muster && window.writable) return muster
  const trouble = troubleOf(state)
  if (!vscode.workspace.isTrusted) await tell(trouble ?? t('Muster writes nothing in Restricted Mode.'), { [t('Manage Workspace Trust')]: 'workbench.trust.manage' })
  else if (trouble !== undefined) await tell(trouble, { [t('Try Again')]: 'muster.tryAgain', [t('Show Log')]: 'muster.showLog' }, recordsOf(window))
  else if (state.kind === 'opening') await tell(t('Muster is starting. Try again in a moment.'), {})
  else await tell(t('Muster is off here.'), { [t('Turn On')]: 'muster.turnOn' }, recordsOf(window))
  throw new vscode.CancellationError()
}

/** Says something, with buttons that run commands. @param records that they are about */
async function tell(text: string, actions: Readonly<Record<string, string>>, records: { folder?: string } = {}): Promise<void> {
  const answer = await showWarningMessage(text, ...Object.keys(actions))
  if (answer !== undefined) await vscode.commands.executeCommand(actions[answer]!, ...('folder' in records ? [records] : []))
}

/** The connection, for commands that look. @throws CancellationError when there is none */
export function readable({ window }: CommandContext): Muster {
  if (!window.muster) throw new vscode.CancellationError()
  return window.muster
}

/** The answer of an input. @throws CancellationError when it was dismissed */
export function given<T>(answer: T | undefined): T {
  if (answer === undefined) throw new vscode.CancellationError()
  return answer
}

/** Lets a person pick one of several things. @throws CancellationError when there is nothing or nothing was picked */
export async function pick<T>(things: readonly T[], options: { title: string; placeHolder?: string; none: string; item: (thing: T) => Item }): Promise<T> {
  if (things.length === 0) {
    void showInformationMessage(options.none)
    throw new vscode.CancellationError()
  }
  const items = things.map((thing) => ({ ...options.item(thing), thing }))
  const picked = await showQuickPick(items, { title: options.title, placeHolder: options.placeHolder, ignoreFocusOut: true, matchOnDescription: true, matchOnDetail: true })
  return given(picked).thing
}

/** Characters that a line, and a text that is meant to be read, may have: as the model has them. */
const LINE = 2_000
export const TEXT = 100_000

/** Asks for a line of text. @param options `most` characters it may have @throws CancellationError when dismissed */
export async function ask(title: string, prompt: string, options: { value?: string; optional?: boolean; placeHolder?: string; most?: number; check?: (text: string) => string | vscode.InputBoxValidationMessage | undefined } = {}): Promise<string> {
  const answer = await vscode.window.showInputBox({
    title,
    prompt: asWritten(prompt),
    value: options.value,
    placeHolder: options.placeHolder,
    ignoreFocusOut: true,
    validateInput: (text) => options.check?.(text) ?? tooLong(text.trim(), options.most ?? LINE) ?? (options.optional !== true && text.trim() === '' ? t('This cannot be empty.') : undefined),
  })
  return given(answer).trim()
}

/** Several things in one answer, with semicolons between them. */
export function several(answer: string): string[] {
  return answer.split(';').map((one) => one.trim()).filter((one) => one !== '')
}

/** What is wrong with an answer as typed, where that is more than can be kept: @param most characters */
function tooLong(answer: string, most: number): string | undefined {
  return answer.length > most ? plural(answer.length - most, 'That is 1 character too long.', 'That is {n} characters too long.') : undefined
}

/** What was clicked has left the lists: nothing else is offered in its place. @throws CancellationError always */
export function gone(what: string): never {
  void showInformationMessage(t('{0} is not there any more.', what))
  throw new vscode.CancellationError()
}

/** The same of an agent that was clicked, and has finished since. @throws CancellationError always */
export function finished(id: string, muster: Muster): never {
  void showInformationMessage(t('{0} has nothing unfinished any more.', short(muster.state().agents.find((agent) => agent.id === id)?.name ?? id, 40)))
  throw new vscode.CancellationError()
}

/** Says what was done, briefly, where nobody has to click it away. */
export function done(text: string): void {
  saidBriefly('check', text)
}

/** Tells that the rules refused, with what to do next. */
export function refused(hint: string): void {
  void showWarningMessage(hint)
}
