import assert from 'node:assert/strict'
import { eventually } from '../driver/eventually.js'
import type { Window } from '../driver/window.js'
import { ownWindow } from './ownWindow.js'
import type { Repository } from './repository.js'

describe('locking something else than a file', () => {
  let repository: Repository
  let window: Window
  ownWindow({ agent: 'gamma', settings: { 'muster.notifications.minutes': 0 } }, (opened) => ({ repository, window } = opened))

  it('takes what is typed and Enter, and says meanwhile what that would lock', async () => {
    await window.runCommand('Muster: Lock Something Else…')
    await window.quickInput.fill('port:70000')
    await window.quickInput.waitForMessage('A port is a number from 1 to 65535')
    await window.quickInput.fill('port:3000')
    await window.quickInput.waitForMessage('Port 3000, for all working trees')
    await window.screenshot('lock something else')
    await window.quickInput.confirm()
    await window.quickInput.waitFor('Lock port:3000')
    await window.screenshot('lock something else details')
    await window.quickInput.confirm()
    await window.tree.waitForRow('Locks', /^port:3000 · you · (30|29) min left/)
  })

  it('takes a pattern with what is said about it', async () => {
    await window.runCommand('Muster: Lock Something Else…')
    await window.quickInput.fill('src/api/**')
    await window.quickInput.waitForMessage('All files that match src/api/**')
    await window.quickInput.confirm()
    await window.quickInput.waitFor('Lock src/api/**')
    for (const ticked of ['With a note', 'With an estimate', 'Shared']) await window.quickInput.pick(ticked)
    await window.quickInput.confirm()
    await window.quickInput.answer('What do you need it for?', 'The new version')
    await window.quickInput.answer('For how many minutes will you need it?', '45')
    await window.tree.waitForRow('Locks', /^\*\* · you · (45|44) min left · shared · src\/api/)
    const { claims } = (await repository.cli('gamma', ['claims'])) as { claims: { resource: string; note?: string }[] }
    assert.equal(claims.find(({ resource }) => resource === 'src/api/**')?.note, 'The new version')
  })

  it('says who has it already, and waits in line', async () => {
    await repository.cli('gamma', ['claim', 'name:staging-db'])
    await window.runCommand('Muster: Lock Something Else…')
    await window.quickInput.typeText('name:staging-db')
    await window.quickInput.waitFor('Lock name:staging-db')
    await window.quickInput.confirm()
    await window.notifications.clickButton('gamma has locked name:staging-db', 'Wait')
    await window.notifications.waitFor('You are number 1 in line')
    await repository.cli('gamma', ['release', 'name:staging-db'])
    await eventually('the name to be theirs', async () => (await window.tree.rows('Locks')).some(({ label, description }) => label === 'name:staging-db' && description.startsWith('you')))
  })
})
