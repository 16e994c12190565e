import * as vscode from 'vscode'
import type { RetentionProfile } from '../../core/model/words.js'
import type { Muster } from '../../core/muster.js'
import type { AgentTerminals } from '../agentTerminals.js'
import type { Dashboard } from '../dashboard/dashboard.js'
import type { Documents } from '../documents.js'
import type { EditGuard } from '../editGuard.js'
import type { FileLocks } from '../fileMarks.js'
import type { Handoff } from '../handoff.js'
import { t } from '../l10n.js'
import type { LockOrder } from '../lockOrder.js'
import type { Merging } from '../merging.js'
import type { MusterWindow } from '../musterWindow.js'
import type { ProjectDocuments } from '../projectDocuments.js'
import type { Runs } from '../runs.js'
import type { Supervision } from '../supervision.js'
import { troubleOf } from '../statusText.js'
import type { WindowSaves } from '../windowSaves.js'

/** What commands work with. */
export interface CommandContext {
  window: MusterWindow
  documents: Documents
  dashboard: Dashboard
  locks: FileLocks
  guard: EditGuard
  order: LockOrder
  terminals: AgentTerminals
  saves: WindowSaves
  runs: Runs
  supervision: Supervision
  merging: Merging
  project: ProjectDocuments
  handoff: Handoff
  /** How long what is over is kept, as set. */
  profile: () => RetentionProfile
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
  const { muster, state } = window
  if (muster && window.writable) return muster
  const trouble = troubleOf(state)
  if (!vscode.workspace.isTrusted) await tell(trouble ?? t('Muster writes nothing in Restricted Mode.'), { [t('Manage Workspace Trust')]: 'workbench.trust.manage' })
  else if (trouble !== undefined) await tell(trouble, { [t('Try Again')]: 'muster.tryAgain', [t('Show Log')]: 'muster.showLog' })
  else if (state.kind === 'opening') await tell(t('Muster is starting. Try again in a moment.'), {})
  else await tell(t('Muster is off here.'), { [t('Turn On')]: 'muster.turnOn' })
  throw new vscode.CancellationError()
}

/** Says something, with buttons that run commands. */
async function tell(text: string, actions: Readonly<Record<string, string>>): Promise<void> {
  const answer = await vscode.window.showWarningMessage(text, ...Object.keys(actions))
  if (answer !== undefined) await vscode.commands.executeCommand(actions[answer]!)
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
export async function pick<T>(things: readonly T[], options: { title: string; placeHolder?: string; none: string; item: (thing: T) => vscode.QuickPickItem }): Promise<T> {
  if (things.length === 0) {
    void vscode.window.showInformationMessage(options.none)
    throw new vscode.CancellationError()
  }
  const items = things.map((thing) => ({ ...options.item(thing), thing }))
  const picked = await vscode.window.showQuickPick(items, { title: options.title, placeHolder: options.placeHolder, ignoreFocusOut: true, matchOnDescription: true, matchOnDetail: true })
  return given(picked).thing
}

/** Asks for a line of text. @throws CancellationError when dismissed */
export async function ask(title: string, prompt: string, options: { value?: string; optional?: boolean; placeHolder?: string; check?: (text: string) => string | undefined } = {}): Promise<string> {
  const answer = await vscode.window.showInputBox({
    title,
    prompt,
    value: options.value,
    placeHolder: options.placeHolder,
    ignoreFocusOut: true,
    validateInput: (text) => options.check?.(text) ?? (options.optional !== true && text.trim() === '' ? t('This cannot be empty.') : undefined),
  })
  return given(answer).trim()
}

/** Says what was done, briefly, where nobody has to click it away. */
export function done(text: string): void {
  vscode.window.setStatusBarMessage(`$(check) ${text}`, 4_000)
}

/** Tells that the rules refused, with what to do next. */
export function refused(hint: string): void {
  void vscode.window.showWarningMessage(hint)
}
