import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { makePlace, type Place } from '../../desktop/place.js'
import { eventually, waitLimitMs } from '../driver/eventually.js'
import { VsCode } from '../driver/vsCode.js'

/** What `npm run test:desktop` runs in desktop VS Code, run in the one that is here. */
describe('the smoke tests for desktop VS Code', () => {
  let place: Place
  let code: VsCode

  before(async () => {
    place = await makePlace()
    code = await VsCode.start({ env: { MUSTER_SMOKE_RESULT: place.result } })
  })
  afterEach(function () { return code.saveEvidence(this.currentTest) })
  after(async () => {
    await code?.stop()
    place?.remove()
  })

  it('pass in an extension host', async () => {
    await code.openWindow(place.repository, { extensionTestsPath: place.suite })
    // Each of them waits as long as it takes by itself.
    const lines = await eventually('their end', () => {
      const all = existsSync(place.result) ? readFileSync(place.result, 'utf8').trim().split('\n') : []
      return all.some((line) => /^(ended|failed)/.test(line)) && all
    }, 5 * waitLimitMs)
    assert.equal(lines.at(-1), 'ended', lines.join('\n'))
    assert.equal(lines.filter((line) => line.startsWith('passed: ')).length, 6)
  })
})
