import assert from 'node:assert/strict'
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type * as SupervisionModule from '../../../src/vscode/supervision.js'
import { eventually } from '../../vscode/driver/eventually.js'
import { Screen, withEditor } from './editor.js'

describe('an agent\'s log that is shown', () => {
  it('goes on while the window\'s connection is renewed, and ends with the agent', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'muster-log-'))
    const file = join(folder, 'log')
    writeFileSync(file, '')
    const lines: string[] = []
    const screen = new Screen()
    Object.assign(screen.window, { createOutputChannel: () => ({ replace: () => undefined, show: () => undefined, appendLine: (line: string) => void lines.push(line), dispose: () => undefined }) })
    let asked = 0
    const connection = (phase: string): object => ({ getAgent: () => (asked++, Promise.resolve({ deployment: { phase } })) })
    // What a connection that was closed says of any agent.
    const old = connection('running')
    const window: { muster: object | undefined; writable: boolean } = { muster: old, writable: false }
    const { Supervision } = await withEditor<typeof SupervisionModule>('supervision.ts', screen)
    const supervision = new Supervision(window as never, {} as never, {} as never, (error) => assert.fail(String(error)))
    try {
      await supervision.show('a', 'Agent', [], file)
      await eventually('the first look', () => asked > 0)
      Object.assign(old, { getAgent: () => Promise.resolve(undefined) })
      window.muster = undefined
      appendFileSync(file, 'between\n')
      await eventually('what was written between two connections', () => lines.length === 1)
      window.muster = connection('running')
      asked = 0
      await eventually('the new connection is asked', () => asked > 1)
      appendFileSync(file, 'after\n')
      await eventually('what was written after', () => lines.length === 2)
      assert.deepEqual(lines, ['between', 'after'])
    } finally {
      supervision.dispose()
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
