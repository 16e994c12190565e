import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../../../scripts/projectRoot.js'
import { eventually } from '../driver/eventually.js'
import type { Window } from '../driver/window.js'
import { ownWindow } from './ownWindow.js'
import type { Repository } from './repository.js'

const sweep = join(projectRoot, 'test', 'multiprocess', 'runs', 'sweep.py')
const RUN = '2025-12-29_15-30_sweep'

describe('runs', () => {
  let repository: Repository
  let window: Window
  let child: ChildProcess | undefined
  ownWindow({ agent: 'gamma', end: () => void child?.kill('SIGKILL') }, (opened) => ({ repository, window } = opened))

  it('shows the run of a program that knows nothing of Muster, and moves with it', async () => {
    child = spawn('python3', [sweep, join(repository.root, 'experiments', RUN), 'executor_01', '8', '2'], { stdio: 'ignore' })
    await window.tree.waitForRow('Work', /Runs · 1 running/)
    await window.tree.waitForRow('Work', /sweep · ███░+ 25 % · .* left · running · executor_01/)
    await window.tree.waitForRow('Locks', /2025-12-29_15-30_sweep/)
    await window.screenshot('runs live')
    repository.write('experiments/go', '')
    await window.tree.waitForRow('Work', /^Runs · 1\n/)
    await window.tree.expand('Work', (row) => row.label === 'Runs')
    await window.tree.expand('Work', (row) => row.label === 'Completed runs')
    await window.tree.waitForRow('Work', /sweep · completed · executor_01/)
    // Only looked at so far.
    if (existsSync(join(repository.root, 'experiments', 'REGISTRY.md'))) throw new Error('the window has made a registry')
  })

  it('shows one that died, from which item it can be resumed, and sets it aside', async () => {
    const folder = join(repository.root, 'experiments', '2025-12-30_09-00_long')
    repository.git('clean', '-fdq', 'experiments/go')
    child = spawn('python3', [sweep, folder, 'executor_02', '8', '3'], { stdio: 'ignore' })
    await window.tree.waitForRow('Work', /long · ████░+ 38 % · .* left · running · executor_02/)
    child.kill('SIGKILL')
    await window.tree.waitForRow('Work', /long · failed · resumable from item 4 · 38 % · executor_02/)
    await window.tree.waitForRow('Work', /Runs · 1 to recover/)
    await window.screenshot('runs dead')
    await window.tree.inlineAction('Work', 'long', 'Recover Run')
    await window.tree.waitForRow('Work', /Runs · 2/)
    await eventually('the run to be set aside', () => /STATUS=failed\nPROGRESS=3\/8\n/.test(readFileSync(join(folder, '.ERROR'), 'utf8')) && !existsSync(join(folder, '.LOCK')))
    await eventually('its row', () => /2025-12-30_09-00_long \| ❌ Failed, resumable from item 4 \|/.test(readFileSync(join(repository.root, 'experiments', 'REGISTRY.md'), 'utf8')))
    await window.screenshot('runs recovered')
  })
})
