import assert from 'node:assert/strict'
import { nodeFs } from '../../../src/core/ledger/folder/ledgerFs.js'
import { openMuster } from '../../../src/core/open.js'
import { Sandbox } from '../system/sandbox.js'

describe('when something counts as done', () => {
  const { fdatasync, fdatasyncSync } = nodeFs
  let sandbox: Sandbox
  let synced = 0
  beforeEach(() => {
    sandbox = new Sandbox()
    nodeFs.fdatasync = async (fd) => {
      synced++
      return fdatasync(fd)
    }
    // Where the disk is quick enough.
    nodeFs.fdatasyncSync = (fd) => {
      synced++
      fdatasyncSync(fd)
    }
  })
  afterEach(() => {
    Object.assign(nodeFs, { fdatasync, fdatasyncSync })
    sandbox.dispose()
  })

  for (const durability of ['strict', 'relaxed'] as const) {
    it(`is ${durability === 'strict' ? 'once the disk has it' : 'once the system has it, where the user says so'}`, async () => {
      const root = sandbox.repository()
      const muster = await openMuster({ folder: `${root}/.muster`, root, agent: 'alpha', watch: false, attached: false, settings: { durability } })
      await muster.startup()
      synced = 0
      const lock = await muster.claim('src/a.ts')
      assert.equal(lock.ok, true)
      assert.equal(synced > 0, durability === 'strict')
      await muster.close()
    })
  }
})
