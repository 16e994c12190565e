import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Command } from '../../../src/vscode/commands/context.js'
import type * as Problems from '../../../src/vscode/documentProblems.js'
import { posixOnly } from '../posixOnly.js'
import { Screen, Uri, withEditor } from './editor.js'

/** What the editor is told to show is named as its window was opened: by another name it would be a second file to the editor. */
describe('files of a folder that was opened through a link', () => {
  let base: string
  let repo: string
  let link: string
  let window: { muster: { root: string; folder: string }; state: object; writable: true }
  beforeEach(() => {
    base = realpathSync(mkdtempSync(join(tmpdir(), 'muster-link-')))
    repo = join(base, 'repo')
    link = join(base, 'link')
    mkdirSync(join(repo, '.muster', 'documents'), { recursive: true })
    if (process.platform !== 'win32') symlinkSync(repo, link)
    for (const file of ['STATUS.md', 'STATUS.md.yours-1']) writeFileSync(join(repo, file), 'text\n')
    window = { muster: { root: repo, folder: join(repo, '.muster') }, state: { kind: 'on', place: { root: link } }, writable: true }
  })
  afterEach(() => rmSync(base, { recursive: true, force: true }))

  posixOnly('have their problems and quick fixes there, and a version that was kept is compared with it', async () => {
    writeFileSync(join(repo, '.muster', 'documents', 'problems.json'), JSON.stringify([{ file: 'STATUS.md', reason: 'changed', kept: 'STATUS.md.yours-1' }]))
    const shown: string[] = []
    let fixes: ((document: { uri: Uri }) => { command: { arguments: [{ target: { file: string; kept: string } }] } }[]) | undefined
    const silent = { dispose: () => undefined }
    const editor = class extends Screen {
      override get vscode(): unknown {
        return {
          ...(super.vscode as object),
          languages: { createDiagnosticCollection: () => ({ ...silent, set: ({ fsPath }: Uri) => shown.push(fsPath), clear: () => undefined }), registerCodeActionsProvider: (_what: unknown, given: { provideCodeActions: typeof fixes }) => ((fixes = given.provideCodeActions), silent) },
          CodeActionKind: {}, DiagnosticSeverity: {},
          // eslint-disable-next-line @typescript-eslint/no-extraneous-class -- the editor's are
          CodeAction: class {}, Diagnostic: class {}, Range: class {},
        }
      }
    }
    const screen = new editor()
    const { DocumentProblems } = await withEditor<typeof Problems>('documentProblems.ts', screen)
    const problems = new DocumentProblems(window as never, (error) => assert.fail(String(error)))
    // Looks every few seconds.
    await (problems as unknown as { look(): Promise<void> }).look()
    problems.dispose()
    assert.deepEqual(shown, [join(link, 'STATUS.md')])
    const [fix] = fixes!({ uri: Uri.file(join(link, 'STATUS.md')) })
    assert.deepEqual(fix?.command.arguments, [{ target: { type: 'document', file: join(link, 'STATUS.md'), kept: join(link, 'STATUS.md.yours-1') } }])
  })

  posixOnly('are compared where a document was made anew while somebody had changed it', async () => {
    const screen = new Screen()
    screen.answers = [0]
    const { fixDocument } = await withEditor<{ fixDocument: Command }>('commands/projectDocuments.ts', screen)
    const written = { ok: true, documents: [{ file: 'STATUS.md', how: 'written', kept: 'STATUS.md.yours-1' }] }
    const none = (): Promise<void> => Promise.resolve()
    const context = { window, handoff: { find: () => ({ file: 'STATUS.md' }), save: none, check: none }, project: { act: () => Promise.resolve(written) } }
    await fixDocument(context as unknown as Parameters<Command>[0], { fix: 'render', file: 'STATUS.md', line: 1, code: 'x' })
    await new Promise((resolve) => setImmediate(resolve))
    assert.deepEqual(screen.ran.map(([command, ...files]) => [command, ...files.slice(0, 2)]), [['vscode.diff', Uri.file(join(link, 'STATUS.md.yours-1')), Uri.file(join(link, 'STATUS.md'))]])
  })

  posixOnly('are revealed in the Explorer where they are a run\'s', async () => {
    const screen = new Screen()
    const { openRunFolder } = await withEditor<{ openRunFolder: Command }>('commands/runs.ts', screen)
    const context = { window, runs: { list: [{ run: 'r1', path: 'experiments/r1' }], look: () => Promise.resolve() } }
    await openRunFolder(context as unknown as Parameters<Command>[0], { target: { type: 'run', id: 'r1' } })
    assert.deepEqual(screen.ran, [['revealInExplorer', Uri.file(join(link, 'experiments/r1'))]])
  })
})
