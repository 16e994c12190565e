import type { Window } from '../driver/window.js'
import { ownWindow } from './ownWindow.js'
import type { Repository } from './repository.js'

describe('tasks and errors', () => {
  let repository: Repository
  let window: Window
  ownWindow({ agent: 'gamma' }, (opened) => ({ repository, window } = opened))

  it('shows what an agent plans, and which task waits for which', async () => {
    await repository.cli('gamma', ['task', 'add', '--title', 'Totals in cents', '--priority', 'P0', '--phase', 'Checkout'])
    await repository.cli('gamma', ['task', 'add', '--title', 'Show the totals', '--phase', 'Checkout', '--depends-on', 'T-1'])
    await window.tree.waitForRow('Work', /Checkout · 0 of 2 done/)
    await window.tree.waitForRow('Work', /Totals in cents · P0/)
    await window.tree.waitForRow('Work', /Show the totals · P1 · after T-1/)
  })

  it('adds, starts and completes a task by palette and buttons', async () => {
    await window.runCommand('Muster: Add Task')
    await window.quickInput.answer('What is to be done?', 'Ship it')
    await window.quickInput.pick('P2')
    await window.quickInput.pick('No phase')
    await window.tree.waitForRow('Work', /Ship it · P2/)
    await window.tree.inlineAction('Work', 'Totals in cents', 'Start Task')
    await window.tree.waitForRow('Work', /Totals in cents · P0 · you/)
    await window.tree.inlineAction('Work', 'Totals in cents', 'Complete Task')
    await window.quickInput.answer('A note for the others', 'Rounded half even')
    await window.tree.waitForRow('Work', /Checkout · 1 of 2 done/)
    // Free now for whoever is next.
    const { task } = (await repository.cli('gamma', ['task', 'next'])) as { task: { title: string } }
    if (task.title !== 'Show the totals') throw new Error(task.title)
    await window.screenshot('work tasks')
  })

  it('counts errors of agents, and resolves them', async () => {
    for (let n = 0; n < 3; n++) await repository.cli('gamma', ['error', 'log', '--message', 'Rounding differs', '--severity', 'high'])
    await window.tree.waitForRow('Work', /Rounding differs · 3 times · gamma/)
    await window.tree.inlineAction('Work', 'Rounding differs', 'Resolve Error')
    await window.quickInput.answer('How was it put right?', 'Cents are whole now')
    await window.tree.waitForRow('Work', /Errors · none open/)
    await window.screenshot('work errors')
  })
})
