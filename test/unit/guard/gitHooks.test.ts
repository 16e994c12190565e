import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { guardedHooks, hookFiles, installGuard, removeGuard, unguardedTrees, type HookFile } from '../../../src/guard/gitHooks.js'
import { Sandbox, git } from '../system/sandbox.js'
import { posixOnly } from '../posixOnly.js'

const fallback = ['/opt/it\'s node/bin/node', '/opt/muster/cli.mjs']
const states = (files: readonly HookFile[]): string[] => files.map(({ hook, state }) => `${hook} ${state}`)

describe('the guard in git\'s hooks', () => {
  let sandbox: Sandbox
  let root: string
  beforeEach(() => {
    sandbox = new Sandbox()
    root = sandbox.repository()
  })
  afterEach(() => sandbox.dispose())

  function hook(path: string, text: string, mode = 0o755): string {
    const file = join(root, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
    chmodSync(file, mode)
    return file
  }

  /** Everything in a folder: names, modes and contents. */
  function contents(folder: string): string[] {
    return readdirSync(folder).sort().map((name) => {
      const file = join(folder, name)
      const { mode } = lstatSync(file)
      return `${name} ${(mode & 0o777).toString(8)} ${lstatSync(file).isFile() ? readFileSync(file, 'utf8') : ''}`
    })
  }

  posixOnly('comes and goes without a trace, as often as it is asked for', () => {
    const before = contents(join(root, '.git', 'hooks'))
    const files = installGuard(root, fallback)
    assert.deepEqual(states(files), ['pre-commit alone', 'pre-merge-commit alone', 'pre-push alone'])
    const once = contents(join(root, '.git', 'hooks'))
    installGuard(join(root, 'src'), fallback)
    assert.deepEqual(contents(join(root, '.git', 'hooks')), once)
    for (const { path, shared } of files) {
      assert.equal(shared, false)
      assert.equal(lstatSync(path).mode & 0o111, 0o111)
      execFileSync('sh', ['-n', path])
    }
    assert.deepEqual(states(removeGuard(root)), ['pre-commit absent', 'pre-merge-commit absent', 'pre-push absent'])
    assert.deepEqual(contents(join(root, '.git', 'hooks')), before)
    removeGuard(root)
    assert.deepEqual(contents(join(root, '.git', 'hooks')), before)
  })

  for (const [what, text] of Object.entries({
    'a shell script': '#!/bin/sh\n# first\nexit 0\n',
    'a script of env bash': '#!/usr/bin/env -S bash -eu\nexit 0',
    'a script without a first line of its own': 'npx lint-staged\n',
  })) {
    it(`is added to ${what}, and taken out of it as it was`, () => {
      const file = hook('.git/hooks/pre-commit', text)
      const before = contents(join(root, '.git', 'hooks'))
      assert.deepEqual(states(installGuard(root, fallback)), ['pre-commit added', 'pre-merge-commit alone', 'pre-push alone'])
      const added = readFileSync(file, 'utf8')
      if (text.startsWith('#!')) assert.ok(added.startsWith(text.split('\n')[0]!))
      assert.ok(added.endsWith(text.slice(text.startsWith('#!') ? text.indexOf('\n') : 0)))
      installGuard(root, fallback)
      assert.equal(readFileSync(file, 'utf8'), added)
      removeGuard(root)
      assert.deepEqual(contents(join(root, '.git', 'hooks')), before)
    })
  }

  for (const [what, text, mode] of [
    ['a program of another language', '#!/usr/bin/env node\nprocess.exit(0)\n', 0o755],
    ['a fish script', '#!/usr/bin/fish\nexit 0\n', 0o755],
    ['a program in a folder named like a shell', '#!/opt/sh/python3\npass\n', 0o755],
    ['a script with lines of Windows', '#!/bin/sh\r\nexit 0\r\n', 0o700],
    ['a hook that was switched off', '#!/bin/sh\nexit 1\n', 0o644],
  ] as const) {
    it(`keeps ${what} beside, as it is`, () => {
      const file = hook('.git/hooks/pre-push', text, mode)
      const before = contents(join(root, '.git', 'hooks'))
      assert.deepEqual(states(installGuard(root, fallback)), ['pre-commit alone', 'pre-merge-commit alone', 'pre-push wrapped'])
      assert.equal(readFileSync(join(dirname(file), 'before-muster', 'pre-push'), 'utf8'), text)
      assert.equal(lstatSync(join(dirname(file), 'before-muster', 'pre-push')).mode & 0o777, mode)
      installGuard(root, fallback)
      removeGuard(root)
      assert.deepEqual(contents(join(root, '.git', 'hooks')), before)
    })
  }

  it('does not write through a link, nor take it away for good', () => {
    const script = sandbox.put('elsewhere/hook', '#!/bin/sh\nexit 0\n')
    symlinkSync(script, join(root, '.git', 'hooks', 'pre-commit'))
    assert.deepEqual(states(installGuard(root, fallback)), ['pre-commit wrapped', 'pre-merge-commit alone', 'pre-push alone'])
    assert.equal(readFileSync(script, 'utf8'), '#!/bin/sh\nexit 0\n')
    removeGuard(root)
    assert.ok(lstatSync(join(root, '.git', 'hooks', 'pre-commit')).isSymbolicLink())
    assert.equal(readFileSync(script, 'utf8'), '#!/bin/sh\nexit 0\n')
  })

  it('keeps hooks working that look at their own name, behind links too', () => {
    sandbox.put('repo/tools/hooks.sh', '#!/bin/sh\ncase "$(basename "$0")" in pre-commit) echo ran > ran.txt ;; *) exit 9 ;; esac\n')
    chmodSync(join(root, 'tools', 'hooks.sh'), 0o755)
    const link = join(root, '.git', 'hooks', 'pre-commit')
    symlinkSync('../../tools/hooks.sh', link)
    hook('.git/hooks/pre-push', '#!/usr/bin/env node\nprocess.exit(require("path").basename(process.argv[1]) === "pre-push" ? 0 : 9)\n')
    const before = contents(join(root, '.git', 'hooks'))
    assert.deepEqual(states(installGuard(root, undefined)), ['pre-commit wrapped', 'pre-merge-commit alone', 'pre-push wrapped'])
    installGuard(root, undefined)
    git(root, 'commit', '--allow-empty', '-qm', 'x')
    assert.equal(readFileSync(join(root, 'ran.txt'), 'utf8'), 'ran\n')
    execFileSync(join(root, '.git', 'hooks', 'pre-push'), { input: '', stdio: ['pipe', 'ignore', 'ignore'] })
    removeGuard(root)
    assert.deepEqual(contents(join(root, '.git', 'hooks')), before)
    assert.equal(readlinkSync(link), '../../tools/hooks.sh')
  })

  it('leaves what was written beneath it since', () => {
    const [{ path } = { path: '' }] = installGuard(root, fallback)
    writeFileSync(path, `${readFileSync(path, 'utf8')}npm test\n`)
    assert.deepEqual(states(removeGuard(root)), ['pre-commit absent', 'pre-merge-commit absent', 'pre-push absent'])
    assert.equal(readFileSync(path, 'utf8'), '#!/bin/sh\nnpm test\n')
  })

  it('is one for all working trees', () => {
    git(root, 'worktree', 'add', '-q', sandbox.path('feat'), '-b', 'feat')
    const files = installGuard(sandbox.path('feat'), fallback)
    assert.deepEqual(files.map(({ path }) => path), guardedHooks.map((name) => join(root, '.git', 'hooks', name)))
    assert.deepEqual(states(removeGuard(root)), ['pre-commit absent', 'pre-merge-commit absent', 'pre-push absent'])
  })

  it('goes where core.hooksPath says, from any directory, and names no path of this machine in a hook of the project', () => {
    git(root, 'config', 'core.hooksPath', 'tools/hooks')
    const files = installGuard(join(root, 'src'), fallback)
    assert.deepEqual(files.map(({ path, shared }) => [path, shared]), guardedHooks.map((name) => [join(root, 'tools', 'hooks', name), true]))
    for (const { path } of files) assert.doesNotMatch(readFileSync(path, 'utf8'), /\/opt\//)
    git(root, 'config', 'core.hooksPath', sandbox.path('all hooks'))
    const [own] = installGuard(root, fallback)
    assert.deepEqual([own?.path, own?.shared], [sandbox.path('all hooks', 'pre-commit'), false])
    assert.ok(readFileSync(own!.path, 'utf8').includes('\'/opt/it\'\\\'\'s node/bin/node\' \'/opt/muster/cli.mjs\' "$@"'))
  })

  it('goes into husky\'s own scripts, not into what husky generates', () => {
    git(root, 'config', 'core.hooksPath', '.husky/_')
    hook('.husky/_/pre-commit', '#!/usr/bin/env sh\n. "$(dirname "$0")/h"', 0o755)
    hook('.husky/pre-commit', 'npm test\n', 0o644)
    assert.deepEqual(installGuard(root, fallback).map(({ path, state }) => [path, state]), [[join(root, '.husky', 'pre-commit'), 'added'], [join(root, '.husky', 'pre-merge-commit'), 'alone'], [join(root, '.husky', 'pre-push'), 'alone']])
    assert.equal(readFileSync(join(root, '.husky', '_', 'pre-commit'), 'utf8'), '#!/usr/bin/env sh\n. "$(dirname "$0")/h"')
    removeGuard(root)
    assert.equal(readFileSync(join(root, '.husky', 'pre-commit'), 'utf8'), 'npm test\n')
    assert.ok(!existsSync(join(root, '.husky', 'pre-push')))
  })

  it('knows where git does not find it: husky generates what calls its hooks anew in each working tree', () => {
    git(root, 'config', 'core.hooksPath', '.husky/_')
    for (const name of guardedHooks) hook(`.husky/_/${name}`, '#!/usr/bin/env sh\n. "$(dirname "$0")/h"', 0o755)
    hook('.husky/_/.gitignore', '*\n', 0o644)
    installGuard(root, fallback)
    assert.deepEqual([hookFiles(root).map(({ reached }) => reached), unguardedTrees(root)], [[true, true, true], []])
    git(root, 'add', '.husky')
    git(root, 'commit', '-qm', 'hooks', '--no-verify')
    git(root, 'worktree', 'add', '-q', sandbox.path('feat'), '-b', 'feat')
    assert.deepEqual(installGuard(sandbox.path('feat'), fallback).map(({ state, reached }) => `${state} ${reached}`), ['alone false', 'alone false', 'alone false'])
    assert.deepEqual([unguardedTrees(root), unguardedTrees(sandbox.path('feat'))], [[sandbox.path('feat')], [sandbox.path('feat')]])
  })

  it('knows where its hooks would be those of all repositories', () => {
    const everywhere = (): boolean[] => hookFiles(root).map((file) => file.everywhere)
    const home = process.env['GIT_CONFIG_GLOBAL']
    process.env['GIT_CONFIG_GLOBAL'] = sandbox.put('home/.gitconfig', `[core]\n\thooksPath = ${sandbox.path('home', 'hooks')}\n`)
    try {
      assert.deepEqual(everywhere(), [true, true, true])
      git(root, 'config', 'core.hooksPath', 'tools/hooks')
      assert.deepEqual(everywhere(), [false, false, false])
    } finally {
      if (home === undefined) delete process.env['GIT_CONFIG_GLOBAL']
      else process.env['GIT_CONFIG_GLOBAL'] = home
    }
  })

  it('says so where there is no git', () => {
    assert.throws(() => installGuard(sandbox.base, fallback), { code: 'INVALID_INPUT' })
  })
})
