import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../../../scripts/projectRoot.js'

describe('tests that run alongside others', () => {
  it('leave alone what all of them run from: none builds it anew', () => {
    const files = ['unit', 'contract', 'multiprocess', 'vscode'].flatMap((folder) => readdirSync(join(projectRoot, 'test', folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)))
    // Whatever is started by this one, or by npm, is built first.
    const builds = files.filter((file) => file.endsWith('.ts') && /scripts\/run\.mj[s]|'esbuild\.config\.mj[s]'/.test(readFileSync(join(projectRoot, 'test', file), 'utf8')))
    assert.deepEqual(builds, [])
  })
})
