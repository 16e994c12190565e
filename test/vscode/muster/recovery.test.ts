import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cleanEnvironment } from '../../../scripts/runCommand.js'
import { eventually } from '../driver/eventually.js'
import { VsCode } from '../driver/vsCode.js'
import type { Window } from '../driver/window.js'
import { library, Repository } from './repository.js'

/** An agent as a process: joins, locks its file, says how far it is, leaves a checkpoint, and stays. */
const program = (folder: string, root: string, agent: string, file: string): string => `
  import { open } from ${JSON.stringify(library)}
  import { appendFileSync } from 'node:fs'
  const m = await open({ folder: ${JSON.stringify(folder)}, root: ${JSON.stringify(root)}, agent: ${JSON.stringify(agent)}, level: 'L2', attached: true })
  await m.claim(${JSON.stringify(file)})
  appendFileSync(${JSON.stringify(join(root, file))}, '// half done\\n')
  await m.checkIn(null, { status: 'working', progress: 40, currentTask: 'Totals' })
  await m.logWork('summed up')
  await m.checkpoint({ done: 'sums', next: 'rounding', files: [${JSON.stringify(file)}] })
  console.log('ready')
  setInterval(() => undefined, 1_000)`

/** Seed scenario: the battery dies while four workers run; after the restart their work is found and goes on. */
describe('recovery after all processes of the machine were killed', () => {
  let repository: Repository
  let code: VsCode
  let window: Window
  const workers: ChildProcess[] = []

  before(async () => {
    repository = new Repository()
    for (const name of ['one', 'two', 'three', 'four']) {
      const child = spawn(process.execPath, ['--input-type=module', '--eval', program(repository.folder, repository.root, name, `src/${name}.ts`)], { cwd: repository.root, env: cleanEnvironment(), stdio: ['ignore', 'pipe', 'inherit'] })
      workers.push(child)
      await once(child.stdout!, 'data')
    }
    for (const child of workers) {
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
    code = await VsCode.start()
    window = await code.openWindow(repository.root)
  })
  afterEach(function () { return code?.saveEvidence(this.currentTest) })
  after(async () => {
    for (const child of workers) child.kill('SIGKILL')
    await code?.stop()
    repository?.remove()
  })

  it('test 2, restart detection: says once how many there are, and opens a review of them', async () => {
    await window.notifications.waitFor('4 incomplete agents: 4 working, 4 L2')
    await window.screenshot('recovery notice')
    await window.notifications.clickButton('4 incomplete agents', 'Review')
    const rows = await window.quickInput.waitForRows('four')
    assert.equal(rows.length, 4)
    for (const { description, detail } of rows) {
      assert.match(description, /working · L2 · 40 %/)
      assert.match(detail, /did: summed up · next: rounding · locks: src\/\w+\.ts \(stale\) · not committed: src\/\w+\.ts · go on at its checkpoint/)
    }
    await window.screenshot('recovery review')
  })

  it('resumes one here: its lock and its checkpoint are this window\'s, its file is as it left it', async () => {
    await window.quickInput.pick('one')
    await window.quickInput.pick('Resume Here')
    await window.runCommand('View: Show Muster')
    await window.tree.waitForRow('Locks', /^one\.ts · you/)
    await window.screenshot('recovery resumed')
    assert.match(readFileSync(join(repository.root, 'src', 'one.ts'), 'utf8'), /half done/)
    await eventually('three that are left', async () => (await repository.cli('Maria', ['recovery', 'check']) as { total: number }).total === 3)
  })

  it('resumes one in a terminal, in its name and with its checkpoint on the screen', async () => {
    await window.runCommand('Muster: Recover Agents…')
    await window.quickInput.pick('two')
    await window.quickInput.pick('Resume in a New Terminal')
    await window.terminal.waitFor(/You are two[^]*rounding/)
    await window.screenshot('recovery terminal')
  })

  it('clears one after asking, and marks one as failed', async () => {
    await window.runCommand('Muster: Recover Agents…')
    await window.quickInput.pick('three')
    await window.quickInput.pick('Clear…')
    await window.dialog.press('Clear')
    await window.runCommand('Muster: Recover Agents…')
    await window.quickInput.pick('four')
    await window.quickInput.pick('Mark as Failed…')
    await window.quickInput.typeText('no data')
    const failed = await eventually('one that failed', async () => {
      const list = (await repository.cli('Maria', ['recovery', 'list'])) as { failed: { id: string; error: string }[] }
      return list.failed.length > 0 && list.failed
    })
    assert.deepEqual(failed.map(({ id, error }) => [id, error]), [['four', 'no data']])
  })

  it('does not tell of the same ones again when the window is reloaded', async () => {
    writeFileSync(join(repository.root, 'src', 'one.ts'), '// done\n')
    await window.reload()
    await window.statusBar.waitFor('muster.status', 'Maria')
    assert.deepEqual((await window.notifications.all()).filter(({ message }) => /incomplete/.test(message)), [])
  })
})
