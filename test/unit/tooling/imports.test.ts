import assert from 'node:assert/strict'
import { join } from 'node:path'
import { ESLint } from 'eslint'
import tseslint from 'typescript-eslint'
import { projectRoot } from '../../../scripts/projectRoot.js'

/** What must not be: a file (it need not exist) and one line in it. */
const violations: Record<string, [file: string, code: string][]> = {
  'a view in a view': [
    ['src/vscode/views/agentsView.ts', "import { claimsView } from './claimsView.js'"],
    ['src/vscode/views/lockRows.ts', "import { agentRows } from '../views/agentRows.js'"],
    ['src/vscode/views/row.ts', "import type { agentRows } from './agentRows.js'"],
    ['src/vscode/views/agentsView.ts', "import { messageRows } from './messageRows.js'"],
    ['src/vscode/views/newView.ts', "import { messageRows } from './messageRows.js'"],
  ],
  'an entry file': [
    ['src/cli/run.ts', "import './main.js'"],
    ['src/cli/commands/help.ts', "export { host } from '../main.js'"],
    ['src/vscode/run.ts', "import { activate } from './extension.js'"],
    ['test/unit/cli/run.test.ts', "import '../../../src/cli/main.js'"],
  ],
  'a layer above': [
    ['src/core/rules/claim.ts', "import { open } from '../../library.js'"],
    ['src/library.ts', "import { run } from './vscode/run.js'"],
    ['src/library.ts', "export * from './vscode/run.js'"],
    ['src/core/open.ts', "import { claimTool } from '../tools/claim.js'"],
    ['src/core/open.ts', "import type { Tool } from '../tools/tool.js'"],
    ['src/core/open.ts', "type Tool = import('../tools/tool.js').Tool\nexport const tool: Tool | undefined = undefined"],
    ['src/tools/claim.ts', "import { runCli } from '../cli/run.js'"],
    ['src/cli/run.ts', "const text = await import('../vscode/text.js')"],
    ['src/cli/run.ts', "import { open } from '../library.js'"],
    ['src/vscode/run.ts', "import { exitCodes } from '../cli/exitCodes.js'"],
    ['src/core/open.ts', "import { projectRoot } from '../../scripts/projectRoot.js'"],
    ['scripts/start.ts', "import { table } from '../test/unit/rules/table.js'"],
  ],
  'what is impure, in rules, state and model': [
    ['src/core/state/fold.ts', "import { Connection } from '../connection.js'"],
    ['src/core/state/fold.ts', "import type { Connection } from '../connection.js'"],
    ['src/core/state/fold.ts', "import { Queue } from '../ledger/queue.js'"],
    ['src/core/rules/claim.ts', "import { verdict } from '../ledger/port.js'"],
    ['src/core/rules/claim.ts', "import { git } from '../system/git.js'"],
    ['src/core/rules/claim.ts', "import { existsSync } from 'fs'"],
    ['src/core/rules/claim.ts', "import { existsSync } from 'node:fs'"],
    ['src/core/rules/claim.ts', "import process from 'node:process'"],
    ['src/core/model/claim.ts', "import { claimRule } from '../rules/claim.js'"],
    ['src/core/rules/claim.ts', 'export const now = Date.now()'],
    ['src/core/rules/claim.ts', 'export const now = new Date()'],
    ['src/core/state/fold.ts', 'export const id = Math.random()'],
    ['src/core/state/fold.ts', 'export const home = process.env'],
  ],
  'the dashboard beyond what it is told': [
    ['src/dashboard/store.ts', "import { listsOf } from '../vscode/dashboard/lists.js'"],
    ['src/dashboard/store.ts', "import { dashboardRequest } from '../protocol/requests.js'"],
    ['src/dashboard/store.ts', "import { readFileSync } from 'node:fs'"],
    ['src/dashboard/store.ts', "import * as vscode from 'vscode'"],
    ['src/protocol/dashboard.ts', "import type { World } from '../core/muster.js'"],
    ['src/vscode/run.ts', "import { Store } from '../dashboard/store.js'"],
  ],
  'an adapter in another': [['src/core/ledger/memory/memoryLedger.ts', "import { layout } from '../folder/layout.js'"]],
  'what ends or prints, in the core and the tools': [
    ['src/core/open.ts', "import { exit } from 'node:process'"],
    ['src/core/open.ts', "import { exit } from 'process'"],
    ['src/core/open.ts', 'process.exit(1)'],
    ['src/core/open.ts', 'export const { exit } = process'],
    ['src/tools/claim.ts', "console.log('here')"],
    ['src/tools/claim.ts', "import { readFileSync } from 'node:fs'"],
  ],
  'the editor outside of its front end': [
    ['src/core/open.ts', "import * as vscode from 'vscode'"],
    ['src/tools/claim.ts', "import type * as vscode from 'vscode'"],
    ['src/cli/run.ts', "import * as vscode from 'vscode'"],
    ['src/library.ts', "import * as vscode from 'vscode'"],
  ],
  'a package nobody chose': [
    ['src/cli/run.ts', "import * as z from 'zod'"],
    ['src/vscode/run.ts', "import { z } from 'zod/v4'"],
    ['src/core/open.ts', "import chokidar from 'chokidar'"],
    ['src/core/open.ts', "import { open } from 'muster'"],
  ],
  'a module of Node without node:': [
    ['src/cli/run.ts', "import { join } from 'path'"],
    ['src/core/ledger/folder/ledgerFs.ts', "import { open } from 'fs/promises'"],
    ['scripts/start.ts', "import { spawn } from 'child_process'"],
    ['test/unit/cli/run.test.ts', "import assert from 'assert/strict'"],
  ],
  'what cannot be checked': [
    ['src/cli/run.ts', 'const name = String(1)\nexport const it = await import(name)'],
    ['src/elsewhere/new.ts', "import { join } from 'node:path'"],
  ],
}

