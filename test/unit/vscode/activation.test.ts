import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { projectRoot } from '../../../scripts/projectRoot.js'
import { removeFolder } from '../../../scripts/removeFolder.js'
import { openMuster } from '../../../src/core/open.js'

/** Loads and activates the bundle with an editor that takes everything, and tells what was loaded and read until `activate` returned, and afterwards. */
const program = String.raw`
  const Module = require('node:module')
  const fs = require('node:fs')
  const path = require('node:path')
  const [, , bundle, root] = process.argv
  const anything = () => new Proxy(function () {}, {
    get: (target, name) => name === 'then' ? undefined : name === Symbol.toPrimitive ? () => '' : name in target ? target[name] : (target[name] = anything()),
    set: () => true,
    apply: () => anything(),
    construct: () => anything(),
  })
  class EventEmitter { constructor() { this.event = () => ({ dispose() {} }) } fire() {} dispose() {} }
  const given = {
    EventEmitter,
    l10n: {},
    env: { language: 'en' },
    workspace: { isTrusted: true, workspaceFolders: [{ uri: { scheme: 'file', fsPath: root } }], textDocuments: [], getConfiguration: () => ({ get: (key) => key.endsWith('inutes') ? 30 : '' }) },
    window: { activeTextEditor: undefined, terminals: [] },
  }
  const over = (values) => new Proxy(anything(), { get: (rest, name) => name in values ? (values[name]?.constructor === Object ? over(values[name]) : values[name]) : rest[name] })
  const names = ['commands', 'languages', 'lm', 'CodeActionKind', 'Disposable', 'MarkdownString', 'McpStdioServerDefinition', 'StatusBarAlignment', 'SymbolKind', 'ThemeColor', 'ThemeIcon', 'TreeItem', 'TreeItemCollapsibleState', 'Uri', 'ViewColumn']
  const vscode = { ...Object.fromEntries(names.map((name) => [name, anything()])), ...Object.fromEntries(Object.entries(given).map(([name, value]) => [name, value.constructor === Object ? over(value) : value])) }
  const seen = { loaded: [], read: [], collators: 0 }
  const load = Module._load
  Module._load = function (request, ...rest) {
    if (request === 'vscode') return vscode
    if (request.startsWith('./extension-')) seen.loaded.push(fs.readFileSync(path.join(path.dirname(bundle), request), 'utf8'))
    return load.call(this, request, ...rest)
  }
  const open = fs.openSync
  fs.openSync = (file, ...rest) => {
    if (String(file).includes('.muster')) seen.read.push(path.basename(String(file)))
    return open(file, ...rest)
  }
  // What the first of it is made from is read then.
  const { Collator } = Intl
  Intl.Collator = function (...given) {
    seen.collators++
    return new Collator(...given)
  }
  const has = (text) => seen.loaded.some((code) => code.includes(text))
  const look = () => ({ files: seen.loaded.length, collators: seen.collators, read: seen.read.length, schemas: has('safeParse'), ledger: has('turn.lock') })
  const { activate } = require(bundle)
  const context = over({ subscriptions: [], extensionPath: path.dirname(path.dirname(bundle)), storageUri: undefined, globalStorageUri: { fsPath: root }, workspaceState: { get: (key, value) => value }, extension: { packageJSON: { version: '0' } } })
  const returned = activate(context)
  const before = look()
  const wait = () => seen.read.length > 0 ? (console.log(JSON.stringify({ returned: returned === undefined, before, after: look() })), process.exit(0)) : setTimeout(wait, 10)
  wait()
`

describe('activation', () => {
  it('returns before the records are read, and before what reads them is loaded', async () => {
    const root = realpathSync(mkdtempSync(join(tmpdir(), 'muster-activation-')))
    try {
      mkdirSync(join(root, 'src'))
      const muster = await openMuster({ folder: join(root, '.muster'), root, agent: 'beta' })
      await muster.claim('src/')
      await muster.close({ reload: true })
      writeFileSync(join(root, 'program.cjs'), program)
      const { stdout, stderr } = spawnSync(process.execPath, [join(root, 'program.cjs'), join(projectRoot, 'dist', 'extension.cjs'), root], { encoding: 'utf8', timeout: 60_000 })
      assert.notEqual(stdout, '', stderr)
      const { returned, before, after } = JSON.parse(stdout) as Record<'before' | 'after', { files: number; collators: number; read: number; schemas: boolean; ledger: boolean }> & { returned: boolean }
      assert.ok(returned, 'the editor waits for nothing')
      assert.deepEqual(before, { files: 0, collators: 0, read: 0, schemas: false, ledger: false }, 'one file is all that it takes, and none of the tables that sort by a language')
      assert.deepEqual({ read: after.read > 0, schemas: after.schemas, ledger: after.ledger }, { read: true, schemas: true, ledger: true })
    } finally {
      removeFolder(root)
    }
  })
})
