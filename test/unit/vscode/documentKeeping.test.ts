import assert from 'node:assert/strict'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removeFolder } from '../../../scripts/removeFolder.js'
import type * as Keeping from '../../../src/vscode/documentKeeping.js'
import { eventually } from '../../vscode/driver/eventually.js'
import { Heard, Screen, withEditor } from './editor.js'
import { ledgerStatus } from './fakes.js'

describe('a window that keeps documents', () => {
  const { setTimeout } = globalThis
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'muster-keeping-'))
    // It lets a window open first.
    globalThis.setTimeout = ((act: () => void, ms: number, ...given: unknown[]) => setTimeout(act, ms === 10_000 ? 0 : ms, ...given)) as typeof setTimeout
  })
  afterEach(() => {
    globalThis.setTimeout = setTimeout
    removeFolder(folder)
  })

  it('goes on with its next connection when it speaks for somebody else', async () => {
    const { DocumentKeeping } = await withEditor<typeof Keeping>('documentKeeping.ts', new Screen())
    const heard: string[] = []
    const connection = (name: string): unknown => ({
      folder,
      ledgerStatus: () => ({ ...ledgerStatus, readOnly: { code: 'LEDGER_DAMAGED' } }),
      onDidChange: () => (heard.push(name), { dispose: () => heard.push(`${name} ended`) }),
    })
    const changed = new Heard<void>()
    const window = { muster: connection('first'), writable: true, onDidChange: changed.event }
    const keeping = new DocumentKeeping(...([window, { chosen: () => undefined, get: () => 'runs' }, () => true, assert.fail] as unknown as ConstructorParameters<typeof DocumentKeeping>))
    changed.fire()
    await eventually('the first', () => heard.includes('first'))
    changed.fire()
    window.muster = connection('second')
    changed.fire()
    await eventually('the second', () => heard.includes('second') && heard.includes('first ended'))
    assert.equal(heard.filter((one) => one === 'first').length, 1)
    keeping.dispose()
    await eventually('its end', () => heard.includes('second ended'))
  })
})
