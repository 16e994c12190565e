import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from '../driver/eventually.js'
import type { Window } from '../driver/window.js'
import { ownWindow } from './ownWindow.js'
import { ProjectFiles } from './projectFiles.js'
import type { Repository } from './repository.js'

interface Plan { plan: { deliverable?: { title: string, owner: string }, phase?: { name: string }, phases: { name: string, acceptance: { text: string }[] }[] } }

/** Every way out of a finding that handoff.test.ts does not take, as a person takes it: Ctrl+. on its line. */
describe('quick fixes of what a handoff lacks', () => {
  let repository: Repository
  let window: Window
  let files: ProjectFiles
  ownWindow({
    agent: 'gamma',
    story: true,
    settings: { 'muster.notifications.minutes': 0 },
    prepare: async (made) => {
      made.write('STATUS.md', '# Our Shop\n\nWritten by hand.\n')
      await made.cli('gamma', ['task', 'add', '--title', 'stuff', '--priority', 'P0'])
      await made.cli('gamma', ['check-in', '--task', 'Totals'])
      made.git('add', '.')
      made.git('commit', '--quiet', '-m', 'by hand')
    },
  }, (opened) => {
    ({ repository, window } = opened)
    files = new ProjectFiles(repository, window)
  })

  const plan = async (): Promise<Plan['plan']> => (await repository.cli('gamma', ['plan', 'show']) as unknown as Plan).plan
  const says = (file: string, text: string): Promise<unknown> => eventually(`"${text}" in ${file}`, () => files.read(file).includes(text))
  /** Chooses a fix for the line that has a text. */
  const fixAt = (file: string, text: string, title: string): Promise<void> => files.fix(() => files.lineOf(file, text), title)

  it('have Muster keep a file that a person wrote, who loses nothing of it', async () => {
    await window.editor.open('STATUS.md')
    await window.runCommand('Muster: Check the Handoff')
    await window.notifications.waitFor('There is no DECISIONS.md, AGENTS.md yet.')
    await window.notifications.clear()
    await files.fix(1, 'Have Muster Keep STATUS.md…')
    await window.quickInput.waitFor('What is the project called?')
    for (const text of ['Shop', '', '']) await window.quickInput.typeText(text)
    await window.quickInput.pick('Write 3 Files')
    await eventually('the files', () => files.names().join() === 'AGENTS.md,DECISIONS.md,STATUS.md')
    await eventually('Muster\'s part below what was there', () => /^# Our Shop\n\nWritten by hand\.\n[^]*<!-- muster:begin [^]*\*\*Status File End\*\*/.test(files.read('STATUS.md')))
  })

  it('commit a file, and nothing else', async () => {
    repository.write('src/auth.ts', '// changed\n')
    await window.runCommand('Muster: Check the Handoff')
    await files.hasProblem('STATUS.md has changes that are not committed')
    await window.editor.open('STATUS.md')
    await files.fix(1, 'Commit STATUS.md…')
    await window.quickInput.waitFor('nothing but this file is committed')
    await window.quickInput.typeText('Status of the shop')
    await eventually('the commit', () => repository.git('log', '-1', '--format=%s', '--name-only').trim() === 'Status of the shop\n\nSTATUS.md')
    assert.match(repository.git('status', '--porcelain'), /^ M src\/auth\.ts$/m)
  })

  it('say what is to be done, and what is being made', async () => {
    await fixAt('STATUS.md', 'T-1 stuff', 'Say What Is to Be Done…')
    await eventually('what it is called now', async () => (await window.quickInput.ask()).value === 'stuff')
    await window.quickInput.typeText('Store orders')
    await says('STATUS.md', 'T-1 Store orders')
    await fixAt('STATUS.md', '## Current Deliverable', 'Say What Is Being Made…')
    await window.quickInput.typeText('The order store')
    await window.quickInput.waitFor('Who makes it?')
    await window.quickInput.typeText('gamma')
    await says('STATUS.md', '**Owner:** gamma')
    assert.equal((await plan()).deliverable?.title, 'The order store')
  })

  it('plan a phase, say when one is done, and go on to it', async () => {
    await fixAt('STATUS.md', '## Phase Plan', 'Plan a Phase…')
    await window.quickInput.waitFor('Name of the phase')
    await window.quickInput.typeText('Foundation')
    await window.quickInput.waitFor('at the end of "Foundation"')
    await window.quickInput.typeText('it builds')
    await says('STATUS.md', '- [ ] it builds')
    await repository.cli('gamma', ['plan', 'change', '--phase', 'Core'])
    await says('STATUS.md', '### Phase 1: Core')
    await files.hasProblem('It does not say when "Phase 1: Core" is done.')
    await fixAt('STATUS.md', '### Phase 1: Core', 'Say When It Is Done…')
    await window.quickInput.waitFor('at the end of "Core"')
    await window.quickInput.typeText('orders are stored')
    await says('STATUS.md', '- [ ] orders are stored')

    // Somebody wrote themselves into it. What is saved is kept beside, and the step is a decision.
    await files.current('STATUS.md')
    const line = files.lineOf('STATUS.md', '**Phase:**')
    await window.editor.goToLine(line)
    await window.page.keyboard.press('End')
    for (let at = 0; at < 'Phase 0 - Foundation'.length; at++) await window.page.keyboard.press('Backspace')
    await window.page.keyboard.insertText('Core of it all')
    await files.hasProblem('It says "Core of it all", but no decision leads there.')
    await files.fix(line, 'Go On to the Next Phase…')
    await window.quickInput.pick('Core')
    await window.quickInput.waitFor('Why now?')
    await window.quickInput.typeText('the shop stands')
    assert.match((await window.dialog.read()).message, /Not all that must be true is/)
    await window.dialog.press('Go On Anyway')
    await says('STATUS.md', '**Phase:** Phase 1 - Core')
    assert.equal((await plan()).phase?.name, 'Core')
    await says('DECISIONS.md', 'the shop stands')
    // What was typed and not saved is not needed any more.
    await window.runCommand('File: Revert File')
    await files.hasProblem('It says "Core of it all"', false)
  })

  it('ask an agent to lock what it changes, with what it needs to know', async () => {
    await says('STATUS.md', '- gamma: Totals (Scope: none)')
    await fixAt('STATUS.md', '- gamma: Totals', 'Ask gamma to Lock What It Changes…')
    await window.quickInput.waitFor('Message to gamma')
    await window.quickInput.typeText('Where do you work?')
    await window.quickInput.typeText('STATUS.md does not say.')
    for (const [field, text] of [['Context', 'Two of us change totals.'], ['Suggestion', 'Lock src/cart.ts.']] as const) {
      await window.quickInput.pick(field)
      await window.quickInput.waitFor('This may stay empty.')
      await window.quickInput.typeText(text)
      await eventually(`"${text}" beside ${field}`, async () => (await window.quickInput.rows()).some((row) => row.label === field && row.description === text))
    }
    await window.screenshot('message with sections')
    await window.quickInput.pick('Send')
    const sent = await eventually('the message', async () => (await repository.cli('gamma', ['inbox']) as { messages: { subject: string, body: string }[] }).messages.find(({ subject }) => subject === 'Where do you work?'))
    assert.equal(sent.body, 'STATUS.md does not say.\n\n## Context\n\nTwo of us change totals.\n\n## Suggestion\n\nLock src/cart.ts.')
  })

  it('take a slip over that was put right in the file, and bring an entry back', async () => {
    await repository.cli('gamma', ['decision', 'propose', '--title', 'Use tbas', '--decision', 'Indent with tbas'])
    await says('DECISIONS.md', 'Use tbas')
    const entry = 'Use tbas'
    await window.editor.open('DECISIONS.md')
    await eventually('the entry in the editor', async () => (await window.editor.visibleText()).includes(entry))
    const id = /^\*\*Number:\*\* (D-\d+)/m.exec(files.read('DECISIONS.md').slice(files.read('DECISIONS.md').indexOf(entry)))![1]!
    const line = files.lineOf('DECISIONS.md', entry)
    await window.editor.goToLine(line)
    await window.page.keyboard.press('End')
    for (let at = 0; at < 'tbas'.length; at++) await window.page.keyboard.press('Backspace')
    await window.page.keyboard.insertText('tabs')
    await files.hasProblem(`${id} says something else than was recorded as its title.`)
    await window.screenshot('slip in a decision')
    await files.fix(line, `It Was a Slip: Record What ${id} Says Here`)
    await eventually('the record', async () => (await repository.cli('gamma', ['decision', 'list']) as { decisions: { title: string }[] }).decisions.some(({ title }) => title === 'Use tabs'))
    await files.hasProblem(`${id} says something else than was recorded as its title.`, false)
    await files.current('DECISIONS.md')

    await window.editor.goToLine(line)
    await window.page.keyboard.press('End')
    await window.page.keyboard.insertText(' and spaces')
    await files.hasProblem(`${id} says something else than was recorded as its title.`)
    await files.fix(line, `Bring ${id} Back`)
    await eventually('the entry as it was', () => !files.read('DECISIONS.md').includes('and spaces') && files.read('DECISIONS.md').includes('Use tabs'))
    const kept = await eventually('the version that was kept', () => files.names().find((name) => name.startsWith('DECISIONS.md.yours-') && files.read(name).includes('and spaces')))
    assert.ok(existsSync(join(repository.root, kept)))
  })

  it('record a decision that was only written down', async () => {
    await files.current('DECISIONS.md')
    const line = files.lineOf('DECISIONS.md', '## 20')
    await window.editor.goToLine(line)
    await window.page.keyboard.insertText('## 2026-02-01: Ship on Fridays\n\n**Decision:** We ship on Fridays.\n\n---\n\n')
    await files.hasProblem('"Ship on Fridays" is there twice, or was never recorded.')
    await files.fix(line, 'Record It as a Proposed Decision')
    await eventually('the record', async () => (await repository.cli('gamma', ['decision', 'list']) as { decisions: { title: string, status: string }[] }).decisions.some(({ title, status }) => title === 'Ship on Fridays' && status === 'proposed'))
    await files.hasProblem('was never recorded', false)
    await eventually('its number in the file', () => /Ship on Fridays[^]*?\*\*Number:\*\* D-\d+/.test(files.read('DECISIONS.md')))
  })
})
