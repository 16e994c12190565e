import assert from 'node:assert/strict'
import type { Save, SavedTab, WindowContent } from '../../../src/core/model/save.js'
import { isWorthOffering, planRestore, type Present, type Step } from '../../../src/vscode/sessions/restorePlan.js'
import { inOrder } from '../../../src/vscode/sessions/saved.js'
import { sumOf } from '../../../src/vscode/sessions/textBases.js'
import type { SavedSession } from '../../../src/core/model/saveOperations.js'

const a: SavedTab = { kind: 'text', label: 'a.ts', uri: 'file:///r/a.ts', pinned: true }
const b: SavedTab = { kind: 'text', label: 'b.ts', uri: 'file:///r/b.ts', active: true, preview: true }
const c: SavedTab = { kind: 'text', label: 'c.ts', uri: 'file:///r/c.ts', active: true }
const draft: SavedTab = { kind: 'text', label: 'Untitled-1', uri: 'untitled:Untitled-1', dirty: true }
const nothing: Present = { groups: [], terminals: [], texts: new Map(), exists: () => true, trusted: true }

function saved(content: Partial<WindowContent>): Save {
  return { version: 1, id: 'x', savedAt: '', reason: 'timer', process: 'p', host: 'h', root: '/r', repositories: [], agents: [], claims: [], content: { folders: [], groups: [], unsaved: [], omitted: [], terminals: [], ...content } }
}
const told = (steps: readonly Step[]): string[] => steps.map((step) => [step.do, 'column' in step ? step.column : '', 'text' in step ? step.text.text : 'tab' in step ? step.tab.label : 'name' in step ? `${step.name} ${step.cwd ?? ''} ${step.command ?? ''}` : ''].join(' '))

