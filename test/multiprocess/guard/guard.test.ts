import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { removeFolder } from '../../../scripts/removeFolder.js'
import { cleanEnvironment } from '../../../scripts/runCommand.js'
import { installGuard, removeGuard } from '../../../src/guard/gitHooks.js'
import { HookedRepository } from '../../unit/hooks/repository.js'
import { git } from '../../unit/system/sandbox.js'

const cli = fileURLToPath(new URL('../../../src/cli/main.js', import.meta.url))
const program = [process.execPath, cli]

interface Ran { ok: boolean; said: string }

/** Real commits and pushes of a person, Bob, with the guard in place and claude-1 at work. */
describe('the guard, by git itself', function () {
  this.timeout(900_000)
  let repo: HookedRepository
  beforeEach(async () => {
    repo = await new HookedRepository().turnOn()
    git(repo.root, 'config', 'user.name', 'Bob')
    git(repo.root, 'config', 'user.email', 'bob@example.com')
  })
  afterEach(() => repo.remove())

  function run(cwd: string, command: readonly string[], env: NodeJS.ProcessEnv = {}): Ran {
    const { status, stdout, stderr } = spawnSync(command[0]!, command.slice(1), { cwd, encoding: 'utf8', env: cleanEnvironment(env) })
    return { ok: status === 0, said: stdout + stderr }
  }
  const write = (file: string, text: string, tree = repo.root): void => {
    mkdirSync(dirname(join(tree, file)), { recursive: true })
    writeFileSync(join(tree, file), text)
  }
  const commit = (env: NodeJS.ProcessEnv = {}, tree = repo.root, ...args: string[]): Ran => {
    git(tree, 'add', '-A')
    return run(tree, ['git', 'commit', '-m', 'x', ...args], env)
  }
  const head = (): string => run(repo.root, ['git', 'log', '-1', '--format=%s', '--name-only']).said

  it('refuses what another agent has locked, says who has it and the way round, and nothing else', async () => {
    installGuard(repo.root, program)
    assert.equal(await repo.edit('one', 'src/a.ts'), undefined)
    write('src/a.ts', 'changed')
    const refused = commit()
    assert.equal(refused.ok, false)
    assert.match(refused.said, /src\/a\.ts: claude-1[^]*MUSTER_GUARD=off/)
    assert.equal(run(repo.root, ['git', 'diff', '--cached', '--name-only']).said, 'src/a.ts\n')
    assert.ok(commit({ MUSTER_GUARD: 'off' }).ok)
    write('src/b.ts', 'new')
    const fine = commit()
    assert.ok(fine.ok)
    assert.doesNotMatch(fine.said, /muster/i)
    removeGuard(repo.root)
    write('src/a.ts', 'again')
    assert.ok(commit().ok)
  })

  it('knows renames, deletions and partial commits', async () => {
    installGuard(repo.root, program)
    await repo.edit('one', 'src/a.ts')
    git(repo.root, 'mv', 'src/a.ts', 'src/moved.ts')
    assert.match(commit().said, /src\/a\.ts: claude-1/)
    git(repo.root, 'reset', '-q', '--hard')
    rmSync(join(repo.root, 'src', 'a.ts'))
    assert.match(commit().said, /src\/a\.ts: claude-1/)
    git(repo.root, 'reset', '-q', '--hard')
    // Only what is committed counts: not what is staged beside it.
    write('src/a.ts', 'staged')
    write('src/b.ts', 'mine')
    git(repo.root, 'add', '-A')
    const partial = run(repo.root, ['git', 'commit', '-m', 'part', 'src/b.ts'])
    assert.ok(partial.ok, partial.said)
    assert.equal(head(), 'part\n\nsrc/b.ts\n')
  })

  it('lets the agent itself commit, through its own program', async () => {
    installGuard(repo.root, program)
    const ada = await repo.other('claude-7', { kind: 'agent' })
    assert.ok((await ada.claim('src/a.ts')).ok)
    await ada.close()
    write('src/a.ts', 'by ada')
    assert.equal(commit().ok, false)
    assert.ok(commit({ MUSTER_AGENT: 'claude-7' }).ok)
  })

  it('guards every working tree, each for what is locked in it', async () => {
    const feat = repo.sandbox.path('feat')
    git(repo.root, 'worktree', 'add', '-q', feat, '-b', 'feat')
    installGuard(feat, program)
    await repo.edit('one', 'src/a.ts')
    write('src/a.ts', 'in feat', feat)
    const there = commit({}, feat)
    assert.ok(there.ok, there.said)
    write('src/a.ts', 'in main')
    assert.equal(commit().ok, false)
    await repo.hook('two', 'PreToolUse', { cwd: feat, tool_name: 'Write', tool_input: { file_path: join(feat, 'src/a.ts') } })
    write('src/a.ts', 'again in feat', feat)
    assert.match(commit({}, feat).said, /src\/a\.ts: claude-2/)
    write('src/new.ts', 'from a folder of it', feat)
    git(feat, 'reset', '-q', '--hard')
    assert.ok(run(join(feat, 'src'), ['git', 'commit', '--allow-empty', '-m', 'empty']).ok)
  })

  it('runs the hook that was there, with its input and its verdict', async () => {
    write('.git/hooks/pre-commit', '#!/usr/bin/env bash\nset -u\n[ "$(cat no.txt 2>/dev/null)" != no ]\n')
    write('.git/hooks/pre-push', `#!${process.execPath}\nprocess.stdin.pipe(require('node:fs').createWriteStream('pushed.txt'))\n`)
    for (const hook of ['pre-commit', 'pre-push']) chmodSync(join(repo.root, '.git', 'hooks', hook), 0o755)
    installGuard(repo.root, program)
    git(repo.sandbox.base, 'clone', '-q', '--bare', repo.root, 'remote.git')
    git(repo.root, 'remote', 'add', 'origin', repo.sandbox.path('remote.git'))
    write('no.txt', 'no')
    assert.equal(commit().ok, false)
    write('no.txt', 'yes')
    assert.ok(commit().ok)
    assert.ok(run(repo.root, ['git', 'push', '-q', 'origin', 'main']).ok)
    assert.match(readFileSync(join(repo.root, 'pushed.txt'), 'utf8'), /^refs\/heads\/main [0-9a-f]{40} refs\/heads\/main [0-9a-f]{40}\n$/)
    assert.ok(run(repo.root, ['git', 'push', 'origin', 'main']).ok)
  })

  it('works with husky', async () => {
    git(repo.root, 'config', 'core.hooksPath', '.husky/_')
    // As husky 9 generates it.
    write('.husky/_/h', '#!/usr/bin/env sh\nn=$(basename "$0")\ns=$(dirname "$(dirname "$0")")/$n\n[ ! -f "$s" ] && exit 0\nsh -e "$s" "$@"\nexit $?\n')
    for (const hook of ['pre-commit', 'pre-push']) {
      write(`.husky/_/${hook}`, '#!/usr/bin/env sh\n. "$(dirname "$0")/h"')
      chmodSync(join(repo.root, '.husky', '_', hook), 0o755)
    }
    write('.husky/pre-commit', 'echo tested > tested.txt\n')
    installGuard(repo.root, program)
    // A hook of the project finds muster on the PATH, or lets everything through.
    const bin = dirname(repo.sandbox.put('bin/muster', `#!/bin/sh\nexec '${process.execPath}' '${cli}' "$@"\n`))
    chmodSync(join(bin, 'muster'), 0o755)
    const path = { PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}` }
    await repo.edit('one', 'src/a.ts')
    write('src/a.ts', 'changed')
    assert.match(commit(path).said, /src\/a\.ts: claude-1/)
    git(repo.root, 'checkout', '-q', 'HEAD', '--', 'src/a.ts')
    assert.ok(commit(path).ok)
    assert.equal(readFileSync(join(repo.root, 'tested.txt'), 'utf8'), 'tested\n')
  })

  it('refuses a push of commits that somebody made round it, and of no others', async () => {
    installGuard(repo.root, program)
    git(repo.sandbox.base, 'clone', '-q', '--bare', repo.root, 'remote.git')
    git(repo.root, 'remote', 'add', 'origin', repo.sandbox.path('remote.git'))
    const push = (env: NodeJS.ProcessEnv = {}): Ran => run(repo.root, ['git', 'push', 'origin', 'main'], env)
    write('src/a.ts', 'before it was locked')
    git(repo.root, 'commit', '-qam', 'before', '--date', '2020-01-01T00:00:00Z')
    assert.ok(run(repo.root, ['git', 'commit', '--amend', '--no-edit', '-q'], { GIT_COMMITTER_DATE: '2020-01-01T00:00:00Z' }).ok)
    await repo.edit('one', 'src/a.ts')
    assert.ok(push().ok)
    write('src/a.ts', 'round it')
    assert.ok(run(repo.root, ['git', 'commit', '-qam', 'late', '--no-verify'], { GIT_COMMITTER_DATE: new Date(Date.now() + 5_000).toISOString() }).ok)
    const refused = push()
    assert.equal(refused.ok, false)
    assert.match(refused.said, /These commits change[^]*src\/a\.ts: claude-1/)
    assert.ok(push({ MUSTER_GUARD: 'off' }).ok)
  })

  it('lets everything through where Muster is not turned on, also when closed', async () => {
    installGuard(repo.root, program)
    await repo.edit('one', 'src/a.ts')
    removeFolder(repo.folder)
    for (const env of [{}, { MUSTER_GUARD: 'closed' }]) {
      write('src/a.ts', JSON.stringify(env))
      assert.deepEqual(commit({ ...env }).said.match(/muster/i), null)
    }
    installGuard(repo.root, undefined)
    write('src/a.ts', 'without muster')
    const fine = commit({ PATH: '/usr/bin:/bin', MUSTER_GUARD: 'closed' })
    assert.ok(fine.ok && !/muster/i.test(fine.said), fine.said)
  })

  it('says so where it cannot look, and refuses when it is closed: by the variable or by the settings', async () => {
    await repo.edit('one', 'src/a.ts')
    const without = { PATH: '/usr/bin:/bin' }
    const settings = join(repo.folder, 'settings.json')
    const check = (env: NodeJS.ProcessEnv, why: RegExp): void => {
      write('src/a.ts', `${JSON.stringify(env)} ${why.source}`)
      const open = commit(env)
      assert.ok(open.ok, open.said)
      assert.match(open.said, why)
      write('src/a.ts', 'again')
      assert.match(commit({ ...env, MUSTER_GUARD: 'closed' }).said, /guard cannot look, and is closed/)
      writeFileSync(settings, '{ "guard": "closed" }')
      assert.match(commit(env).said, /guard cannot look, and is closed/)
      assert.ok(commit({ ...env, MUSTER_GUARD: 'off' }).ok)
      rmSync(settings)
    }
    installGuard(repo.root, undefined)
    check(without, /not found on the PATH, so nobody looked/)
    installGuard(repo.root, program)
    removeFolder(join(repo.folder, 'ledger'))
    check({}, /So nobody looked/)
    writeFileSync(join(repo.folder, 'ledger'), 'no folder')
    check({}, /So nobody looked/)
  })

  it('refuses a merge that brings in what somebody has locked', async () => {
    installGuard(repo.root, program)
    git(repo.root, 'checkout', '-qb', 'side')
    write('src/a.ts', 'by the side')
    git(repo.root, 'commit', '-qam', 'side', '--no-verify')
    git(repo.root, 'checkout', '-q', 'main')
    await repo.edit('one', 'src/a.ts')
    const merge = (env: NodeJS.ProcessEnv = {}): Ran => run(repo.root, ['git', 'merge', '--no-ff', '-m', 'x', 'side'], env)
    const refused = merge()
    assert.equal(refused.ok, false)
    assert.match(refused.said, /This merge changes[^]*src\/a\.ts: claude-1[^]*git merge --abort/)
    git(repo.root, 'merge', '--abort')
    assert.ok(merge({ MUSTER_GUARD: 'off' }).ok)
  })

  it('tells a person what the agents of their window have locked, and refuses it to an agent in a terminal of the window', async () => {
    installGuard(repo.root, program)
    const bob = await repo.other('bob', { kind: 'person' })
    await bob.startup()
    const window = { MUSTER_WINDOW: 'bob', MUSTER_FOLDER: repo.folder }
    await repo.edit('one', 'src/a.ts', {}, window)
    write('src/a.ts', 'changed')
    const refused = commit({ ...window, COPILOT_AGENT: '1' })
    assert.equal(refused.ok, false)
    assert.match(refused.said, /src\/a\.ts: claude-1[^]*MUSTER_AGENT=/)
    assert.ok(commit({ ...window, COPILOT_AGENT: '1', MUSTER_AGENT: 'claude-1' }).ok)
    write('src/a.ts', 'by the person')
    const told = commit(window)
    assert.ok(told.ok, told.said)
    assert.match(told.said, /Committing what claude-1 is at work on: src\/a\.ts/)
  })

  it('asks before it takes part in the hooks of all repositories', () => {
    const config = repo.sandbox.put('home/.gitconfig', `[core]\n\thooksPath = ${repo.sandbox.path('home', 'hooks')}\n`)
    const install = (...args: string[]): Ran => run(repo.root, [...program, 'guard', 'install', ...args], { GIT_CONFIG_GLOBAL: config })
    const asked = install()
    assert.equal(asked.ok, false)
    assert.match(asked.said, /all repositories of yours[^]*Nothing was changed[^]*--yes/)
    assert.equal(existsSync(repo.sandbox.path('home', 'hooks')), false)
    assert.ok(install('--yes').ok)
    assert.ok(existsSync(repo.sandbox.path('home', 'hooks', 'pre-merge-commit')))
    assert.ok(install().ok)
  })

  it('is off where the folder\'s settings say so', async () => {
    installGuard(repo.root, program)
    await repo.edit('one', 'src/a.ts')
    write('src/a.ts', 'one')
    writeFileSync(join(repo.folder, 'settings.json'), '{"guard":"off"}')
    assert.ok(commit().ok)
  })
})
