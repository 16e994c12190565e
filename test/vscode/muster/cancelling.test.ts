import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { appendFileSync, closeSync, constants, existsSync, mkdirSync, openSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { cleanEnvironment } from '../../../scripts/runCommand.js'
import { eventually } from '../driver/eventually.js'
import { VsCode } from '../driver/vsCode.js'
import type { Window } from '../driver/window.js'
import { cli, Repository } from './repository.js'

const stubborn = 'process.on("SIGTERM", () => {}); console.log("I stay"); setInterval(() => {}, 1000)'
const RUN = '2025-10-01_09-00_old'

interface Deployment { phase: string; process?: { pid: number } }

/** Long work that is told of with a Cancel button, which a person presses: nothing is left half done. */
describe('cancelling', () => {
  let repository: Repository
  let code: VsCode
  let window: Window
  const config = (): string => join(repository.root, '.git', 'config')
  /** Settings of git's that nobody writes: whoever reads them waits. */
  const settings = (): string => join(dirname(repository.root), 'settings')
  let plain = ''

  before(async () => {
    repository = new Repository()
    execFileSync('mkfifo', [settings()])
    await repository.cli('gamma', ['startup'])
    await repository.cli('gamma', ['docs', 'init', '--yes'])
    repository.git('add', '.')
    repository.git('commit', '--quiet', '-m', 'documents')
    code = await VsCode.start({ settings: { 'muster.notifications.minutes': 0, 'git.enabled': false } })
    window = await code.openWindow(repository.root)
    await window.runCommand('View: Show Muster')
    await window.tree.waitForRow('Agents', /Maria/)
  })
  afterEach(async function () {
    if (repository) await quick()
    await code?.saveEvidence(this.currentTest)
  })
  after(async () => {
    await repository?.cli('maria', ['agent', 'stop', 'slow'])
    await code?.stop()
    repository?.remove()
  })

  /** From now on git waits. */
  function slow(): void {
    plain = readFileSync(config(), 'utf8')
    writeFileSync(config(), `${plain}[include]\n\tpath = ${JSON.stringify(settings())}\n`)
  }
  /** Git waits no more, and those that wait go on. */
  async function quick(): Promise<void> {
    if (plain === '') return
    writeFileSync(config(), plain)
    plain = ''
    await eventually('nobody to read the settings', () => {
      try {
        closeSync(openSync(settings(), constants.O_WRONLY | constants.O_NONBLOCK))
        return false
      } catch (error) {
        return (error as NodeJS.ErrnoException).code === 'ENXIO'
      }
    })
  }
  /** Waits until a git that was asked for something waits, and answers who called it. */
  const caller = (wanted: string): Promise<number> => eventually(`git ${wanted}`, () => {
    const line = execFileSync('ps', ['-eo', 'ppid=,args='], { encoding: 'utf8' }).split('\n').find((one) => /^\s*\d+ \S*git /.test(one) && one.includes(wanted))
    return line !== undefined && Number.parseInt(line, 10)
  })
  async function cancel(title: string): Promise<void> {
    assert.deepEqual((await window.notifications.waitFor(title)).buttons, ['Cancel'])
    await window.screenshot(`cancelling ${title.split(' ')[0]}`)
    await window.notifications.clickButton(title, 'Cancel')
    await eventually('the waiting to be over', async () => (await window.notifications.all()).every(({ message }) => message !== title))
    await window.notifications.close()
  }
  function isGone(pid: number): boolean {
    try {
      return process.kill(pid, 0) && false
    } catch {
      return true
    }
  }

  it('of a clean-up takes nothing away before it was confirmed, and stops between two things after', async () => {
    const logs = [join(repository.folder, 'agents', 'gone', 'log.txt'), join(repository.root, 'experiments', RUN, 'logs', 'output.txt')]
    const marks = [join(repository.root, 'experiments', RUN, '.DONE'), join(repository.root, 'experiments', RUN, '.AGENT_ID')]
    const then = new Date(Date.now() - 40 * 86_400_000)
    for (const file of [...logs, ...marks]) {
      mkdirSync(dirname(file), { recursive: true })
      appendFileSync(file, file.endsWith('.txt') ? 'long ago\n' : '')
      utimesSync(file, then, then)
    }
    const there = (): boolean[] => logs.map((file) => existsSync(file))
    slow()
    await window.runCommand('Muster: Clean Up…')
    await window.quickInput.pick('30 days')
    await caller(RUN)
    await cancel('Looking for what is over')
    await quick()
    // Asked anew, so that what was cancelled is over: had it gone on, its question would come first.
    await window.runCommand('Muster: Clean Up…')
    await window.quickInput.pick('30 days')
    const { message, detail } = await window.dialog.read()
    assert.match(`${message}\n${detail}`, /Clean up\?[^]*1 file of agents, 1 log of runs/)
    assert.deepEqual(there(), [true, true])
    slow()
    const said = await window.statusBar.listen()
    await window.dialog.press('Clean Up')
    await caller(RUN)
    await cancel('Cleaning up')
    assert.deepEqual(there(), [true, true])
    await quick()
    await eventually('what it says', async () => (await said()).includes('Stopped before all was cleaned up'))
    assert.deepEqual(there(), [true, true])
    assert.equal(await window.page.locator('.monaco-dialog-box').count(), 0)
    await window.runCommand('Muster: Clean Up…')
    await window.quickInput.pick('30 days')
    await window.dialog.press('Clean Up')
    await eventually('both to go', () => there().join() === 'false,false')
    for (const file of marks) assert.ok(existsSync(file))
  })

  it('of a restart ends only the waiting: one process of the agent runs afterwards, another than before', async () => {
    const deployment = async (): Promise<Deployment | undefined> => ((await repository.cli('maria', ['agent', 'show', 'slow']))['agent'] as { deployment?: Deployment } | undefined)?.deployment
    spawnSync(process.execPath, [cli, 'deploy', '--name', 'slow', '--agent', 'maria', '--', process.execPath, '-e', stubborn], { cwd: repository.root, env: cleanEnvironment() })
    await eventually('it not to end when it is asked to', () => readFileSync(join(repository.folder, 'agents', 'slow', 'log.txt'), 'utf8').includes('I stay'))
    const before = (await deployment())!.process!.pid
    // It is told of for as long as it is given to end.
    await window.notifications.open()
    await window.tree.contextMenu('Agents', /^slow/, 'Restart Agent')
    await cancel('Starting slow. It is started even if you cancel the waiting.')
    const after = await eventually('another process', async () => {
      const now = await deployment()
      return now?.phase === 'running' && now.process !== undefined && now.process.pid !== before && now.process.pid
    })
    assert.ok(isGone(before) && !isGone(after))
    await window.tree.waitForRow('Agents', /^slow/)
  })
})
