// The editor has classes, of which nothing but that is needed here.
/* eslint-disable @typescript-eslint/no-extraneous-class */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { build } from 'esbuild'
import { projectRoot } from '../../../scripts/projectRoot.js'

const require = createRequire(import.meta.url)

/** An event of an editor that tests fire. */
export class Heard<T> {
  private readonly listeners = new Set<(value: T) => unknown>()
  readonly event = (listener: (value: T) => unknown): { dispose(): void } => {
    this.listeners.add(listener)
    return { dispose: () => void this.listeners.delete(listener) }
  }

  fire(value: T): void {
    for (const listener of this.listeners) listener(value)
  }

  dispose(): void {
    this.listeners.clear()
  }
}

/** A file, as the editor hands it to commands. */
export class Uri {
  readonly scheme = 'file'

  private constructor(readonly fsPath: string) {}

  static file(path: string): Uri {
    return new Uri(path)
  }
}

/** What a person sees of the editor, and answers. */
export class Screen {
  /** Notifications, prompts of inputs and choices, in the order they came. */
  readonly shown: { how: string; text: string; items: readonly { title?: string; label?: string; description?: string }[] }[] = []
  readonly ran: [command: string, ...given: unknown[]][] = []
  /** Picks what is shown: the item at this place; undefined dismisses. */
  answers: (number | undefined)[] = []
  /** Waits before a command does what it does. */
  running: (command: string) => Promise<void> | void = () => undefined
  readonly notebookEdited = new Heard<{ notebook: unknown }>()
  readonly edited = new Heard<{ document: unknown }>()
  readonly saved = new Heard<unknown>()
  readonly created = new Heard<unknown>()
  readonly deleted = new Heard<unknown>()
  readonly renamed = new Heard<unknown>()
  readonly closed = new Heard<unknown>()
  readonly activated = new Heard<unknown>()
  readonly folders = new Heard<unknown>()
  /** As the editor has it, in the person's language. */
  manifest: unknown
  readonly commands = new Map<string, (...given: unknown[]) => unknown>()
  /** Of the workspace and the window: what tests change. */
  readonly workspace = { isTrusted: true, onDidChangeWorkspaceFolders: this.folders.event, textDocuments: [] as unknown[], onDidChangeTextDocument: this.edited.event, onDidSaveTextDocument: this.saved.event, onDidCreateFiles: this.created.event, onDidDeleteFiles: this.deleted.event, onDidRenameFiles: this.renamed.event, onDidCloseTextDocument: this.closed.event, notebookDocuments: [] as unknown[], onDidChangeNotebookDocument: this.notebookEdited.event, onDidSaveNotebookDocument: this.saved.event, onDidCloseNotebookDocument: this.closed.event }
  readonly window = {
    activeTextEditor: undefined as unknown,
    activeNotebookEditor: undefined as unknown,
    onDidChangeActiveNotebookEditor: this.activated.event,
    tabGroups: { all: [], activeTabGroup: { activeTab: undefined as unknown } },
    onDidChangeActiveTextEditor: this.activated.event,
    setStatusBarMessage: (text: string) => void this.say('done', text, []),
    showInformationMessage: (text: string, ...rest: unknown[]) => this.say('information', text, rest),
    showWarningMessage: (text: string, ...rest: unknown[]) => this.say('warning', text, rest),
    showErrorMessage: (text: string, ...rest: unknown[]) => this.say('error', text, rest),
    showQuickPick: async (items: readonly unknown[] | Promise<readonly unknown[]>, { title, canPickMany }: { title: string; canPickMany?: boolean }) => {
      const picked = await this.say('pick', title, await items)
      return canPickMany === true && picked !== undefined ? [picked] : picked
    },
    withProgress: (_options: unknown, work: (progress: unknown, token: { onCancellationRequested(): void }) => Promise<unknown>) => work(undefined, { onCancellationRequested: () => undefined }),
    showInputBox: ({ prompt, value }: { prompt: string; value?: string }) => this.say('input', prompt, []).then(() => value ?? 'typed'),
  }

  get vscode(): unknown {
    class CancellationError extends Error {}
    class ThemeIcon {}
    const { workspace, window } = this
    return {
      workspace, window, CancellationError, ThemeIcon, EventEmitter: Heard, TabInputText: class {}, TabInputCustom: class {}, TabInputNotebook: class {},
      l10n: { t: (text: string) => text, bundle: undefined },
      env: { language: 'en' },
      Disposable: class {
        static from = (...all: { dispose(): void }[]) => ({ dispose: () => all.forEach((one) => one.dispose()) })
      },
      Uri,
      ProgressLocation: { Notification: 15 }, QuickPickItemKind: { Separator: -1 }, SymbolKind: {},
      extensions: { getExtension: () => ({ packageJSON: this.manifest }) },
      commands: {
        registerCommand: (id: string, handler: (...given: unknown[]) => unknown) => this.commands.set(id, handler),
        executeCommand: async (command: string, ...given: unknown[]) => {
          await this.running(command)
          this.ran.push([command, ...given])
        },
      },
    }
  }

  private say(how: string, text: string, rest: readonly unknown[]): Promise<unknown> {
    const items = rest as (typeof this.shown)[number]['items']
    this.shown.push({ how, text, items })
    const at = items.length > 0 ? this.answers.shift() : undefined
    return Promise.resolve(at === undefined ? undefined : items[at])
  }
}

/** Exports of a source file that belongs to the editor, loaded with an editor that is this screen. @param file below src/vscode */
export async function withEditor<T>(file: string, screen: Screen): Promise<T> {
  const { outputFiles } = await build({ entryPoints: [join(projectRoot, 'src', 'vscode', file)], bundle: true, write: false, format: 'cjs', platform: 'node', external: ['vscode'], alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' }, define: { 'import.meta.url': '__url', 'import.meta.dirname': '__here' }, logLevel: 'error' })
  const made = { exports: {} as T }
  const { vscode } = screen
  // Our own code, as it was just built.
  const load = new Function('module', 'exports', 'require', '__url', '__here', outputFiles[0]!.text) as (...given: unknown[]) => void
  load(made, made.exports, (name: string): unknown => (name === 'vscode' ? vscode : require(name)), import.meta.url, import.meta.dirname)
  return made.exports
}
