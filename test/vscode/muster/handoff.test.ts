import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from '../driver/eventually.js'
import type { Window } from '../driver/window.js'
import { ownWindow } from './ownWindow.js'
import { ProjectFiles } from './projectFiles.js'
import type { Repository } from './repository.js'

const PAGE = 'body.muster-document main h1'

describe('documents of the project', () => {
  let repository: Repository
  let window: Window
  let files: ProjectFiles
  ownWindow({ agent: 'gamma', settings: { 'muster.notifications.minutes': 0 } }, (opened) => {
    ({ repository, window } = opened)
    files = new ProjectFiles(repository, window)
  })

  async function inBothThemes(name: string): Promise<void> {
    const isLight = async (): Promise<boolean> => await window.page.locator('.monaco-workbench.vs').count() > 0
    for (const _ of ['light', 'dark']) {
      const before = await isLight()
      await window.screenshot(`${name} ${before ? 'light' : 'dark'}`)
      await window.runCommand('Preferences: Toggle between Light/Dark Themes')
      await eventually('the other theme', async () => await isLight() !== before)
    }
  }

  it('are made after a few questions, and shown before', async () => {
    const answer = async (): Promise<void> => {
      await window.runCommand('Muster: Create Documents…')
      await window.quickInput.waitFor('What is the project called?')
      for (const text of ['Shop', 'Foundation', 'it builds', '']) await window.quickInput.typeText(text)
      await window.quickInput.waitForRows('Write 3 Files')
    }
    await answer()
    assert.deepEqual(files.names(), [])
    await window.screenshot('create documents')
    await window.quickInput.pick('Cancel')
    assert.deepEqual((await repository.cli('gamma', ['plan', 'show']) as { plan: { phases: unknown[] } }).plan.phases, [])
    await answer()
    await window.quickInput.pick('Write 3 Files')
    await eventually('the files', () => files.names().join() === 'AGENTS.md,DECISIONS.md,STATUS.md')
    await eventually('STATUS.md to be shown', async () => (await window.editor.activeName()) === 'STATUS.md')
    assert.match(files.read('STATUS.md'), /### Phase 0: Foundation\n[^]*- \[ \] it builds/)
  })

  it('say in their lines what a handoff lacks, as they are edited, and offer what puts it right', async () => {
    repository.git('add', '.')
    repository.git('commit', '--quiet', '-m', 'documents')
    await window.runCommand('Muster: Check the Handoff')
    for (const text of ['There is no next P0.', 'It does not say what is being made now.', 'It does not say how many tests pass.']) await files.hasProblem(text)
    const row = (await files.problems()).find((one) => one.includes('how many tests pass'))
    assert.match(row!, new RegExp(`Ln ${files.lineOf('STATUS.md', '**Tests:**')}, Col 1`))
    await inBothThemes('handoff problems')

    await files.fix(() => files.lineOf('STATUS.md', '**Tests:**'), 'Enter the Number of Tests…')
    await window.quickInput.typeText('182/184')
    await eventually('the number in the file', () => files.read('STATUS.md').includes('182/184 passing'))
    await files.hasProblem('how many tests pass', false)
    await files.fix(() => files.lineOf('STATUS.md', '### P0'), 'Add a P0 Task…')
    await window.quickInput.typeText('Store orders')
    await eventually('the task in the file', () => files.read('STATUS.md').includes('T-1 Store orders'))
    await files.hasProblem('There is no next P0.', false)

    // Not saved, and found: the part is Muster's.
    await window.editor.goToLine(files.lineOf('STATUS.md', '**Lead Agent:**'))
    await window.page.keyboard.press('End')
    await window.page.keyboard.insertText(' and me')
    await files.hasProblem('Somebody changed the part that Muster keeps.')
    assert.ok(await window.editor.isDirty())
    await eventually('what was typed to be taken back', async () => {
      await window.page.keyboard.press('Control+Z')
      return !await window.editor.isDirty()
    })
    await files.hasProblem('Somebody changed the part that Muster keeps.', false)
  })

  it('keep beside them what a person wrote into Muster\'s part, and compare both', async () => {
    await window.editor.goToLine(files.lineOf('STATUS.md', '**Lead Agent:**'))
    await window.page.keyboard.press('End')
    await window.page.keyboard.insertText(' and me')
    await files.hasProblem('Somebody changed the part that Muster keeps.')
    await files.fix(() => files.lineOf('STATUS.md', '**Lead Agent:**'), 'Write Muster\'s Part Anew')
    const kept = await eventually('the kept version', () => files.names().find((name) => name.startsWith('STATUS.md.yours-')))
    assert.match(files.read(kept), /and me/)
    await eventually('the part of the file', () => !files.read('STATUS.md').includes('and me'))
    // Whichever writer came first says it: that of the command, or the one in the background, which keeps looking.
    await window.notifications.clickButton(/was changed (?:by hand|in the part that Muster writes)/, 'Compare')
    await window.notifications.waitFor('Is nothing missed of the version')
    await window.screenshot('kept version')
    await window.notifications.clickButton('Is nothing missed of the version', 'Remove It')
    await eventually('the kept version to go', () => !existsSync(join(repository.root, kept)))
  })

  it('tell once of a change that the writer kept, and of files that cannot be read, where that is', async () => {
    writeFileSync(join(repository.root, 'STATUS.md'), files.read('STATUS.md').replace('# Project Status', '# Our Status'))
    repository.write('.agent_status', 'AGENT_ID=delta\nSTATUS=IN_PROGRESS\nCOMPLETION_PCT=lots\n')
    await eventually('the writer to come by', async () => {
      await repository.cli('gamma', ['docs', 'write'])
      return files.names().some((name) => name.startsWith('STATUS.md.yours-'))
    })
    await window.notifications.waitFor('was changed in the part that Muster writes')
    await files.hasProblem('The other version is STATUS.md.yours-')
    await files.hasProblem('COMPLETION_PCT')
    assert.match((await files.problems()).find((row) => row.includes('COMPLETION_PCT'))!, /Ln 3/)
    await window.screenshot('document problems')
    repository.write('.agent_status', 'AGENT_ID=delta\nSTATUS=IN_PROGRESS\nCOMPLETION_PCT=40\n')
    await eventually('the problem to go', async () => {
      await repository.cli('gamma', ['docs', 'write'])
      return !(await files.problems()).some((row) => row.includes('COMPLETION_PCT'))
    })
    await window.notifications.clear()
  })

  it('are reported on in seven parts, as a page that shows texts of others as text', async () => {
    const hostile = '<img src=x onerror="globalThis.hit=1"> [a](command:workbench.action.quit)'
    await repository.cli('gamma', ['decision', 'propose', '--title', `Drop v0 ${hostile}`, '--category', 'breaking'])
    await window.tree.waitForRow('Decisions', /D-1 Drop v0.*breaking change/)
    await window.quickInput.runAndPick('Muster: Show Report…', 'Status Report')
    const page = await window.webview.frame(PAGE)
    await eventually('the report', async () => /Status report: Shop/.test(await page.locator('main h1').innerText()))
    assert.equal(await page.locator('main h2').count(), 7)
    const text = await page.locator('main').innerText()
    assert.ok(text.includes(`Approval needed: D-1 Drop v0 ${hostile}`), text)
    assert.deepEqual([await page.locator('main img').count(), await page.locator('main a:not([data-open])').count()], [0, 0])
    assert.deepEqual(await window.webview.seriousFindings(PAGE), [])
    await inBothThemes('report')
    await page.locator('header button', { hasText: 'Save As' }).click()
    await window.quickInput.waitFor('Save the report')
    await eventually('the name that is offered', async () => (await window.quickInput.ask()).value.includes('status-report'))
    await window.quickInput.saveAs('Save the report', join(repository.root, 'report.md'), () => existsSync(join(repository.root, 'report.md')) && /^## 7\. Next Actions/m.test(files.read('report.md')))
    await page.locator('main a', { hasText: 'D-1' }).first().click()
    await eventually('the decision', async () => (await (await window.webview.frame(PAGE)).locator('main h1').innerText()).startsWith('D-1 Drop v0'))
  })

  it('have a summary of a person\'s day', async () => {
    await window.runCommand('Muster: Write a Daily Summary…')
    await window.quickInput.waitFor('What was completed?')
    for (const text of ['the plan; the report', 'the shop', '', '', '']) await window.quickInput.typeText(text)
    const page = await window.webview.frame(PAGE)
    await eventually('the summary', async () => /the plan\s+the report\s+.*Next\s+the shop/is.test(await page.locator('main').innerText()))
    assert.match(await page.locator('main h1').innerText(), /^Maria, .* \(summary 1\)$/)
  })

  it('have gates: an agent\'s step to the next phase waits for a person, who finds it in the palette and the view', async () => {
    await repository.cli('gamma', ['plan', 'change', '--phase', 'Core', '--acceptance', 'orders are stored'])
    await repository.cli('gamma', ['plan', 'tick', 'Foundation', '1'])
    assert.equal((await repository.cli('gamma', ['plan', 'advance', '--note', 'all done'])).status, 'proposed')
    await window.runCommand('View: Show Muster')
    await window.tree.waitForRow('Decisions', /D-2 .*next phase/)
    await window.runCommand('Muster: Go On to the Next Phase…')
    const page = await window.webview.frame(PAGE)
    await eventually('the decision', async () => (await page.locator('main h1').innerText()).startsWith('D-2'))
    await page.locator('header button', { hasText: 'Approve' }).click()
    await window.quickInput.answer('Approve D-2', '')
    await eventually('the next phase', async () => (await repository.cli('gamma', ['plan', 'show']) as { plan: { phase: { name: string } } }).plan.phase.name === 'Core')
  })

  it('let a smoke test that takes long be cancelled where its progress shows, which ends it', async () => {
    const started = join(repository.root, '..', 'started')
    await window.runCommand('Muster: Resume as Lead…')
    await window.quickInput.pick('Another Command…')
    await window.quickInput.typeText(`echo $$ > '${started}'; exec sleep 600`)
    const pid = await eventually('the command', () => existsSync(started) && Number(readFileSync(started, 'utf8')))
    const told = await window.notifications.waitFor('Running the smoke test')
    assert.deepEqual(told.buttons, ['Cancel'])
    await window.screenshot('progress cancellable')
    await window.notifications.clickButton('Running the smoke test', 'Cancel')
    await eventually('its end', () => !existsSync(`/proc/${pid}`))
    await eventually('the progress to go', async () => (await window.notifications.all()).every(({ message }) => !message.includes('Running the smoke test')))
    await window.notifications.close()
  })

  it('tell a new lead where the work is, with the smoke test of their choice', async () => {
    await window.runCommand('Muster: Resume as Lead…')
    await window.quickInput.pick('Another Command…')
    await window.quickInput.typeText('echo no shop; exit 3')
    const page = await window.webview.frame(PAGE)
    await eventually('the page', async () => /Where Shop is/.test(await page.locator('main h1').innerText()))
    const text = await page.locator('main').innerText()
    for (const part of ['Next: T-1 Store orders (P0)', 'Phase: Core', 'STATUS.md:', 'failed with code 3', 'no shop', 'D-1 Drop v0']) assert.ok(text.includes(part), `${part} in ${text}`)
    assert.deepEqual(await window.webview.seriousFindings(PAGE), [])
    await inBothThemes('resume')
    await page.locator('header button', { hasText: 'Take the Lead' }).click()
    await eventually('the lead', async () => (await repository.cli('gamma', ['agent', 'show', 'maria']) as { agent: { role?: string } }).agent.role === 'lead')
    await eventually('the button to go', async () => await page.locator('header button', { hasText: 'Take the Lead' }).count() === 0)
    await window.reload(true)
    await eventually('the page after a reload', async () => /Where Shop is/.test(await (await window.webview.frame(PAGE)).locator('main h1').innerText()))
    await (await window.webview.frame(PAGE)).locator('main li li a', { hasText: 'STATUS.md' }).first().click()
    await eventually('the file in which something is missing', async () => (await window.editor.activeName()) === 'STATUS.md')
  })
})
