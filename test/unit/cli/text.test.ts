import assert from 'node:assert/strict'
import { lines, oneLine, safeJson, say } from '../../../src/cli/text/escape.js'
import { table, type Column } from '../../../src/cli/text/table.js'
import { ago, clock, left } from '../../../src/cli/text/time.js'
import { createUi } from '../../../src/cli/text/ui.js'
import { displayWidth, truncate } from '../../../src/cli/text/width.js'
import { agentsText } from '../../../src/cli/views/agents.js'
import { claimsText } from '../../../src/cli/views/claims.js'
import { decisionsText } from '../../../src/cli/views/decisions.js'
import { messagesText } from '../../../src/cli/views/messages.js'
import { cleanedText } from '../../../src/cli/views/upkeep.js'
import { now } from './fakeHost.js'
import { agentView, claimView, decisionView, messageView } from './samples.js'

const hostile = '\x1b[2J\x1b]0;owned\x07beta\r\nmuster: released\u202e\u200b\u009b31m\u2028x'
const plainUi = (columns: number): ReturnType<typeof createUi> => createUi({ isTTY: true, columns }, { NO_COLOR: '1' }, now)

describe('text of the command line', () => {
  it('names whom a clean-up takes off the lists, at most twenty of a kind', () => {
    const file = { count: 0, bytes: 0 }
    const removed = { agents: Array.from({ length: 23 }, (_, n) => `a${n}`), messages: ['m-1', 'm-2'], tasks: ['T-1'], errors: [], deliverables: [] }
    const result = { ok: true, dryRun: true, profile: 'default', keepDays: 0, total: 26, removed, files: { agents: { count: 2, bytes: 900 }, saves: file, runs: file, requests: file }, archived: false, kept: [], warnings: [] } as const
    assert.equal(cleanedText({ ...result, kept: [], warnings: [] }), [
      'Would clean up 23 agents, 2 messages and 1 task.',
      `  Agents: ${removed.agents.slice(0, 20).join(', ')} and 3 more`,
      '  Tasks: T-1',
      'Would remove files: 2 of agents (1 kB).',
    ].join('\n'))
  })

  describe('written by others', () => {
    it('becomes one line without control, invisible or direction-changing characters', () => {
      const safe = oneLine(hostile)
      assert.doesNotMatch(safe, /[\p{Cc}\p{Cf}\p{Zl}]/u)
      assert.match(safe, /^\\x1b\[2J\\x1b\]0;owned\\x07beta muster: released\\u\{202e\}\\u\{200b\}\\x9b31m x$/)
    })

    it('keeps its line feeds where several lines are shown, indented, so that none looks like ours', () => {
      assert.equal(lines('one\n\x1b[1mtwo\r\n\tthree\n', '  '), '  one\n  \\x1b[1mtwo\n    three')
    })

    it('cannot leave its place in a sentence', () => {
      assert.equal(say`locked by ${'a\nb'} since ${3}`, 'locked by a b since 3')
    })

    it('is the same value in JSON, and safe to look at there too', () => {
      const json = safeJson({ text: hostile, more: '👩‍💻 \u{e0041}\u2029' })
      assert.doesNotMatch(json, /[\p{Cc}\u200b\u202e\u2028\u2029\u{e0041}]/u)
      assert.deepEqual(JSON.parse(json), { text: hostile, more: '👩‍💻 \u{e0041}\u2029' })
    })

    it('is escaped in every view', () => {
      const ui = plainUi(120)
      const views = [
        claimsText([claimView({ resource: hostile, holderName: hostile, tree: hostile, message: hostile, waiters: [hostile] })], ui),
        agentsText([agentView({ name: hostile, currentTask: hostile, branch: hostile })], ui),
        decisionsText([decisionView({ title: hostile, category: hostile, proposerName: hostile, review: { by: 'x', byName: hostile, note: hostile, at: '' } })], ui),
        messagesText([messageView({ id: hostile, fromName: hostile, subject: hostile, body: hostile, checklist: [hostile, hostile], ticked: [{ step: 2, by: 'x', byName: hostile, at: '' }] })], false, ui),
      ]
      for (const view of views) {
        assert.doesNotMatch(view.replaceAll('\n', ''), /[\p{Cc}\p{Cf}\p{Zl}]/u)
        assert.doesNotMatch(view, /^muster:/m)
      }
    })
  })

  describe('table', () => {
    const rows = [
      claimView({ resource: 'packages/server/src/authentication/providers/github/callback.ts', message: 'rewriting the callback so that the state is checked', waiters: ['gamma', 'delta'] }),
      claimView({ resource: 'src/日本語/ファイル.ts', holderName: 'Ada Lovelace', mine: true, mode: 'shared', presence: 'overdue', stale: true, expiresAt: '2026-03-01T11:50:00.000Z' }),
      claimView({ resource: 'name:build', progress: undefined, presence: 'gone', stale: true }),
    ]
    for (const width of [60, 80, 120]) {
      it(`fits ${width} columns`, () => {
        const text = claimsText(rows, plainUi(width))
        for (const line of text.split('\n')) assert.ok(displayWidth(line) <= width, `${displayWidth(line)}: ${line}`)
        assert.equal(text.split('\n').length, 4)
        assert.match(text, /callback\.ts/)
        assert.match(text, /name:build/)
        assert.match(text, /28 min left/)
        assert.match(text, /holder gone/)
      })
    }

    it('is as wide as needed where nobody looks at it in a terminal', () => {
      const text = claimsText(rows, createUi({ isTTY: false }, {}, now))
      assert.match(text, /packages\/server\/src\/authentication\/providers\/github\/callback\.ts/)
      assert.doesNotMatch(text, /…|\x1b/)
    })

    it('leaves out columns that are empty, then those it can do without', () => {
      const columns: Column[] = [{ title: 'A' }, { title: 'EMPTY' }, { title: 'DROP', drop: 1 }]
      assert.equal(table(columns, [['one', '', 'two']], plainUi(40)), 'A    DROP\none  two')
      assert.equal(table(columns, [['a'.repeat(16), '', 'b'.repeat(16)]], plainUi(20)), `A\n${'a'.repeat(16)}`)
    })

    it('never breaks a line, however narrow', () => {
      const text = table([{ title: 'ONE' }, { title: 'TWO' }], [['x'.repeat(50), 'y'.repeat(50)]], plainUi(20))
      for (const line of text.split('\n')) assert.ok(displayWidth(line) <= 20)
    })
  })

  it('cuts text at either end by the columns it needs', () => {
    assert.equal(truncate('src/core/a.ts', 8), 'src/cor…')
    assert.equal(truncate('src/core/a.ts', 8, 'start'), '…re/a.ts')
    assert.equal(truncate('日本語', 5), '日本…')
    assert.equal(truncate('fits', 4), 'fits')
    assert.equal(displayWidth('e\u0301👍'), 3)
  })

  it('says times as people do', () => {
    assert.equal(left('2026-03-01T12:12:00.000Z', now), '12 min left')
    assert.equal(left('2026-03-01T11:57:00.000Z', now), 'over since 3 min')
    assert.equal(ago('2026-03-01T09:00:00.000Z', now), '3 h ago')
    const local = new Date(now)
    assert.equal(clock('2026-03-01T12:00:00.000Z', now), `${String(local.getHours()).padStart(2, '0')}:${String(local.getMinutes()).padStart(2, '0')}`)
    assert.match(clock(new Date(2025, 11, 31, 12).toISOString(), now), /^2025-12-31 12:00$/)
  })

  it('has colours on a terminal only, and not with NO_COLOR or a dumb one', () => {
    const painted = (isTTY: boolean, env: NodeJS.ProcessEnv): string => createUi({ isTTY }, env, now).paint('bad', 'x')
    assert.equal(painted(true, {}), '\x1b[31mx\x1b[39m')
    for (const [isTTY, env] of [[false, {}], [true, { NO_COLOR: '1' }], [true, { TERM: 'dumb' }]] as const) assert.equal(painted(isTTY, env), 'x')
  })
})
