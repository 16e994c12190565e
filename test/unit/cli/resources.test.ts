import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, realpathSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removeFolder } from '../../../scripts/removeFolder.js'
import { resourceHere } from '../../../src/cli/resources.js'

describe('resources as typed in a directory', () => {
  let root: string
  before(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'muster-resources-')))
    mkdirSync(join(root, 'src', 'core'), { recursive: true })
    symlinkSync(join(root, 'src'), join(root, 'link'))
  })
  after(() => removeFolder(root))

  const cases = [
    ['src/a.ts', '', 'src/a.ts'],
    ['src/a.ts', 'src', 'a.ts'],
    ['src/a.ts', 'link', 'a.ts'],
    ['src/a.ts', 'src/core', '../a.ts'],
    ['src/', 'src', './'],
    ['src/core/', 'src', 'core/'],
    ['src/a.ts#Router', 'src', 'a.ts#Router'],
    ['src/**/*.ts', 'src', '**/*.ts'],
    ['name:build', 'src', 'name:build'],
    ['port:3000', 'src', 'port:3000'],
  ] as const
  for (const [resource, directory, typed] of cases) {
    it(`${resource} is ${typed} in ${directory || 'the root'}`, () => assert.equal(resourceHere(resource, join(root, directory), root), typed))
  }

  it('are meant from the root elsewhere', () => assert.equal(resourceHere('src/a.ts', tmpdir(), root), 'src/a.ts'))
})