const legal: [file: string, code: string][] = [
  ['src/vscode/views/claimsView.ts', "export { lockRows } from './lockRows.js'"],
  ['src/vscode/views/claimsView.ts', "export { RowTree } from './rowTree.js'"],
  ['src/vscode/views/lockRows.ts', "export { tooltip } from './row.js'"],
  ['src/vscode/commands/locks.ts', "export { lockRows } from '../views/lockRows.js'"],
  ['src/vscode/run.ts', "export * as vscode from 'vscode'"],
  ['src/cli/run.ts', "export { commands } from './commands.js'"],
  ['src/cli/commands/help.ts', "export { claimTool } from '../../tools/claim.js'"],
  ['src/cli/main.ts', "export const core = await import('../core/open.js')"],
  ['src/dashboard/store.ts', "export type { DashboardRequest } from '../protocol/requests.js'"],
  ['src/dashboard/store.ts', "export { ago } from '../vscode/text.js'\nexport { html } from 'lit'"],
  ['src/library.ts', "export { openMuster as open } from './core/open.js'"],
  ['src/core/rules/claim.ts', "export type { Stamp } from '../ledger/port.js'"],
  ['src/core/rules/claim.ts', "import { type Stamp } from '../ledger/port.js'\nexport const stamp: Stamp | undefined = undefined"],
  ['src/core/rules/claim.ts', 'export const at = (time: number): Date => new Date(time)'],
  ['src/core/state/views.ts', "export { nameOf } from '../rules/rule.js'"],
  ['src/core/model/claim.ts', "export * as z from 'zod'"],
  ['src/core/system/git.ts', "export { execFile } from 'node:child_process'"],
  ['src/core/ledger/verify.ts', "export { layout } from './folder/layout.js'"],
  ['test/unit/rules/table.ts', "export { claimRule } from '../../../src/core/rules/claim.js'"],
  ['scripts/start.ts', "const script = String(1)\nexport const demo = await import(script)"],
]

describe('import rules', function () {
  this.timeout(900_000)
  const eslint = new ESLint({
    cwd: projectRoot,
    overrideConfig: [tseslint.configs.disableTypeChecked, { languageOptions: { parserOptions: { projectService: false } } }, { rules: { '@typescript-eslint/no-unused-vars': 'off' } }] as ESLint.Options['overrideConfig'],
  })
  const problemsOf = async (file: string, code: string): Promise<string[]> => {
    const [result] = await eslint.lintText(`${code}\n`, { filePath: join(projectRoot, file) })
    return result!.messages.map(({ ruleId, message }) => `${ruleId ?? 'parser'}: ${message}`)
  }

  for (const [what, cases] of Object.entries(violations)) {
    it(`refuse ${what}`, async () => {
      for (const [file, code] of cases) {
        const problems = await problemsOf(file, code)
        assert.equal(problems.length, 1, `${file}: ${code}\n${problems.join('\n')}`)
        assert.match(problems[0]!, /^(muster\/imports|no-console|no-restricted-(globals|properties|syntax)): /)
      }
    })
  }

  it('let everything else be', async () => {
    for (const [file, code] of legal) assert.deepEqual(await problemsOf(file, code), [], `${file}: ${code}`)
  })
})
