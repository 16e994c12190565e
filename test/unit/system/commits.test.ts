import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { commitsNaming, commitText, knownCommits, newestCommits } from '../../../src/core/system/commits.js'
import { git, Sandbox } from './sandbox.js'

describe('commits', () => {
  let sandbox: Sandbox
  let root: string

  beforeEach(() => {
    sandbox = new Sandbox()
    root = sandbox.repository()
  })
  afterEach(() => sandbox.dispose())

  function commit(message: string): string {
    git(root, 'commit', '-q', '--allow-empty', '-m', message)
    return execFileSync('git', ['rev-parse', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim()
  }

  it('are found by the word they name, as a word, and by their ids', async () => {
    const ids = ['Cents (D-3)', 'more\n\nfor d-3: rest', 'D-31 and AD-3'].map(commit)
    assert.deepEqual((await commitsNaming(root, 'D-3')).map(({ id, subject }) => [id, subject]), [[ids[1], 'more'], [ids[0], 'Cents (D-3)']])
    assert.deepEqual((await knownCommits(root, [ids[2]!.slice(0, 7), 'abcdef0', '--all', 'HEAD'])).map(({ id }) => id), [ids[2]])
    assert.deepEqual(await commitsNaming(sandbox.path('nowhere'), 'D-3'), [])
  })

  it('are told newest first, with the files that each changed, whatever these are called', async () => {
    const names = ['b ü.txt', ' blank "x".txt']
    for (const name of names) writeFileSync(join(root, name), 'a')
    git(root, 'add', '.')
    const ids = ['with files', 'without'].map(commit)
    assert.deepEqual((await newestCommits(root, 2)).map(({ id, subject, files }) => [id, subject, files]), [[ids[1], 'without', []], [ids[0], 'with files', [...names].sort()]])
    assert.deepEqual(await newestCommits(sandbox.path('nowhere')), [])
  })

  it('are shown with their changes, and no program of the repository runs for it', async () => {
    const [program, ran] = [join(root, 'tool'), join(root, 'ran')]
    writeFileSync(program, `#!/bin/sh\ntouch '${ran}'\n`)
    chmodSync(program, 0o755)
    git(root, 'config', 'diff.external', program)
    git(root, 'config', 'diff.x.textconv', program)
    writeFileSync(join(root, '.gitattributes'), '* diff=x\n')
    writeFileSync(join(root, 'new.txt'), 'a line\n')
    git(root, 'add', '.')
    const id = commit('with a file')
    assert.match(await commitText(root, id.slice(0, 8)), /with a file[^]*\+a line/)
    assert.equal(existsSync(ran), false)
    await assert.rejects(commitText(root, '--output=x'), TypeError)
    await assert.rejects(commitText(root, 'abcdef0'))
  })
})
