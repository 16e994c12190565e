import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removeFolder } from '../../../scripts/removeFolder.js'
import type { Muster } from '../../../src/core/muster.js'
import { openMuster } from '../../../src/core/open.js'
import type { Command } from '../../../src/vscode/commands/context.js'
import { Screen, withEditor } from './editor.js'

interface Box {
  title: string
  validateInput: (text: string) => string | undefined
}

/** An editor whose inputs are answered in turn, and whose lists take what is ticked and what is named. */
class AskingScreen extends Screen {
  texts: string[] = []
  /** Labels that are chosen besides what is ticked, list by list; undefined dismisses. */
  chosen: (readonly string[] | undefined)[] = []
  readonly boxes: Box[] = []

  override get vscode(): unknown {
    const before = super.vscode as { window: object }
    return {
      ...before,
      window: {
        ...before.window,
        showInputBox: (box: Box) => {
          this.boxes.push(box)
          return Promise.resolve(this.texts.shift())
        },
        showQuickPick: (items: readonly { label: string; picked?: boolean }[], { title, canPickMany }: { title: string; canPickMany?: boolean }) => {
          this.shown.push({ how: 'pick', text: title, items })
          const labels = this.chosen.shift()
          const found = items.filter((item) => item.picked === true || labels?.some((label) => item.label.includes(label)))
          return Promise.resolve(labels && (canPickMany === true ? found : found[0]))
        },
      },
    }
  }
}

/** Commands on decisions, as a person gives them, with real records and a real repository. */
describe('commands on decisions', () => {
  let repo: string
  let screen: AskingScreen
  let me: Muster
  const git = (...args: string[]): string => execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', '-C', repo, ...args], { encoding: 'utf8' }).trim()

  beforeEach(async () => {
    repo = realpathSync(mkdtempSync(join(tmpdir(), 'muster-decisions-')))
    mkdirSync(join(repo, 'src'))
    git('init', '-q')
    screen = new AskingScreen()
    me = await openMuster({ folder: join(repo, '.muster'), agent: 'me', kind: 'person', root: repo })
  })
  afterEach(async () => {
    await me.close()
    removeFolder(repo)
  })

  async function give(name: string, argument?: unknown): Promise<void> {
    const commands = await withEditor<Record<string, Command>>('commands/decisions.ts', screen)
    await me.refresh()
    await commands[name]!({ window: { muster: me, writable: true, state: {} } } as unknown as Parameters<Command>[0], argument)
  }
  function commit(file: string, message: string): string {
    writeFileSync(join(repo, file), message)
    git('add', '.')
    git('commit', '-qm', message)
    return git('rev-parse', 'HEAD')
  }
  async function approved(): Promise<unknown> {
    await me.logDecision({ title: 'Cents', decision: 'Whole cents' })
    await me.reviewDecision('D-1', 'approved', '')
    return { target: { type: 'decision', id: 'D-1' } }
  }

  it('ask for reasons, alternatives, consequences and what a proposal is about', async () => {
    await me.claim('src/a.ts')
    screen.texts = ['Cents', 'Whole cents', 'Totals differ', 'Cut off; Round up ;', 'Old bills stay']
    screen.chosen = [['src/a.ts'], ['High impact']]
    await give('proposeDecision')
    const [{ title, decision, context, alternatives, consequences, resources, impact } = assert.fail()] = await me.listDecisions()
    assert.deepEqual({ title, decision, context, alternatives, consequences, resources, impact }, { title: 'Cents', decision: 'Whole cents', context: 'Totals differ', alternatives: ['Cut off', 'Round up'], consequences: ['Old bills stay'], resources: ['src/a.ts'], impact: 'high' })
    assert.deepEqual(screen.boxes.map((box) => box.title), [1, 2, 3, 4, 5].map((step) => `Propose a decision (${step} of 7)`))
  })

  it('propose with a title and a sentence, where Enter passes the rest, and nothing when somebody leaves', async () => {
    screen.texts = ['Cents', 'Whole cents', '', '', '']
    screen.chosen = [['Medium impact']]
    await give('proposeDecision')
    const [{ context, alternatives, consequences } = assert.fail()] = await me.listDecisions()
    assert.deepEqual([context, alternatives, consequences], ['', [], []])
    screen.texts = ['Another', 'One', '', '']
    await assert.rejects(give('proposeDecision'))
    assert.equal((await me.listDecisions()).length, 1)
  })

  it('say while somebody types what cannot be kept', async () => {
    screen.texts = ['Cents', 'Whole cents', '', '', '']
    screen.chosen = [['Medium impact']]
    await give('proposeDecision')
    const [title, decision, why] = screen.boxes.map(({ validateInput }) => validateInput)
    assert.equal(title!(' '), 'This cannot be empty.')
    assert.equal(title!('x'.repeat(2_003)), 'That is 3 characters too long.')
    assert.equal(decision!(''), 'This cannot be empty.')
    assert.equal(why!(''), undefined)
    assert.equal(why!('x'.repeat(100_001)), 'That is 1 character too long.')
    const { ask } = await withEditor<{ ask: (title: string, prompt: string) => Promise<string> }>('commands/context.ts', screen)
    screen.texts = ['any']
    await ask('Any line', 'Whatever it is')
    assert.equal(screen.boxes.at(-1)!.validateInput!('x'.repeat(2_001)), 'That is 1 character too long.')
  })

  it('offer by what a decision was implemented: commits that name it are ticked, newer files come first', async () => {
    const [, second] = [commit('src/old.ts', 'Begin'), commit('src/cents.ts', 'Whole cents (D-1)'), commit('src/new.ts', 'Something else')]
    writeFileSync(join(repo, 'src/open.ts'), 'not committed')
    const row = await approved()
    screen.chosen = [['src/cents.ts', 'src/open.ts']]
    await give('implementDecision', row)
    const items = screen.shown[0]!.items as { label: string; picked?: boolean; description?: string }[]
    assert.deepEqual(items.map(({ label }) => label.replace(/^\$\(.*?\) /, '')), ['Commits', 'Whole cents (D-1)', 'Something else', 'Begin', 'Files', 'src/open.ts', 'src/new.ts', 'src/cents.ts', 'src/old.ts'])
    assert.deepEqual(items.filter(({ picked }) => picked).map(({ label }) => label), ['$(git-commit) Whole cents (D-1)'])
    const [{ status, implemented } = assert.fail()] = await me.listDecisions()
    assert.deepEqual([status, implemented?.commits, implemented?.resources], ['implemented', [second], ['src/open.ts', 'src/cents.ts']])
  })

  it('mark as implemented at once where git has nothing to offer, and not where somebody leaves', async () => {
    const row = await approved()
    await give('implementDecision', row)
    assert.equal((await me.listDecisions())[0]!.status, 'implemented')
    assert.deepEqual(screen.shown.filter(({ how }) => how === 'pick'), [])
    await me.logDecision({ title: 'Next', decision: 'x' })
    await me.reviewDecision('D-2', 'approved', '')
    commit('src/a.ts', 'One')
    screen.chosen = [undefined]
    await assert.rejects(give('implementDecision', { target: { type: 'decision', id: 'D-2' } }))
    assert.equal((await me.listDecisions())[1]!.status, 'approved')
  })
})
