import assert from 'node:assert/strict'
import { isMusterError } from '../../../src/core/errors.js'
import { emptyDisk, FOLDER, openOn } from './ledgerOnDisk.js'
import { SimulatedDisk } from './simulation/simulatedDisk.js'

/** What a person is told, of a ledger that cannot be opened. */
async function told(opening: Promise<unknown>): Promise<string> {
  const error: unknown = await opening.then(() => undefined, (reason: unknown) => reason)
  assert.ok(isMusterError(error))
  assert.equal(error.code, 'FOLDER_UNUSABLE')
  return `${error.message} ${error.hint}`
}

describe('folder ledger: places where it cannot begin', () => {
  it('names the folder that is missing, and makes none but its own', async () => {
    const disk = new SimulatedDisk()
    assert.equal(await told(openOn(disk)), `${FOLDER} cannot be made: /disk/repo does not exist. Create that folder, or choose another place.`)
    assert.deepEqual(disk.fs().readdir('/disk'), [])
  })

  for (const errno of ['ENOENT', 'EPERM'] as const) {
    it(`says that the place takes no files where making the folder ends in ${errno}`, async () => {
      const text = await told(openOn(emptyDisk(), { fault: (call) => (call === 'mkdir' ? errno : undefined) }))
      assert.equal(text, `${FOLDER} cannot be made: /disk/repo takes no new files. Choose a folder on a disk that this user may write to.`)
    })
  }

  it('never advises to turn on what cannot be turned on', async () => {
    for (const errno of ['EACCES', 'EROFS', 'ENOSPC', 'EIO', 'ENOTDIR', 'ELOOP']) {
      assert.doesNotMatch(await told(openOn(emptyDisk(), { fault: (call) => (call === 'mkdir' ? errno : undefined) })), /turn/i, errno)
    }
  })
})
