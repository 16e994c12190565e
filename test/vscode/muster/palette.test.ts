import { eventually } from '../driver/eventually.js'
import type { Window } from '../driver/window.js'
import { ownWindow } from './ownWindow.js'
import type { Repository } from './repository.js'

const STATUS = 'muster.status'

describe('by palette', () => {
  let repository: Repository
  let window: Window
  ownWindow({ agent: 'gamma' }, (opened) => ({ repository, window } = opened))

  it('a lock is kept longer, and handed off with a checkpoint', async () => {
    await window.editor.open('cart.ts')
    await window.runCommand('Muster: Lock This File')
    await window.tree.waitForRow('Locks', /cart\.ts · you/)
    await window.runCommand('Muster: Keep Lock Longer')
    await window.quickInput.pick('src/cart.ts')
    await window.quickInput.fill('soon')
    await window.quickInput.waitForMessage(/A number of minutes/)
    await window.quickInput.typeText('90')
    await eventually('90 minutes', async () => {
      const [claim] = (await repository.cli('gamma', ['claims']))['claims'] as { expiresAt: string }[]
      return Date.parse(claim!.expiresAt) > Date.now() + 80 * 60_000
    })
    await window.runCommand('Muster: Save Checkpoint')
    for (const [question, answer] of [['What is done', 'Totals'], ['What comes next', 'Rounding'], ['How can somebody see', 'npm test']] as const) {
      await window.quickInput.answer(question, answer)
    }
    await window.runCommand('Muster: Hand Off')
    await window.quickInput.pick('gamma')
    await window.quickInput.waitFor('What passes on?')
    await window.quickInput.confirm()
    await window.quickInput.answer('What is to be known?', 'Rounding is left')
    await window.tree.waitForRow('Locks', /cart\.ts · gamma/)
    await eventually('gamma to be told', async () => {
      const { messages } = (await repository.cli('gamma', ['inbox', '--peek'])) as { messages: { kind: string; body: string }[] }
      return messages.some(({ kind, body }) => kind === 'handoff' && body.includes('Rounding'))
    })
  })

  it('a lock of somebody is ended, who is told why', async () => {
    await window.runCommand('Muster: Force Release')
    await window.quickInput.pick('src/cart.ts')
    await window.quickInput.answer('is told this reason', 'Needed for the release')
    await eventually('no lock', async () => (await window.tree.rows('Locks')).length === 0)
    await eventually('gamma to be told', async () => {
      const { messages } = (await repository.cli('gamma', ['inbox', '--peek'])) as { messages: { subject: string; body: string }[] }
      return messages.some(({ subject, body }) => `${subject}\n${body}`.includes('Needed for the release'))
    })
  })

  it('somebody is asked for help', async () => {
    await window.runCommand('Muster: Ask for Help')
    await window.quickInput.pick('gamma')
    await window.quickInput.answer('With what?', 'Half even or half up?')
    await window.quickInput.answer('What have you tried?', '')
    await window.tree.waitForRow('Messages', /Half even or half up\?/)
  })

  it('a decision is implemented, and another takes its place', async () => {
    for (const title of ['Round half up', 'Round half even']) {
      const { id } = (await repository.cli('gamma', ['decision', 'propose', '--title', title, '--decision', 'As said'])) as { id: string }
      await window.tree.waitForRow('Decisions', new RegExp(title))
      await window.runCommand('Muster: Approve Decision')
      await window.quickInput.pick(`${id} ${title}`)
      await window.quickInput.answer(`Approve ${id}`, '')
      await eventually(`${id} approved`, async () => ((await repository.cli('gamma', ['decision', 'list']))['decisions'] as { id: string; status: string }[]).some((one) => one.id === id && one.status === 'approved'))
    }
    const status = async (id: string): Promise<string | undefined> => ((await repository.cli('gamma', ['decision', 'list']))['decisions'] as { id: string; status: string }[]).find((one) => one.id === id)?.status
    await window.runCommand('Muster: Mark Decision as Implemented')
    await window.quickInput.pick('D-1 Round half up')
    await window.quickInput.waitFor('By which commits and files?')
    await window.quickInput.confirm()
    await eventually('implemented', async () => await status('D-1') === 'implemented')
    await window.runCommand('Muster: Replace Decision')
    await window.quickInput.pick('D-1 Round half up')
    await window.quickInput.waitFor('Which decision takes the place of D-1?')
    await window.quickInput.pick('D-2 Round half even')
    await eventually('superseded', async () => await status('D-1') === 'superseded')
  })

  it('an error is logged', async () => {
    await window.runCommand('Muster: Log Error')
    await window.quickInput.answer('What went wrong?', 'Rounding differs')
    await window.quickInput.pick('High')
    await window.tree.waitForRow('Work', /Rounding differs/)
  })

  it('an agent that cannot say so is marked as done', async () => {
    await window.runCommand('Muster: Mark Agent as Done')
    await window.quickInput.pick('gamma')
    await eventually('done', async () => ((await repository.cli('beta', ['agent', 'list']))['agents'] as { id: string; status: string }[]).some((one) => one.id === 'gamma' && one.status === 'done'))
  })

  it('the menu leads on, and the window takes another name', async () => {
    await window.quickInput.runAndPick('Muster: Show Menu', 'Choose Who This Window Is')
    await window.quickInput.pick('New Name…')
    await window.quickInput.answer('A name the others see', 'Olga')
    await window.statusBar.waitFor(STATUS, 'Olga')
  })
})
