import assert from 'node:assert/strict'
import type { Finding } from '../../../src/documents/project/finding.js'
import type * as HandoffModule from '../../../src/vscode/handoff.js'
import { Screen, withEditor } from './editor.js'

interface Provider {
  provideCodeActions(document: unknown, range: unknown): { command: { arguments: [Pick<Finding, 'file' | 'line' | 'code' | 'about'>] } }[]
}

describe('a quick fix', () => {
  it('is for what it stood at, also where a line has two problems of a kind', async () => {
    let provider: Provider | undefined
    const silent = { dispose: () => undefined }
    const editor = class extends Screen {
      override get vscode(): unknown {
        const before = super.vscode as { workspace: object }
        return {
          ...before,
          workspace: { ...before.workspace, onDidOpenTextDocument: () => silent },
          languages: { createDiagnosticCollection: () => ({ ...silent, set: () => undefined, clear: () => undefined }), registerCodeActionsProvider: (_what: unknown, given: Provider) => ((provider = given), silent) },
          CodeActionKind: { QuickFix: 'quickfix' },
          // eslint-disable-next-line @typescript-eslint/no-extraneous-class -- the editor's is one
          CodeAction: class {},
          DiagnosticSeverity: {},
          Diagnostic: class { constructor(readonly range: unknown) {} },
          Range: class { intersection = (): object => this },
          Uri: { file: (path: string) => ({ toString: () => path }) },
        }
      }
    }
    const { Handoff } = await withEditor<typeof HandoffModule>('handoff.ts', new editor())
    const finding = (about: string): Finding => ({ file: 'DECISIONS.md', line: 3, severity: 'error', code: 'decision-changed', message: '', hint: '', about })
    const documents = { look: () => Promise.resolve({ findings: [finding('D-1'), finding('D-2')] }) }
    const handoff = new Handoff({ muster: { root: '/r' }, state: {}, onDidChange: () => silent } as never, documents as never, (error) => assert.fail(String(error)))
    await handoff.check()
    const asked = provider!.provideCodeActions({ uri: '/r/DECISIONS.md' }, {}).map(({ command }) => command.arguments[0])
    assert.deepEqual([...new Set(asked.map((one) => `${one.about} ${handoff.find(one)?.about}`))], ['D-1 D-1', 'D-2 D-2'])
    handoff.dispose()
  })
})
