import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { repositoryName } from '../../../src/core/system/gitConfig.js'

describe('what a repository is called on all machines', () => {
  const folder = mkdtempSync(join(tmpdir(), 'muster-remote-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  const nameOf = (config: string): string | undefined => {
    writeFileSync(join(folder, 'config'), config)
    return repositoryName(folder)
  }
  const origin = (url: string): string | undefined => nameOf(`[core]\n\tbare = false\n[remote "origin"]\n\turl = ${url}\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n`)

  it('is where it comes from, however it is fetched, without secrets', () => {
    for (const url of ['https://github.com/acme/app.git', 'https://ann:secret@GitHub.com/acme/app', 'git@github.com:acme/app.git', 'ssh://git@github.com:22/acme/app.git', 'github.com:acme/app/', 'git://github.com/acme/app']) assert.equal(origin(url), 'github.com/acme/app', url)
  })

  it('is unknown where it comes from nowhere, or from this machine', () => {
    for (const url of ['/srv/git/app.git', '../app', 'C:\\repos\\app', 'C:/repos/app', 'file:///srv/app.git', '']) assert.equal(origin(url), undefined, url)
    assert.equal(nameOf('[core]\n\tbare = false\n'), undefined)
  })

  it('is that of the only remote where none is called origin', () => {
    assert.equal(nameOf('[remote "up"]\n\turl = git@host.org:a/b.git\n'), 'host.org/a/b')
    assert.equal(nameOf('[remote "up"]\n\turl = git@host.org:a/b.git\n[remote "down"]\n\turl = git@host.org:c/d.git\n'), undefined)
  })
})
