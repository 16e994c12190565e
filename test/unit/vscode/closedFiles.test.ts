import assert from 'node:assert/strict'
import { ClosedFiles } from '../../../src/vscode/closedFiles.js'

describe('files that a window has made read-only', () => {
  const kept = new Map<string, unknown>()
  const memory = {
    get: <T>(key: string, defaultValue: T): T => (kept.get(key) as T | undefined) ?? defaultValue,
    update: (key: string, value: unknown) => (kept.set(key, value), Promise.resolve()),
  }

  it('are remembered until they are writable, and in doubt after another start until they are set', async () => {
    const before = new ClosedFiles(memory)
    await before.set('a', true)
    await before.set('b', true)
    await before.set('b', false)
    const after = new ClosedFiles(memory)
    assert.deepEqual([after.has('a'), after.isDoubtful('a'), after.isDoubtful('b')], [false, true, false])
    await after.set('c', true)
    assert.equal(new ClosedFiles(memory).isDoubtful('a'), true, 'one that was not looked at yet is not forgotten')
    await after.set('a', false)
    await after.set('c', false)
    assert.deepEqual([...kept.values()], [undefined])
  })
})
