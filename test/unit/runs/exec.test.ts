import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execute } from '../../../src/runs/exec.js'
import { eventually } from '../../vscode/driver/eventually.js'
import { posixOnly } from '../posixOnly.js'
import { RunFolders } from './runFolder.js'

describe('the output of a command that is run', () => {
  const runs = new RunFolders()
  after(() => runs.remove())

  posixOnly('is in its log to the end, also where nobody had the time to read it for longer than it is waited for', async () => {
    const place = (name: string): string => join(runs.root, name)
    // What it leaves running says the rest, when it is told to.
    const command = ['sh', '-c', 'echo $$ > pid; (until [ -e go ]; do sleep 0.02; done; echo late; : > said) & exit 0']
    const running = execute({
      command, cwd: runs.root, env: process.env, folder: place('run'), lock: { agent: 'alpha', startedAt: Date.now() }, jsonLines: false, inTerminal: false,
      out: () => undefined, err: () => undefined, onSignal: () => ({ dispose: () => undefined }), onProgress: () => Promise.resolve(),
    })
    await eventually('its end', () => {
      try {
        return !process.kill(Number(readFileSync(place('pid'), 'utf8')), 0)
      } catch (error) {
        return (error as NodeJS.ErrnoException).code === 'ESRCH'
      }
    })
    // As a machine that has other things to do, or sleeps; what is due comes first then, and what can be read after it.
    await new Promise((resolve) => setImmediate(resolve))
    writeFileSync(place('go'), '')
    const stand = (ms: number): unknown => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
    while (!existsSync(place('said'))) stand(5)
    stand(2_500)
    assert.equal((await running).exitCode, 0)
    assert.equal(readFileSync(place('run/logs/output.txt'), 'utf8'), 'late\n')
  })
})