describe('plan to restore a window', () => {
  it('opens editors by group in their order, shows the front ones, and last where the cursor was', () => {
    const layout = { orientation: 0 }
    const { steps, missing } = planRestore(saved({ layout, groups: [{ column: 1, active: true, tabs: [a, b] }, { column: 2, tabs: [c] }] }), nothing)
    assert.deepEqual(told(steps), ['layout  ', 'open 1 a.ts', 'open 1 b.ts', 'open 2 c.ts', 'show 2 c.ts', 'show 1 b.ts'])
    assert.deepEqual(missing, [])
  })

  it('does nothing where the editor has restored everything itself, and then offers nothing', () => {
    const groups = [{ column: 1, active: true, tabs: [a, b, draft] }]
    const plan = planRestore(saved({ groups, unsaved: [{ uri: draft.uri!, text: 'typed' }, { uri: a.uri!, text: 'new', base: '1' }], terminals: [{ name: 'bash', cwd: '/r' }], omitted: [{ uri: b.uri!, why: 'off' }] }), {
      ...nothing,
      groups: [{ column: 1, tabs: [a, { ...b, dirty: true }, draft] }],
      texts: new Map([[draft.uri!, { text: 'typed', dirty: true }], [a.uri!, { text: 'new', dirty: true, disk: '1' }]]),
      terminals: [{ name: 'bash' }],
    })
    assert.deepEqual(plan, { steps: [], missing: [] })
    assert.equal(isWorthOffering(plan), false)
    assert.equal(isWorthOffering(planRestore(saved({ terminals: [{ name: 'x' }] }), nothing)), false)
    assert.equal(isWorthOffering(planRestore(saved({ groups }), nothing)), true)
  })

  it('offers the saves of this window first, and behind all others what had nothing open', () => {
    const session = (id: string, window: string, editors: number): SavedSession => ({ id, window, savedAt: '', reason: 'timer', editors, groups: 1, unsaved: 0, omitted: 0, terminals: 0, agents: 1, claims: 1, repositories: [] })
    const newestFirst = [session('just begun', 'ann', 0), session('by a command', '', 0), session('bea', 'bea', 3), session('before the crash', 'ann', 2), session('older', 'ann', 1)]
    assert.deepEqual(inOrder(newestFirst, 'ann').map(({ id }) => id), ['before the crash', 'older', 'bea', 'just begun', 'by a command'])
  })

  it('puts unsaved text back over the file it was made from, and over nothing else', () => {
    const text = { uri: a.uri!, text: 'mine', base: 'before' }
    const of = (now: { text?: string; dirty: boolean; disk?: string } | undefined): [string[], string[]] => {
      const plan = planRestore(saved({ unsaved: [text] }), { ...nothing, texts: new Map(now ? [[a.uri!, now]] : []) })
      return [plan.steps.map((step) => step.do), plan.missing.map(({ why }) => why)]
    }
    assert.deepEqual(of({ dirty: false, disk: 'before' }), [['text'], []])
    assert.deepEqual(of({ text: 'x', dirty: false, disk: 'before' }), [['text'], []])
    assert.deepEqual(of({ text: 'mine', dirty: false, disk: 'mine' }), [[], []], 'it was saved since')
    assert.deepEqual(of({ dirty: false, disk: 'after' }), [['compare'], ['newer']], 'changed on disk')
    assert.deepEqual(of({ text: 'typed since', dirty: true, disk: 'before' }), [['compare'], ['newer']], 'changed in the editor')
    assert.deepEqual(of({ dirty: false }), [['untitled'], ['fileGone']])
    assert.deepEqual(of(undefined), [['untitled'], ['fileGone']])
    const unknown = planRestore(saved({ unsaved: [{ uri: a.uri!, text: 'mine' }] }), { ...nothing, texts: new Map([[a.uri!, { dirty: false, disk: 'x' }]]) })
    assert.deepEqual(unknown.steps.map((step) => step.do), ['compare'], 'what it was made from is not known')
  })

  it('shows a newer file beside unsaved text that the editor itself has brought back', () => {
    const of = (base: string | undefined, disk: string, dirty = true): [string[], string[]] => {
      const text = { uri: a.uri!, text: 'mine', ...(base !== undefined && { base }) }
      const plan = planRestore(saved({ unsaved: [text] }), { ...nothing, texts: new Map([[a.uri!, { text: 'mine', dirty, disk }]]) })
      assert.equal(isWorthOffering(plan), plan.steps.length > 0)
      return [plan.steps.map((step) => step.do), plan.missing.map(({ why }) => why)]
    }
    assert.deepEqual(of('before', 'after'), [['compareFile'], ['newer']])
    assert.deepEqual(of('before', 'before'), [[], []])
    assert.deepEqual(of('before', sumOf('mine')), [[], []], 'somebody has written the same')
    assert.deepEqual(of(undefined, 'after'), [['compareFile'], ['newer']], 'what it was made from is not known')
    assert.deepEqual(of('before', 'after', false), [[], []], 'it is not unsaved any more')
  })

  it('leaves comparisons in front', () => {
    const groups = [{ column: 1, tabs: [b, a] }]
    const { steps } = planRestore(saved({ groups, unsaved: [{ uri: b.uri!, text: 'mine', base: '1' }] }), { ...nothing, texts: new Map([[b.uri!, { dirty: false, disk: '2' }]]) })
    assert.deepEqual(steps.map((step) => step.do), ['open', 'open', 'show', 'compare'])
  })

  it('makes documents without a file anew once, in their group, and never over another text', () => {
    const unsaved = [{ uri: draft.uri!, text: 'typed' }]
    const groups = [{ column: 2, tabs: [draft] }]
    const steps = (texts: Present['texts']): string[] => told(planRestore(saved({ groups, unsaved }), { ...nothing, texts }).steps)
    assert.deepEqual(steps(new Map()), ['untitled 2 typed'])
    assert.deepEqual(steps(new Map([['untitled:Untitled-7', { text: 'typed', dirty: true }]])), [])
    assert.deepEqual(steps(new Map([[draft.uri!, { text: 'other', dirty: true }]])), ['compare  typed'])
    assert.deepEqual(steps(new Map([[draft.uri!, { text: '', dirty: false }]])), ['untitled 2 typed'])
  })

  it('says what is gone, what was not saved, and what no editor of files is', () => {
    const groups = [{ column: 1, tabs: [a, { kind: 'webview' as const, label: 'Preview' }, { kind: 'diff' as const, label: 'a ↔ b', original: a.uri!, uri: b.uri! }, { kind: 'other' as const, label: 'Chat' }] }]
    const { steps, missing } = planRestore(saved({ groups, omitted: [{ uri: c.uri!, why: 'off' }, { uri: b.uri!, why: 'limit' }] }), { ...nothing, exists: (uri) => uri !== a.uri })
    assert.deepEqual(steps, [])
    assert.deepEqual(missing.map(({ what, why }) => `${what} ${why}`), ['a.ts gone', 'Preview page', 'a ↔ b gone', 'Chat unknown', 'c.ts off', 'b.ts limit'])
  })

  it('makes terminals anew that are not there, and types only what cannot run by itself', () => {
    const terminals = [{ name: 'bash', cwd: '/r', command: 'npm test' }, { name: 'bash', cwd: '/r', command: 'a\nrm -rf x' }, { name: 'gone', cwd: '/gone', command: 'x\x03y' }, { name: 'there', cwd: '/r' }]
    const present: Present = { ...nothing, exists: (uri) => uri === '/r', terminals: [{ name: 'there', cwd: '/r' }, { name: 'bash', cwd: '/elsewhere' }] }
    const plan = planRestore(saved({ terminals }), present)
    assert.deepEqual(told(plan.steps), ['terminal  bash /r npm test', 'terminal  bash /r ', 'terminal  gone  '])
    assert.deepEqual(plan.missing.map(({ what, why }) => `${what} ${why}`), ['bash lines', 'gone folderGone', 'gone lines'])
    const restricted = planRestore(saved({ terminals }), { ...present, trusted: false })
    assert.deepEqual(restricted.steps.map((step) => 'command' in step), [false, false, false])
    assert.deepEqual(restricted.missing.map(({ why }) => why), ['restricted', 'restricted', 'folderGone', 'restricted'])
  })

  it('has nothing to do for a save without a window', () => {
    const { content: _, ...rest } = saved({})
    assert.deepEqual(planRestore(rest, nothing), { steps: [], missing: [] })
  })
})
