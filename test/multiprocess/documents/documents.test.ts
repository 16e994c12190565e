import assert from 'node:assert/strict'
import { execFileSync, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { removeFolder } from '../../../scripts/removeFolder.js'
import { cleanEnvironment } from '../../../scripts/runCommand.js'

const writer = fileURLToPath(new URL('./writer.js', import.meta.url))

describe('a document that several processes edit', function () {
  this.timeout(900_000)
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'muster-documents-')))
  before(() => void execFileSync('git', ['init', '--quiet', root]))
  after(() => removeFolder(root))

  it('scenario "both agents modify the same file": 6 processes add 6 lines each, and none is lost', async () => {
    const names = Array.from({ length: 6 }, (_, i) => `agent-${i}`)
    writeFileSync(join(root, 'STATE.md'), '# State\n')
    const children = await Promise.all(names.map(async (name) => {
      const child = fork(writer, [join(root, '.muster'), name, 'STATE.md', '6'], { cwd: root, env: cleanEnvironment() })
      await once(child, 'message')
      return child
    }))
    // All at once: else the first could be done before the last has begun.
    const ends = children.map(async (child) => {
      child.send('go')
      const [[conflicts], [code]] = (await Promise.all([once(child, 'message'), once(child, 'exit')])) as [[number], [number]]
      assert.equal(code, 0)
      return conflicts
    })
    const conflicts = (await Promise.all(ends)).reduce((sum, one) => sum + one, 0)
    const [title, ...lines] = readFileSync(join(root, 'STATE.md'), 'utf8').trimEnd().split('\n')
    assert.equal(title, '# State')
    assert.deepEqual(lines.sort(), names.flatMap((name) => Array.from({ length: 6 }, (_, i) => `${name} ${i + 1}`)).sort())
    // Each version that came too late is beside it, under its agent's name; nothing else is left over.
    const beside = readdirSync(root).filter((name) => name !== 'STATE.md' && !name.startsWith('.git') && name !== '.muster')
    assert.equal(beside.length, conflicts)
    for (const name of beside) assert.match(name, /^STATE\.md\.agent-\d\.(\d+\.)?backup$/)
    assert.ok(conflicts > 0, 'they did meet')
  })
})
