import assert from 'node:assert/strict'
import { Emitter } from '../../../src/core/emitter.js'
import type { RunView } from '../../../src/core/model/runs.js'
import { Runs } from '../../../src/vscode/runs.js'
import type { MusterWindow, WindowState } from '../../../src/vscode/musterWindow.js'
import { eventually } from '../../vscode/driver/eventually.js'

/** Whose runs are listed when another repository of the workspace is shown. */
describe('the runs of a window', () => {
  const fail = (error: unknown): never => assert.fail(String(error))
  const run = (name: string): RunView => ({ run: name, path: name, name, date: '2026-03-01', words: '', problems: [], status: 'running', done: 0 })

  it('are those of the repository that is shown, also where it changes while they are looked for', async () => {
    const changed = new Emitter<WindowState>(fail)
    const answers: (() => void)[] = []
    const of = (folder: string): { folder: string; listRuns: () => Promise<unknown> } => ({ folder, listRuns: () => new Promise((resolve) => void answers.push(() => resolve({ runs: [run(folder)] }))) })
    const answered = async (): Promise<void> => (await eventually('somebody to look', () => answers.shift()))()
    const window = { muster: of('shop'), writable: false, onDidChange: changed.event }
    const runs = new Runs(window as unknown as MusterWindow, () => 'experiments', fail)
    try {
      const names = (): string[] => runs.list.map(({ name }) => name)
      void runs.look()
      await answered()
      await eventually('those of shop', () => names().join() === 'shop')
      // The same one again, as another identity opens it: nothing goes.
      window.muster = of('shop')
      changed.fire({} as WindowState)
      assert.deepEqual(names(), ['shop'])
      window.muster = of('api')
      changed.fire({} as WindowState)
      assert.deepEqual(names(), [], 'none that are not its own')
      await answered()
      assert.deepEqual(names(), [], 'the answer was about shop')
      await answered()
      await eventually('those of api', () => names().join() === 'api')
    } finally {
      runs.dispose()
    }
  })
})
