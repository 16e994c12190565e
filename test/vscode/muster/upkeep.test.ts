import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cleanEnvironment } from '../../../scripts/runCommand.js'
import { eventually } from '../driver/eventually.js'
import { VsCode } from '../driver/vsCode.js'
import type { Window } from '../driver/window.js'
import { cli, Repository } from './repository.js'

const stays = 'require("fs").appendFileSync(process.argv[2], process.argv[1].replaceAll("\\n", " ") + "\\n"); setInterval(() => {}, 1000)'

interface Shown {
  status: string
  presence: string
  deployment?: { number: number; phase: string; process?: { pid: number }; keeper?: { pid: number } }
}

/** What is done about what is over, interrupted, or changed twice. */
describe('upkeep in a window', () => {
  let repository: Repository
  let code: VsCode
  let window: Window
  /** With a command of somebody else's at its end. */
  const muster = (agent: string, args: readonly string[], command: readonly string[]): Record<string, unknown> =>
    JSON.parse(spawnSync(process.execPath, [cli, ...args, '--agent', agent, '--json', '--', ...command], { cwd: repository.root, env: cleanEnvironment(), encoding: 'utf8' }).stdout) as Record<string, unknown>
  const told = (): string => join(repository.root, '..', 'told.txt')
  const shown = async (name: string): Promise<Shown | undefined> => (await repository.cli('Maria', ['agent', 'show', name]))['agent'] as Shown | undefined

  before(async () => {
    repository = new Repository()
    writeFileSync(told(), '')
    assert.equal(muster('maria', ['deploy', '--name', 'alpha', '--brief', 'sums'], [process.execPath, '-e', stays, '{brief}', told()])['status'], 'working')
    await repository.cli('alpha', ['checkpoint', '--done', 'one to five', '--next', 'six'])
    const { process: run, keeper } = (await shown('alpha'))!.deployment!
    process.kill(keeper!.pid, 'SIGKILL')
    process.kill(run!.pid, 'SIGKILL')
    await eventually('alpha to be gone', async () => (await shown('alpha'))?.presence === 'gone')
    code = await VsCode.start({ settings: { 'muster.recovery.resume': 'automatically', 'muster.checkpoints.commit': true, 'muster.notifications.minutes': 0 } })
    window = await code.openWindow(repository.root)
    await window.runCommand('View: Show Muster')
  })
  afterEach(function () { return code?.saveEvidence(this.currentTest) })
  after(async () => {
    await repository?.cli('Maria', ['agent', 'stop', 'alpha'])
    await code?.stop()
    repository?.remove()
  })

  it('goes on with a deployed agent that was killed, at its checkpoint and without asking', async () => {
    await eventually('alpha to be told', () => /sums.*Done: one to five.*Next: six/.test(readFileSync(told(), 'utf8')))
    // Told before it is noted that it runs.
    await eventually('it to run', async () => (await shown('alpha'))?.deployment?.phase === 'running')
    await window.tree.waitForRow('Agents', /alpha/)
    await eventually('one that goes on, and none that is gone', async () => {
      const { recoveries, gone } = (await repository.cli('Maria', ['recovery', 'check'])) as { recoveries: { resumed: number }; gone: number }
      return recoveries.resumed === 1 && gone === 0
    })
    await window.screenshot('upkeep resumed')
  })

  it('commits checkpoints to a branch of their own, as the setting says', async () => {
    const before = repository.git('rev-parse', 'HEAD') + repository.git('status', '--porcelain')
    await repository.cli('beta', ['check-in', '--status', 'working', '--progress', '30'])
    await repository.cli('beta', ['checkpoint', '--next', 'rounding'])
    await eventually('the commit', () => repository.git('for-each-ref', '--format=%(refname:short) %(subject)', 'refs/heads/muster').includes('muster/checkpoints/beta beta checkpoint: STATUS=IN_PROGRESS'))
    assert.equal(repository.git('rev-parse', 'HEAD') + repository.git('status', '--porcelain'), before)
  })

  it('shows what would be cleaned up and asks, before anything goes', async () => {
    const log = join(repository.folder, 'agents', 'gone', 'log.txt')
    mkdirSync(join(repository.folder, 'agents', 'gone'), { recursive: true })
    writeFileSync(log, 'long ago')
    const then = new Date(Date.now() - 40 * 86_400_000)
    utimesSync(log, then, then)
    await window.runCommand('Muster: Clean Up…')
    await window.quickInput.pick('30 days')
    const { message, detail } = await window.dialog.read()
    assert.match(`${message}\n${detail}`, /Clean up\?[^]*Files: 1 file of agents \(1 kB\)[^]*What happened stays in the log/)
    assert.ok(existsSync(log))
    await window.screenshot('upkeep asks')
    await window.dialog.press('Clean Up')
    await eventually('the log to go', () => !existsSync(log))
  })

  it('merges two versions of a document in the merge editor, and drops the other version when that is done', async () => {
    repository.write('STATE.md', '# State\n\none\n\ntwo\n')
    // Somebody else writes while beta's edit is on its way.
    const result = muster('beta', ['edit-safe', 'STATE.md'], ['sh', '-c', `sed -i 's/two/TWO of beta/' "$0" && sed -i 's/one/ONE of gamma/' '${join(repository.root, 'STATE.md')}'`])
    const backup = join(repository.root, 'STATE.md.beta.backup')
    assert.deepEqual([result['reason'], existsSync(backup)], ['CONFLICT', true])
    await window.runCommand('Muster: Merge Versions…')
    await window.quickInput.pick('STATE.md')
    await window.quickInput.pick('Merge…')
    await window.page.locator('.merge-editor').waitFor()
    await eventually('both versions to show', async () => {
      const text = (await window.page.locator('.merge-editor').innerText()).replaceAll('\u00a0', ' ')
      return text.includes('TWO of beta') && text.includes('ONE of gamma')
    })
    await window.screenshot('upkeep merge')
    await window.runCommand('Muster: Merge Versions…')
    await window.quickInput.pick('STATE.md')
    await window.quickInput.pick('It Is Merged')
    await eventually('the other version to go', () => !existsSync(backup))
    assert.match(readFileSync(join(repository.root, 'STATE.md'), 'utf8'), /ONE of gamma/)
  })

  it('shows runs on the dashboard, with how far they are', async () => {
    const { run } = (await repository.cli('beta', ['run', 'start', 'sweep', '--total', '8', '--pid', String(process.pid)])) as { run: { run: string } }
    await repository.cli('beta', ['run', 'progress', run.run, '--done', '2'])
    await window.runCommand('Muster: Open Dashboard')
    await eventually('its progress', async () => /sweep[^]*running[^]*25 %[^]*2 of 8/.test((await (await window.webview.find('muster-dashboard', '[data-list=runs]')).innerText()).replaceAll('\u00a0', ' ')))
    assert.equal(await (await window.webview.find('muster-dashboard', '[data-list=runs]')).locator('vscode-progress-bar').count(), 1)
    await window.screenshot('upkeep dashboard runs')
  })
})
