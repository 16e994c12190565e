import assert from 'node:assert/strict'
import { mkdtempSync, realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removeFolder } from '../../../scripts/removeFolder.js'
import { openFolderLedger } from '../../../src/core/ledger/folder/openFolderLedger.js'
import { add, testClock, testMachine } from '../../contract/testMachine.js'

type Lock = (path: string, options: { onCompromised?: (error: Error) => void }) => Promise<() => Promise<void>>

describe('a turn that is lost', () => {
  const lockfile = createRequire(import.meta.url)('proper-lockfile') as { lock: Lock }
  const real = lockfile.lock
  let root: string
  const uncaught: unknown[] = []
  const note = (error: unknown): void => void uncaught.push(error)

  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'muster-turns-')))
    uncaught.length = 0
    process.on('uncaughtException', note).on('unhandledRejection', note)
  })
  afterEach(() => {
    process.off('uncaughtException', note).off('unhandledRejection', note)
    lockfile.lock = real
    removeFolder(root)
  })

  it('at any await of an operation throws nothing, and the operation is done', async () => {
    let after = 0
    let told = 0
    // Gives everybody the turn, and has it taken away some awaits later.
    lockfile.lock = (_path, options) => {
      let gone = false
      let left = after
      const wait = (): void => {
        if (left-- > 0) return void Promise.resolve().then(wait)
        gone = true
        told++
        // Without a listener of ours, its own would throw here, from a timer.
        setImmediate(() => (options.onCompromised ?? ((error) => { throw error }))(new Error('compromised')))
      }
      wait()
      return Promise.resolve(() => (gone ? Promise.reject(Object.assign(new Error('Lock is already released'), { code: 'ERELEASED' })) : Promise.resolve()))
    }
    // A shared folder takes the turn for every line.
    const ledger = await openFolderLedger({ folder: join(root, '.muster'), machine: testMachine, clock: testClock(), mode: 'shared', rescanMs: 1 })
    for (after = 0; after < 120; after++) assert.ok((await ledger.submit(add(`a:${after}`, 1))).ok)
    await ledger.close()
    await new Promise((resolve) => setTimeout(resolve, 20))
    assert.ok(told > 100, `${told}`)
    assert.deepEqual(uncaught, [])
  })
})
