import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../../../scripts/projectRoot.js'
import { eventually } from '../driver/eventually.js'
import { VsCode } from '../driver/vsCode.js'
import type { Window } from '../driver/window.js'
import { cli, Repository } from './repository.js'
import { oneStory } from './story.js'

const names = ['one', 'two', 'three', 'four'] as const
const TOTAL = 6
const template = [process.execPath, join(projectRoot, 'test', 'vscode', 'fixture', 'agent', 'items.mjs'), cli, String(TOTAL), '{briefFile}']
const settings = { 'muster.deploy.commands': { items: template }, 'muster.notifications.minutes': 0, 'muster.session.unsavedText': true }

interface Shown {
  status: string
  progress?: number
  presence: string
  deployment?: { phase: string; kept: boolean; process?: { pid: number }; keeper?: { pid: number } }
  checkpoint?: { next: string }
}

/** Four agents that write one line after the other, as far as they are let, and go on where their checkpoint says. */
class Four {
  readonly repository = new Repository()

  constructor() {
    mkdirSync(join(this.repository.root, 'work'))
  }

  allow(item: number): void {
    writeFileSync(join(this.repository.root, 'work', 'allowed'), String(item))
  }

  async shown(name: string): Promise<Shown> {
    const { agent, checkpoint } = (await this.repository.cli('maria', ['agent', 'show', name])) as { agent?: Shown; checkpoint?: Shown['checkpoint'] }
    return { ...agent!, ...(checkpoint && { checkpoint }) }
  }

  lines(name: string): string[] {
    const file = join(this.repository.root, 'work', `${name}.txt`)
    return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []
  }

  /** Until these have done so many items, and saved that. */
  async until(who: readonly string[], item: number): Promise<void> {
    for (const name of who) {
      await eventually(`${name} to do item ${item}`, () => this.lines(name).length >= item)
      await eventually(`${name} to save that`, () => this.log(name).includes(`${name} has done item ${item}`))
    }
  }

  log(name: string): string {
    const file = join(this.repository.folder, 'agents', name, 'log.txt')
    return existsSync(file) ? readFileSync(file, 'utf8') : ''
  }

  async pids(who: readonly string[]): Promise<number[]> {
    const shown = await Promise.all(who.map((name) => this.shown(name)))
    return shown.flatMap(({ deployment }) => [deployment!.keeper!.pid, deployment!.process!.pid])
  }

  /** Every item once, in order: nothing was lost, nothing done again. */
  assertAllDone(): void {
    for (const name of names) assert.deepEqual(this.lines(name), Array.from({ length: TOTAL }, (_, n) => `item ${n + 1}`), name)
  }

  private get saves(): string[] {
    const folder = join(this.repository.folder, 'sessions', 'maria')
    return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')).sort().map((name) => join(folder, name)) : []
  }

  get newestSave(): string | undefined {
    return this.saves.at(-1)
  }

  unsaved(): string[] {
    if (this.newestSave === undefined) return []
    return (JSON.parse(readFileSync(this.newestSave, 'utf8')) as { content?: { unsaved: { text: string }[] } }).content?.unsaved.map(({ text }) => text).sort() ?? []
  }

  async stop(): Promise<void> {
    for (const name of names) await this.repository.cli('maria', ['agent', 'stop', name])
    this.repository.remove()
  }
}

const typed = ['// src/cart.ts\n// typed and not saved\n', 'only in my head']

async function type(window: Window, four: Four): Promise<void> {
  // What is typed before the window has begun to save could only be shown beside the file: what it was made from is not known.
  await window.editor.open('auth.ts')
  await eventually('the first save', () => four.newestSave !== undefined)
  await window.editor.open('cart.ts')
  await window.editor.typeAtEnd('// typed and not saved\n')
  await window.editor.typeUntitled('only in my head')
  await eventually('a save with what was typed', () => JSON.stringify(four.unsaved()) === JSON.stringify(typed))
}

async function assertTyped(window: Window): Promise<void> {
  await window.editor.open('cart.ts')
  await eventually('what was typed', async () => (await window.editor.visibleText()).includes('// typed and not saved') && window.editor.isDirty())
  const untitled = await eventually('an editor without a file', async () => (await window.editor.tabs()).find((tab) => /^Untitled/.test(tab)))
  await window.page.locator(`.part.editor .tab[data-resource-name="${untitled}"]`).first().click()
  await eventually('what was typed into no file', async () => (await window.editor.visibleText()).includes('only in my head'))
}

async function startAgain(window: Window, name: string): Promise<void> {
  await window.runCommand('Muster: Recover Agents…')
  await window.quickInput.pick(name)
  await window.quickInput.pick('Start It Again')
}

