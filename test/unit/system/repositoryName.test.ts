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
    return repositoryName(folder, { HOME: folder })
  }
  const origin = (url: string): string | undefined => nameOf(`[core]\n\tbare = false\n[remote "origin"]\n\turl = ${url}\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n`)

  it('is where it comes from, however it is fetched, without secrets', () => {
    for (const url of ['https://github.com/acme/app.git', 'https://ann:secret@GitHub.com/acme/app', 'git@github.com:acme/app.git', 'ssh://git@github.com:22/acme/app.git', 'github.com:acme/app/', 'git://github.com/acme/app']) assert.equal(origin(url), 'github.com/acme/app', url)
  })

  it('is one name for what a host reaches by several', () => {
    const same: readonly (readonly [name: string, ...urls: string[]])[] = [
      ['github.com/acme/app', 'https://github.com/Acme/App.git', 'ssh://git@ssh.github.com:443/acme/app.git', 'git@github.com:ACME/app'],
      ['dev.azure.com/acme/shop/app', 'https://acme@dev.azure.com/acme/Shop/_git/App', 'git@ssh.dev.azure.com:v3/acme/shop/app', 'https://acme.visualstudio.com/Shop/_git/app', 'https://acme.visualstudio.com/DefaultCollection/Shop/_git/app'],
      ['git.acme.org/prj/App', 'https://git.acme.org/scm/prj/App.git', 'ssh://git@git.acme.org:7999/prj/App.git'],
    ]
    for (const [name, ...urls] of same) for (const url of urls) assert.equal(origin(url), name, url)
    assert.notEqual(origin('https://git.acme.org/a/App'), origin('https://git.acme.org/a/app'), 'of a host that nobody knows')
  })

  it('is what git takes an address for that the user has shortened', () => {
    writeFileSync(join(folder, '.gitconfig'), '[url "git@github.com:"]\n\tinsteadOf = gh:\n\tinsteadOf = hub:\n[url "https://git.acme.org/Team/"]\n\tinsteadOf = gh:acme/\n')
    assert.deepEqual(['gh:other/app', 'hub:acme/app', 'gh:acme/App.git'].map(origin), ['github.com/other/app', 'github.com/acme/app', 'git.acme.org/Team/App'])
    rmSync(join(folder, '.gitconfig'))
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
