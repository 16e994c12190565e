import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { personName } from '../../../src/core/system/git.js'
import { configuredName } from '../../../src/core/system/gitConfig.js'
import { treeOf } from '../../../src/core/system/locate.js'
import { Sandbox } from './sandbox.js'

/** The repository's own settings, the user's, and whether that can be told without git. */
const cases: [what: string, repository: string, personal: string, known: boolean][] = [
  ['the user\'s', '', '[user]\n\tname = Ada Lovelace\n\temail = a@b.c\n', true],
  ['the repository\'s before the user\'s', '[user]\n\tname = Ada at work\n', '[user]\n\tname = Ada\n', true],
  ['quotes, comments and another case', '', '[core]\n\tbare = no # ; no\n[USER]\nName= "Ada \\"Countess\\" L." ; hers\n', true],
  ['the last of several', '', '[user]\n\tname = One\n[user]\n\tname = Two\n', true],
  ['a subsection is something else', '', '[user]\n\tname = Ada\n[user "x"]\n\tname = Bob\n', true],
  ['on the line of its section', '', '[user] name = Ada\n', true],
  ['an empty one', '', '[user]\n\tname =\n', false],
  ['none', '', '[user]\n\temail = a@b.c\n', false],
  ['included', '', '[user]\n\tname = Ada\n[include]\n\tpath = other\n', false],
  ['included where a condition holds', '', '[user]\n\tname = Ada\n[includeIf "gitdir:**/repo/**"]\n\tpath = other\n', false],
  ['included by the repository', '[include]\n\tpath = ../../home/other\n', '[user]\n\tname = Ada\n', false],
  ['over two lines', '', '[user]\n\tname = Ada \\\nLovelace\n', false],
]

describe('the name of a person', () => {
  let sandbox: Sandbox
  let root: string
  const before = { ...process.env }

  beforeEach(() => {
    sandbox = new Sandbox()
    root = sandbox.repository()
    process.env['HOME'] = sandbox.path('home')
    for (const name of ['GIT_CONFIG_GLOBAL', 'XDG_CONFIG_HOME']) delete process.env[name]
    process.env['GIT_CONFIG_NOSYSTEM'] = '1'
    sandbox.put('home/other', '[user]\n\tname = Bob\n')
  })
  afterEach(() => {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name]
    Object.assign(process.env, before)
    sandbox.dispose()
  })

  const gits = (cwd: string): string => {
    try {
      return execFileSync('git', ['config', 'user.name'], { cwd, encoding: 'utf8' }).trim()
    } catch {
      return ''
    }
  }
  const read = (): string | undefined => configuredName(treeOf(root)?.commonDir)

  for (const [what, repository, personal, known] of cases) {
    it(`is git's: ${what}`, () => {
      sandbox.put('repo/.git/config', readFileSync(sandbox.path('repo/.git/config'), 'utf8') + repository)
      sandbox.put('home/.gitconfig', personal)
      const name = gits(root)
      assert.equal(personName(root), name || userInfo().username)
      assert.equal(read(), known ? name : undefined)
    })
  }

  it('is looked for where git looks', () => {
    sandbox.put('home/.config/git/config', '[user]\n\tname = From the newer place\n')
    assert.equal(read(), gits(root))
    assert.equal(read(), 'From the newer place')
    sandbox.put('home/.gitconfig', '[user]\n\tname = From the older place\n')
    assert.equal(read(), gits(root))
    assert.equal(read(), 'From the older place')
    process.env['GIT_CONFIG_GLOBAL'] = sandbox.put('home/third', '[user]\n\tname = Told\n')
    assert.equal(read(), gits(root))
    assert.equal(read(), 'Told')
    Object.assign(process.env, { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'user.name', GIT_CONFIG_VALUE_0: 'From the environment' })
    assert.equal(read(), undefined)
    assert.equal(personName(root), 'From the environment')
  })
})