describe('four deployed agents, when the extension host is killed and two of them are', () => {
  let four: Four
  let code: VsCode
  let window: Window
  let deployed: Shown[]

  before(async () => {
    four = new Four()
    await four.repository.cli('gamma', ['startup'])
    await four.repository.cli('gamma', ['agent', 'complete', 'gamma'])
    four.allow(3)
    code = await VsCode.start({ settings })
    window = await code.openWindow(four.repository.root)
    await window.runCommand('View: Show Muster')
    await window.tree.waitForRow('Agents', /Maria/)
  })
  oneStory(() => code)
  after(async () => {
    await four?.stop()
    await code?.stop()
  })

  it('four are deployed from the palette, and work', async () => {
    for (const name of names) {
      await window.runCommand('Muster: Deploy Agent…')
      await window.quickInput.pick('items')
      await window.quickInput.answer('What is it called?', name)
      await window.quickInput.answer('What is it to do?', `the items of ${name}`)
      await window.quickInput.pick('In the Background')
      await window.tree.waitForRow('Agents', new RegExp(`${name} · the items`))
    }
    await four.until(names, 3)
    deployed = await Promise.all(names.map((name) => four.shown(name)))
    assert.deepEqual(deployed.map(({ status, deployment }) => [status, deployment?.phase, deployment?.kept]), names.map(() => ['working', 'running', true]))
    await type(window, four)
    await window.screenshot('four agents')
  })

  it('all four are found by the next window: two are followed on, state and log, two are offered to be resumed', async () => {
    const dead = await four.pids(['three', 'four'])
    await window.crash()
    for (const pid of dead) process.kill(pid, 'SIGKILL')
    // Nobody looks, and those alive go on.
    four.allow(4)
    await four.until(['one', 'two'], 4)
    assert.deepEqual(['three', 'four'].map((name) => four.lines(name).length), [3, 3])
    window = await code.openWindow(four.repository.root)
    await window.notifications.waitFor('2 incomplete agents: 2 working, 2 L1')
    await window.runCommand('View: Show Muster')
    for (const name of names) await window.tree.waitForRow('Agents', new RegExp(`^${name} · `))
    const now = await Promise.all(names.map((name) => four.shown(name)))
    assert.deepEqual(now.map(({ status, presence }) => [status, presence]), [['working', 'live'], ['working', 'live'], ['working', 'gone'], ['working', 'gone']])
    assert.deepEqual(now.slice(0, 2).map(({ deployment }) => deployment?.process?.pid), deployed.slice(0, 2).map(({ deployment }) => deployment?.process?.pid))
    await window.tree.inlineAction('Agents', /^one · /, 'Show Agent\'s Log')
    const shows = (text: string): Promise<boolean> => eventually(`"${text}" in the log`, async () => (await window.page.locator('.output-view, .panel').allInnerTexts()).some((all) => all.replaceAll('\u00a0', ' ').includes(text)))
    await shows('one has done item 4')
    four.allow(5)
    await shows('one has done item 5')
    await window.tree.waitForRow('Agents', /^one · .*83 %/)
    await window.screenshot('four agents followed')
  })

  it('nothing that was typed is lost', async () => {
    await assertTyped(window)
  })

  it('the two go on from their checkpoints when they are resumed, and all four come to their end', async () => {
    await window.notifications.clickButton('2 incomplete agents', 'Review')
    const rows = await window.quickInput.waitForRows('three')
    assert.deepEqual(rows.map(({ label }) => label).sort(), ['four', 'three'])
    for (const { description, detail } of rows) {
      assert.match(description, /working · L1 · 50 %/)
      assert.match(detail, /next: item 4 .*go on at its checkpoint/)
    }
    await window.screenshot('four agents review')
    await window.quickInput.pick('three')
    await window.quickInput.pick('Start It Again')
    await startAgain(window, 'four')
    for (const name of ['three', 'four']) await eventually(`${name} to go on`, () => four.log(name).includes(`${name} begins with item 4`))
    four.allow(TOTAL)
    for (const name of names) await eventually(`${name} to be done`, async () => (await four.shown(name)).status === 'done')
    four.assertAllDone()
  })
})

describe('four deployed agents, when the battery dies', () => {
  let four: Four
  let code: VsCode
  let window: Window

  before(async () => {
    four = new Four()
    four.allow(3)
    for (const name of names) await four.repository.cli('boss', ['deploy', '--name', name, '--level', 'L2', '--brief', `the items of ${name}`, '--', ...template])
    code = await VsCode.start({ settings })
    window = await code.openWindow(four.repository.root)
    await window.statusBar.waitFor('muster.status', 'Maria')
  })
  oneStory(() => code)
  after(async () => {
    await four?.stop()
    await code?.stop()
  })

  it('all processes of the machine are gone at once, and the next start tells of all four', async () => {
    await type(window, four)
    await four.until(names, 3)
    await code.powerOff(await four.pids(names))
    four.allow(TOTAL)
    await code.powerOn()
    window = await code.openWindow(four.repository.root)
    await window.notifications.waitFor('4 incomplete agents: 4 working, 4 L2')
    for (const name of names) assert.deepEqual([(await four.shown(name)).presence, four.lines(name).length], ['gone', 3])
    await window.screenshot('battery notice')
  })

  it('what was typed comes back', async () => {
    const saved = four.newestSave
    await window.notifications.clickButton('This window did not close as it should.', 'Recover…')
    // Whoever opens a file while it is put back is shown both beside each other: first all of it is there, and saved again.
    await eventually('all of it', () => four.newestSave !== saved && JSON.stringify(four.unsaved()) === JSON.stringify(typed))
    await assertTyped(window)
    assert.equal(readFileSync(join(four.repository.root, 'src', 'cart.ts'), 'utf8'), '// src/cart.ts\n')
  })

  it('each goes on from its checkpoint, and comes to its end', async () => {
    for (const name of names) await startAgain(window, name)
    for (const name of names) await eventually(`${name} to be done`, async () => (await four.shown(name)).status === 'done')
    four.assertAllDone()
  })
})
