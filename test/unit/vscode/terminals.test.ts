import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { projectRoot } from '../../../scripts/projectRoot.js'
import { cleanEnvironment } from '../../../scripts/runCommand.js'
import { serverDefinition } from '../../../src/vscode/serverDefinition.js'
import { windowsShim, writeShim } from '../../../src/vscode/shim.js'

describe('muster in terminals', () => {
  let base: string
  beforeEach(() => { base = realpathSync(mkdtempSync(join(tmpdir(), 'muster-shim-'))) })
  afterEach(() => rmSync(base, { recursive: true, force: true }))

  /** A program that says its name, its arguments and whether Electron is to be Node. */
  function program(path: string, name: string): string {
    writeFileSync(path, `#!/bin/sh\necho "${name} $ELECTRON_RUN_AS_NODE" "$@"\n[ -z "$MUSTER_EDITOR_NODE" ] || echo "else $MUSTER_EDITOR_NODE"\nexit 7\n`)
    chmodSync(path, 0o755)
    return path
  }

  function run(electron: boolean, node = false): string {
    const [tools, places] = [join(base, 'tools'), join(base, "it's the editor's $place")]
    mkdirSync(tools)
    mkdirSync(places)
    if (node) program(join(tools, 'node'), 'path')
    writeShim(join(base, 'bin'), { cli: join(places, 'cli.mjs'), program: program(join(places, 'Code Helper'), 'own'), electron }, 'linux')
    try {
      execFileSync(join(base, 'bin', 'muster'), ['send', 'a b', '$x'], { env: { PATH: tools }, encoding: 'utf8' })
    } catch (error) {
      const { status, stdout } = error as { status: number; stdout: string }
      return `${status} ${stdout.trim().replaceAll(places, 'PLACE')}`
    }
    return 'ended with 0'
  }

  before(function () { if (process.platform === 'win32') this.skip() })

  it('is run by the node on the PATH, with its arguments and exit code', () => {
    assert.equal(run(true, true), '7 path  PLACE/cli.mjs send a b $x\nelse PLACE/Code Helper')
  })
  it('is run by the editor\'s own where there is none', () => {
    assert.equal(run(true), '7 own 1 PLACE/cli.mjs send a b $x')
    rmSync(base, { recursive: true })
    mkdirSync(base)
    assert.equal(run(false), '7 own  PLACE/cli.mjs send a b $x')
  })

  it('goes on with the editor\'s own where the one on the PATH is too old, and says so where there is none', () => {
    const old = join(base, 'old.mjs')
    // Only of the first process: flags are not handed on.
    writeFileSync(old, `Object.defineProperty(process.versions, 'node', { value: '20.18.3' })`)
    const muster = (env: NodeJS.ProcessEnv, ...args: string[]): ReturnType<typeof spawnSync> =>
      spawnSync(process.execPath, ['--import', pathToFileURL(old).href, join(projectRoot, 'dist', 'cli.mjs'), ...args], { env: { ...cleanEnvironment(), ...env }, encoding: 'utf8' })
    const editor = { MUSTER_EDITOR_NODE: process.execPath }
    assert.match(String(muster(editor, '--version').stdout), /^\d+\.\d+\.\d+\n$/)
    assert.equal(muster(editor, 'nonsense').status, 2)
    const alone = muster({}, '--version')
    assert.equal(alone.status, 3)
    assert.match(String(alone.stderr), /20\.18\.3; Muster needs 20\.19 or newer\.\n/)
  })

  it('is written once, and again when the extension has moved', () => {
    const folder = join(base, 'bin')
    const parts = { cli: '/old/cli.mjs', program: '/node', electron: false }
    writeShim(folder, parts, 'linux')
    const { ino } = statSync(join(folder, 'muster'))
    writeShim(folder, parts, 'linux')
    assert.equal(statSync(join(folder, 'muster')).ino, ino)
    writeShim(folder, { ...parts, cli: '/new/cli.mjs' }, 'linux')
    assert.match(readFileSync(join(folder, 'muster'), 'utf8'), /'\/new\/cli\.mjs'/)
    assert.equal(existsSync(join(folder, 'muster.cmd')), false)
    writeShim(folder, parts, 'win32')
    assert.equal(existsSync(join(folder, 'muster.cmd')), true)
  })

  it('keeps what cmd would take for a variable', () => {
    assert.match(windowsShim({ cli: 'C:\\100%\\cli.mjs', program: 'C:\\Code.exe', electron: true }), /set ELECTRON_RUN_AS_NODE=1\r\n"C:\\Code\.exe" "C:\\100%%\\cli\.mjs" %\*/)
  })

  it('names for cmd what has spaces and parentheses in quotes, and ends as the program did', () => {
    const [cli, program] = ['C:\\Users\\Ada Lovelace\\ext (1)\\cli.mjs', 'C:\\Program Files (x86)\\Code\\Code.exe']
    for (const electron of [true, false]) {
      const text = windowsShim({ cli, program, electron })
      const lines = text.split('\r\n')
      assert.doesNotMatch(text, /[^\r]\n|ENABLEDELAYEDEXPANSION/i)
      assert.deepEqual(lines.slice(0, 2), ['@echo off', 'setlocal'])
      assert.ok(lines.some((line) => line.endsWith(` && (node "${cli}" %* & goto :end)`)))
      assert.deepEqual(lines.slice(5), [...(electron ? ['set ELECTRON_RUN_AS_NODE=1'] : []), `"${program}" "${cli}" %*`, ':end', 'exit /b %errorlevel%', ''])
      // Nothing of a path stands outside of quotes, where a parenthesis would end the block.
      for (const line of lines) assert.doesNotMatch(line.replace(/"[^"]*"/g, ''), /Lovelace|Files|\(x86|\(1/)
    }
  })
})

describe('the window\'s MCP server', () => {
  const parts = { extension: '/ext', root: '/repo', folder: '/repo/.muster', window: 'ada', tools: 'few', program: '/code', electron: true } as const

  it('is the packaged one, run by the editor in the workspace, as nobody who was there before', () => {
    assert.deepEqual(serverDefinition(parts), {
      command: '/code',
      args: [join('/ext', 'dist', 'mcp.mjs'), '--editor'],
      env: { MUSTER_FOLDER: '/repo/.muster', MUSTER_WINDOW: 'ada', MUSTER_AGENT: null, MUSTER_PROGRAM: null, ELECTRON_RUN_AS_NODE: '1' },
      cwd: '/repo',
    })
  })

  it('offers all tools where the setting says so, and needs no Electron', () => {
    const { args, env } = serverDefinition({ ...parts, tools: 'all', electron: false, window: undefined })
    assert.deepEqual(args.slice(1), ['--editor', '--tools', 'all'])
    assert.deepEqual([env['ELECTRON_RUN_AS_NODE'], env['MUSTER_WINDOW']], [null, null])
  })
})
