import assert from 'node:assert/strict'
import type { Command } from '../../../src/vscode/commands/context.js'
import { Screen, withEditor } from './editor.js'

/** A fix by a person whose file is not saved; what is done, in order. */
async function done(fix: string, finding: Record<string, unknown> = {}, { refused = false } = {}): Promise<string[]> {
  const { fixDocument } = await withEditor<{ fixDocument: Command }>('commands/projectDocuments.ts', new Screen())
  const order: string[] = []
  const step = (name: string, value?: unknown) => (): Promise<unknown> => Promise.resolve(order.push(name)).then(() => value)
  const put = (name: string): (() => Promise<unknown>) => step(name, refused ? { ok: false, hint: 'Not now.' } : { ok: true, id: '1' })
  const muster = { root: '/work', getPlan: () => Promise.resolve({ phases: [] }), logDecision: put('decision'), addTask: put('task'), changeTask: put('task'), changePlan: put('plan') }
  const context = {
    window: { muster, writable: true, state: {} },
    handoff: { find: () => finding, save: step('save'), check: step('check') },
    project: { act: step('render', { ok: true, documents: [] }) },
  }
  await fixDocument(context as unknown as Parameters<Command>[0], { fix, file: 'STATUS.md', line: 1, code: 'x' })
  return order
}

describe('fixes of a document', () => {
  for (const [fix, put, finding] of [['record', 'decision', { entry: { title: 'Ship on Fridays' } }], ['task', 'task', {}], ['reword', 'task', { about: 'T-1 stuff' }], ['deliverable', 'plan', {}], ['criterion', 'plan', { about: 'Phase 1: Start' }]] as const) {
    it(`save what is typed before ${fix} changes the records: the writer makes the file anew then`, async () => {
      const order = await done(fix, finding)
      assert.deepEqual(order.slice(0, 2), ['save', put])
      assert.ok(order.indexOf('render') > order.indexOf(put))
    })
  }

  it('make nothing anew where the records refuse it', async () => {
    assert.deepEqual(await done('task', {}, { refused: true }), ['save', 'task'])
  })
})
