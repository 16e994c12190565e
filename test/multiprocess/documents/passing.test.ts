import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cleanEnvironment } from '../../../scripts/runCommand.js'
import { openMuster } from '../../../src/core/open.js'
import { writeAll } from '../../../src/documents/documents.js'
import { writeProject } from '../../../src/documents/project/files.js'
import { Sandbox } from '../../unit/system/sandbox.js'

const script = fileURLToPath(new URL('./passing.js', import.meta.url))

describe('documents that commands bring up to date in passing', function () {
  this.timeout(0)
  let sandbox: Sandbox
  let root: string
  beforeEach(async () => {
    sandbox = new Sandbox()
    root = sandbox.repository()
    const lead = await openMuster({ folder: join(root, '.muster'), root, agent: 'lead', attached: false, watch: false })
    await lead.changePlan({ project: 'Shop' })
    await writeProject(lead, { make: true })
    await lead.close()
    await command('first')
  })
  afterEach(() => sandbox.dispose())

  const command = async (task: string): Promise<void> => {
    const child = fork(script, [join(root, '.muster'), root, task], { cwd: root, env: cleanEnvironment() })
    const [code] = (await once(child, 'exit')) as [number]
    assert.equal(code, 0)
  }
  const left = (folder: string): string[] => readdirSync(join(root, folder)).filter((name) => name.endsWith('.tmp'))

  it('leave nothing lying about in the tree, and what was in the place of their own to the next command', async () => {
    await command('second')
    assert.deepEqual(left('.'), [])
    const [former, ...more] = left('.muster/state').filter((name) => name.startsWith('.alpha.json.'))
    assert.deepEqual([former?.endsWith('.old.tmp'), more], [true, []])
    await command('third')
    assert.ok(!left('.muster/state').includes(former!), 'seen to')
    assert.deepEqual(readdirSync(join(root, '.muster/state')).filter((name) => name.includes('.yours-')), [], 'it was as it had been')
  })

  it('are without anything left over once somebody has them written', async () => {
    await command('second')
    assert.notDeepEqual(left('.muster/state'), [])
    const lead = await openMuster({ folder: join(root, '.muster'), root, agent: 'lead', attached: false, watch: false })
    await writeAll(lead)
    await lead.close()
    assert.deepEqual(['.muster/state', '.muster/agents/alpha', '.'].flatMap(left), [])
  })

  it('keep what a program wrote into one that it had open long before, and say so', async () => {
    const state = openSync(join(root, '.muster/state/alpha.json'), 'a')
    await command('second')
    // Long after the command has ended.
    writeSync(state, 'mine')
    closeSync(state)
    await command('third')
    const kept = readdirSync(join(root, '.muster/state')).filter((name) => name.includes('.yours-'))
    assert.equal(kept.length, 1)
    assert.match(readFileSync(join(root, '.muster/state', kept[0]!), 'utf8'), /mine$/)
    assert.match(readFileSync(join(root, '.muster/documents/problems.json'), 'utf8'), /alpha\.json\.yours-/)
    assert.match(readFileSync(join(root, '.muster/agents/alpha/.agent_status'), 'utf8'), /third/)
  })
})
