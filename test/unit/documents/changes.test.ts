import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removeFolder } from '../../../scripts/removeFolder.js'
import { openMuster } from '../../../src/core/open.js'
import type { Muster } from '../../../src/core/muster.js'
import { agentDocuments } from '../../../src/documents/agentDocuments.js'
import { Documents, writeAll } from '../../../src/documents/documents.js'
import { Seen } from '../../../src/documents/takeIn.js'
import type { DocumentFacts, WantedDocument } from '../../../src/documents/types.js'

describe('documents of who stays', () => {
  let root: string
  let folder: string
  const open = new Map<string, Muster>()
  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'muster-changes-')))
    folder = join(root, '.muster')
  })
  afterEach(async () => {
    for (const muster of open.values()) await muster.close()
    open.clear()
    removeFolder(root)
  })

  async function as(agent: string, more: { parent?: string } = {}): Promise<Muster> {
    const muster = open.get(agent) ?? (await openMuster({ folder, root, agent, attached: false, client: 'test', ...more }))
    open.set(agent, muster)
    return muster
  }

  function files(): Record<string, string> {
    const all = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name).slice(folder.length + 1)).filter((name) => /^(agents|state)\//.test(name)).sort()
    return Object.fromEntries(all.map((name) => [name, readFileSync(join(folder, name), 'utf8')]))
  }

  it('are made anew for agents that have changed, and for no others', async () => {
    const first = await as('alpha')
    for (const name of ['beta', 'gamma', 'delta']) await (await as(name)).checkIn(null, { progress: 1 })
    const source = await first.documentSource()
    const facts: DocumentFacts = { folder, root, trees: [], settings: { agentFiles: false, runs: 'experiments', workspaces: [] }, exists: () => false, hasPart: () => false, textOf: () => '', writerIn: () => undefined, cameAsFile: () => false }
    const now = async (): Promise<WantedDocument[]> => {
      const found: WantedDocument[] = []
      for await (const one of agentDocuments.documents(await source.records(), facts, [])) found.push(one)
      return found
    }
    const changedSince = async (before: readonly WantedDocument[]): Promise<string[]> => (await now()).filter((one) => !before.includes(one)).map(({ path }) => path).sort()
    let before = await now()
    assert.deepEqual(await changedSince(before), [])
    await (await as('beta')).checkIn(null, { progress: 2 })
    assert.deepEqual(await changedSince(before), ['agents/beta/.agent_status', 'state/beta.json'])
    before = await now()
    await (await as('gamma')).deliver({ files: ['a.ts'], integrationReady: true })
    assert.deepEqual(await changedSince(before), ['agents/gamma/.agent_deliverables', 'agents/gamma/.agent_status', 'state/gamma.json'])
  })

  it('are the same bytes as those made anew from everything, whatever happens in between', async () => {
    const alpha = await as('alpha')
    await alpha.checkIn(null, { progress: 1 })
    const documents = new Documents(alpha)
    const same = async (what: string): Promise<void> => {
      await documents.bringUpToDate({ again: false })
      const followed = files()
      await writeAll(alpha, { whole: true })
      assert.deepEqual(files(), followed, what)
    }
    const steps: [string, () => Promise<unknown>][] = [
      ['joins', async () => (await as('beta', { parent: 'alpha' })).checkIn(null, { progress: 5 })],
      ['works', async () => (await as('beta')).logWork('One')],
      ['delivers', async () => (await as('beta')).deliver({ files: [{ path: 'a.ts', size: 10 }], tests: ['ok'], integrationReady: false })],
      ['delivers the same file anew', async () => (await as('beta')).deliver({ files: [{ path: 'a.ts', size: 20 }], integrationReady: true })],
      ['has another name above it', async () => (await as('alpha')).setAgent({ id: 'alpha', name: 'Alpha' })],
      ['fails', async () => alpha.failAgent('beta', 'no key')],
      ['goes on', async () => (await as('beta')).checkIn(null, { status: 'working', progress: 60 })],
      ['is sent a message', async () => {
        mkdirSync(join(folder, 'agents', 'beta', 'inbox'), { recursive: true })
        await alpha.sendMessage({ to: 'beta', subject: 'Hi', body: 'There' })
      }],
      ['has read it', async () => (await as('beta')).readMessages()],
      ['works on', async () => (await as('beta')).logWork('Two')],
      ['is done', async () => alpha.completeAgent('beta')],
      ['is removed', async () => alpha.removeAgent('beta')],
    ]
    for (const [what, step] of steps) {
      await step()
      await same(what)
    }
    assert.deepEqual(Object.keys(files()).filter((name) => name.startsWith('state/')), ['state/alpha.json'])
  })

  it('take in what a quiet agent writes, also where there are more folders than are looked at each time', async () => {
    const seen = new Seen()
    const homes = Array.from({ length: 2_500 }, (_, n) => `a${n}`)
    assert.equal(seen.turnOf(homes, new Set()).length, 2_500, 'what was never looked at')
    const turns = [1, 2, 3].map(() => seen.turnOf([...homes, 'new'], new Set(['a2400'])))
    assert.deepEqual(turns.map((turn) => turn.includes('a2400')), [true, true, true], 'who writes files is looked at each time')
    assert.deepEqual(turns.map((turn) => turn.length <= 1_002), [true, true, true])
    assert.equal(new Set(turns.flat()).size, 2_501)

    const alpha = await as('alpha')
    await alpha.checkIn(null, { progress: 1 })
    const documents = new Documents(alpha)
    for (let pass = 0; pass < 2; pass++) await documents.bringUpToDate({ again: false })
    writeFileSync(join(folder, 'agents', 'alpha', '.agent_status'), 'STATUS=BLOCKED\nBLOCKER_DESCRIPTION=Keys\n')
    await documents.bringUpToDate({ again: false })
    assert.equal((await alpha.getAgent('alpha'))!.blocker, 'Keys')
  })
})
