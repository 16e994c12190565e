import assert from 'node:assert/strict'
import type { AgentView, ClaimView } from '../../../src/core/model/operations.js'
import type { PlanView } from '../../../src/core/model/planOperations.js'
import { listsOf } from '../../../src/vscode/dashboard/lists.js'
import { speak } from '../../../src/vscode/l10n.js'
import { TaskTotals } from '../../../src/vscode/taskTotals.js'
import { agentRows } from '../../../src/vscode/views/agentRows.js'
import { decisionRows } from '../../../src/vscode/views/decisionRows.js'
import { locksByFolder, lockRows } from '../../../src/vscode/views/lockRows.js'
import { messageRows } from '../../../src/vscode/views/messageRows.js'
import type { Row } from '../../../src/vscode/views/row.js'
import { workRows } from '../../../src/vscode/views/workRows.js'
import { agent, claim, decision, error, message, minutesAgo, now, task, world } from './fakes.js'

describe('rows of the views', () => {
  describe('agents', () => {
    it('puts me first, then people, then agents, and what left without locks last', () => {
      const rows = agentRows(world({
        agents: [
          agent({ id: 'zoe', presence: 'gone' }),
          agent({ id: 'copilot-1' }),
          agent({ id: 'bea', kind: 'person' }),
          agent({ id: 'old', presence: 'gone', claims: ['a.ts'] }),
          agent({ id: 'me', kind: 'person', me: true }),
        ],
      }), now)
      assert.deepEqual(rows.map((row) => row.id), ['me', 'bea', 'copilot-1', 'old', '(away)'])
      assert.deepEqual(rows.at(-1)!.children!.map((row) => row.id), ['zoe'])
    })

    it('puts whoever needs somebody right after me, however many are here, with whom they work for, and says why', () => {
      const many = Array.from({ length: 1_000 }, (_, n) => agent({ id: `copilot-${n}` }))
      const rows = agentRows(world({
        agents: [
          ...many,
          agent({ id: 'z-blocked', status: 'blocked', blocker: 'no key' }),
          agent({ id: 'z-asks' }),
          agent({ id: 'z-errs' }),
          agent({ id: 'z-failed', status: 'failed' }),
          agent({ id: 'z-mended' }),
          // What is cleared is an empty text; who wrote where another holds goes on; who is done needs nobody.
          agent({ id: 'z-cleared', blocker: '', message: 'goes on' }),
          agent({ id: 'z-conflict' }),
          agent({ id: 'z-done', status: 'done', blocker: 'no key' }),
          agent({ id: 'z-lead' }),
          agent({ id: 'z-sub', parent: 'z-lead', status: 'blocked' }),
          agent({ id: 'a-sub', parent: 'z-lead' }),
          agent({ id: 'z-gone', presence: 'gone', status: 'failed', claims: ['a.ts'] }),
          agent({ id: 'bea', kind: 'person' }),
          agent({ id: 'me', kind: 'person', me: true }),
        ],
        helpRequests: [message({ id: 'm1', from: 'z-asks', kind: 'help' }), message({ id: 'm2', from: 'z-gone', kind: 'help' })],
        errors: [error({ number: 1, agent: 'z-errs' }), error({ number: 2, agent: 'z-mended', status: 'resolved' }), error({ number: 3, agent: 'z-conflict', kind: 'conflict' }), error({ number: 4, agent: 'z-done' })],
      }), now)
      // Who is gone cannot go on either, but nobody here waits for that.
      assert.deepEqual(rows.slice(0, 9).map(({ id }) => id), ['me', 'z-asks', 'z-blocked', 'z-errs', 'z-failed', 'z-lead', 'z-gone', 'bea', 'copilot-0'])
      assert.match(rows.find(({ id }) => id === 'z-cleared')!.description, /goes on$/)
      assert.deepEqual(rows[5]!.children!.map(({ id }) => id), ['z-sub', 'a-sub'])
      assert.match(rows[1]!.description, /^asks for help · /)
      assert.match(rows[3]!.description, /^has an error · /)
      assert.match(rows[2]!.description, /^blocked: no key · /)
      assert.match(rows[4]!.description, /^failed · /)
      assert.match(rows[5]!.children![0]!.description, /^blocked · /)
      assert.doesNotMatch(rows.find(({ id }) => id === 'z-done')!.description, /blocked/)
      assert.deepEqual(rows.slice(1, 6).map(({ color }) => color), [...Array<string>(3).fill('problemsWarningIcon.foreground'), 'problemsErrorIcon.foreground', 'charts.green'])
    })

    it('counts large numbers as people of the editor\'s language write them', () => {
      const agents = Array.from({ length: 12_345 }, (_, n) => agent({ id: `a-${n}`, presence: 'gone' }))
      const numberOfAway = (): string => agentRows(world({ agents }), now).at(-1)!.description
      assert.equal(numberOfAway(), '12,345')
      speak('de')
      assert.equal(numberOfAway(), '12.345')
      speak()
    })

    it('says how far, what, how many locks and when, and that it is me', () => {
      const [row] = agentRows(world({ agents: [agent({ id: 'me', me: true, kind: 'person', progress: 60, message: 'fix login', claims: ['a', 'b'] })] }), now)
      assert.equal(row!.description, 'you · 60 % · 2 locks · fix login')
      assert.equal(row!.kind, 'agent.me')
      assert.match(row!.spoken, /person.*working/)
    })

    it('cuts off what is very long in a tooltip, so that what stands below is seen', () => {
      const long = 'word '.repeat(80)
      const [row] = agentRows(world({ agents: [agent({ id: 'x', message: long, currentTask: long, nextTask: long, blocker: long, lastTest: long, brief: long, status: 'failed', error: long })] }), now)
      const lengths = row!.tooltip.lines.map(([, text]) => text.length)
      assert.equal(lengths.filter((length) => length > 190).length, 7)
      assert.ok(Math.max(...lengths) <= 200, lengths.join(' '))
    })

    it('says of an agent that Muster started how its process fares; one that has ended can be started again', () => {
      const deployment = { number: 3, background: true, kind: 'other', readOnly: false, scopes: [], restart: 'on-failure' as const, maxRestarts: 3, by: 'me', madeAt: '', kept: true }
      const exit = { code: 3, signal: null, known: true, tail: [] }
      const rows = agentRows(world({
        agents: [
          agent({ id: 'a', deployment: { ...deployment, phase: 'running', restarts: 1, process: { pid: 42, start: '1', boot: 'b', machine: 'm', host: 'h' } } }),
          agent({ id: 'b', claims: ['x'], deployment: { ...deployment, phase: 'ended', restarts: 0, exit } }),
          agent({ id: 'c', deployment: { ...deployment, phase: 'running', restarts: 0, kept: false } }),
        ],
      }), now)
      assert.deepEqual(rows.map(({ kind }) => kind), ['agent.running', 'agent.ended', 'agent.running'])
      const texts = rows.map(({ tooltip }) => JSON.stringify(tooltip))
      assert.match(texts[0]!, /process 42 · started again once/)
      assert.match(texts[1]!, /ended with code 3/)
      assert.match(texts[2]!, /nobody looks after it/)
    })

    it('tells agents apart by what they were first asked, else by their terminal, which a click shows', () => {
      const agents = [agent({ id: 'copilot-1', brief: 'fix login', currentTask: 'fix login' }), agent({ id: 'claude-1' }), agent({ id: 'claude-2', brief: 'tidy up', message: 'half done' })]
      const rows = agentRows(world({ agents }), now, new Map([['claude-1', 'zsh'], ['claude-2', 'bash']]))
      assert.deepEqual(rows.map(({ label, description, kind, click }) => [label, description, kind, click]), [
        ['claude-1', 'zsh · 2 min ago', 'agent.terminal', 'muster.showTerminal'],
        ['claude-2', 'tidy up · 2 min ago · half done', 'agent.terminal', 'muster.showTerminal'],
        ['copilot-1', 'fix login · 2 min ago', 'agent.other', undefined],
      ])
    })

    it('shows below an agent what it works on, what went wrong last, its locks and its last checkpoint', () => {
      const checkpoint = { done: 'parser', next: 'tests', files: [], verify: 'npm test', notes: '', savedAt: minutesAgo(7) }
      const shown = world({
        agents: [agent({ id: 'bea', claims: ['src/a.ts', 'port:3000'] })],
        claims: [claim({ resource: 'src/a.ts', progress: 40 }), claim({ resource: 'port:3000', kind: 'name' }), claim({ resource: 'b.ts', heldBy: 'cy' })],
        tasks: [task({ number: 1, status: 'started', worker: 'bea', startedAt: minutesAgo(9) }), task({ number: 2 })],
        errors: [error({ number: 1, message: 'Older', lastAt: minutesAgo(9) }), error({ number: 2, message: 'It broke' }), error({ number: 3, status: 'resolved' })],
        checkpoints: new Map([['bea', checkpoint]]),
      })
      const [row] = agentRows(shown, now)
      assert.equal(row!.expanded, false)
      assert.deepEqual(row!.children!.map(({ label, description, kind }) => [label, description, kind]), [
        ['Task 1', 'task · P1 · 9 min ago', 'task.started'],
        ['It broke', 'last error · 4 min ago', 'error.open'],
        ['port:3000', '28 min left', 'lock.other+name'],
        ['a.ts', '40 % · 28 min left · src', 'lock.other'],
        ['tests', 'last checkpoint · 7 min ago', 'checkpoint'],
      ])
      assert.equal(new Set(row!.children!.map(({ id }) => id)).size, 5)
    })

    it('has the looks below an agent that they have in their own views, and says why it failed', () => {
      const me = agent({ id: 'me', me: true })
      const shown = world({
        me,
        agents: [me, agent({ id: 'bea', status: 'failed', error: 'ran out of tokens' })],
        claims: [claim({ resource: 'a.ts', tree: '.', eta: new Date(now + 40 * 60_000).toISOString() }), claim({ resource: 'a.ts', tree: 'feat-x', branch: 'feat-x', heldBy: 'me', mine: true })],
        errors: [error({ number: 1, agent: 'bea', severity: 'low' })],
      })
      const bea = agentRows(shown, now).find(({ id }) => id === 'bea')!
      const [failure, lock] = bea.children!
      const [inWork] = workRows(shown, now)[0]!.children!
      const inLocks = lockRows(shown, now).find(({ target }) => target.type === 'lock' && target.heldBy === 'bea')!
      assert.deepEqual([failure!.icon, failure!.color], [inWork!.icon, inWork!.color])
      assert.deepEqual([lock!.icon, lock!.color, lock!.tooltip], [inLocks.icon, inLocks.color, inLocks.tooltip])
      assert.match(lock!.description, /also changing on feat-x/)
      const lines = new Map(bea.tooltip.lines.map(([name, value]) => [name, value]))
      assert.equal(lines.get('Error'), 'ran out of tokens')
      assert.equal(new Map(lock!.tooltip.lines.map(([name, value]) => [name, value])).get('Expected done'), 'in 40 min')
    })

    it('says when it last did something, whatever its program says, and that it is quiet where it should have checked in', () => {
      const told = (fields: Partial<AgentView>): string => agentRows(world({ agents: [agent({ id: 'bea', seenAt: minutesAgo(1), ...fields })] }), now)[0]!.description
      assert.equal(told({ workedAt: minutesAgo(4) }), '4 min ago')
      assert.equal(told({ workedAt: minutesAgo(14) }), '14 min ago')
      assert.equal(told({ workedAt: minutesAgo(22) }), 'quiet for 22 min')
      assert.equal(told({ workedAt: minutesAgo(22), status: 'waiting' }), 'quiet for 22 min')
      assert.equal(told({ workedAt: minutesAgo(22), deployment: { phase: 'queued' } as AgentView['deployment'] }), '22 min ago', 'it has not begun')
      // Who is done has nothing to say, people are asked otherwise, and who is gone is gone since it was seen.
      assert.equal(told({ workedAt: minutesAgo(22), status: 'done' }), '22 min ago · done')
      assert.equal(told({ workedAt: minutesAgo(22), kind: 'person' }), '22 min ago')
      assert.equal(told({ workedAt: minutesAgo(22), presence: 'overdue' }), 'not heard from · 22 min ago')
      assert.equal(told({ workedAt: minutesAgo(22), presence: 'gone', claims: ['a'] }), 'gone · 1 min ago · 1 lock')
      const { lines } = agentRows(world({ agents: [agent({ id: 'bea', seenAt: minutesAgo(1), workedAt: minutesAgo(22) })] }), now)[0]!.tooltip
      assert.deepEqual(lines.slice(-2), [['Last work', '22 min ago'], ['Seen', '1 min ago']])
      assert.equal(listsOf(world({ agents: [agent({ id: 'bea', seenAt: minutesAgo(1), workedAt: minutesAgo(22) })] })).agents[0]!.seen, now - 22 * 60_000)
    })

    it('leads to the terminal of one that Muster started there', () => {
      const deployment = { phase: 'running', background: false, kept: true, restarts: 0 } as AgentView['deployment']
      const kinds = (terminals: ReadonlyMap<string, string>): string => agentRows(world({ agents: [agent({ id: 'bea', deployment })] }), now, terminals)[0]!.kind
      assert.deepEqual([kinds(new Map()), kinds(new Map([['bea', 'zsh']]))], ['agent.running', 'agent.running+terminal'])
    })

    it('says what it locked last, its branch where there are several, and in the tooltip its last test and process', () => {
      const agents = [agent({ id: 'bea', brief: 'fix login', progress: 60, branch: 'feat-x', claims: ['a', 'b'], lastTest: '12 passed' }), agent({ id: 'cy', branch: 'main' })]
      const claims = [claim({ resource: 'src/auth.ts', token: 9 }), claim({ resource: 'src/old.ts', token: 3 })]
      const sessions = [{ agent: 'bea', pid: 42, host: 'laptop', client: 'claude-code' }]
      const rows = agentRows(world({ agents, claims, sessions }), now)
      assert.deepEqual(rows.map(({ description, kind }) => [description, kind]), [['fix login · 2 min ago · 60 % · auth.ts +1 · feat-x', 'agent.other+file'], ['2 min ago · main', 'agent.other']])
      const lines = new Map(rows[0]!.tooltip.lines.map(([name, value]) => [name, value]))
      assert.deepEqual(['Last test', 'Branch', 'Connected'].map((name) => lines.get(name)), ['12 passed', 'feat-x', 'process 42 on laptop (claude-code)'])
      // A branch that is everybody's tells nothing.
      assert.equal(agentRows(world({ agents: agents.slice(1) }), now)[0]!.description, '2 min ago')
    })

    it('has a file to open also where what it locked last is a name', () => {
      const claims = [claim({ resource: 'src/a.ts', token: 3 }), claim({ resource: 'src/b.ts', token: 5 }), claim({ resource: 'name:build', kind: 'name', token: 9 }), claim({ resource: 'name:deploy', kind: 'name', heldBy: 'cy' })]
      const rows = agentRows(world({ agents: [agent({ id: 'bea', claims: ['a', 'b', 'c'] }), agent({ id: 'cy', claims: ['d'] })], claims }), now)
      assert.deepEqual(rows.map(({ id, kind }) => [id, kind]), [['bea', 'agent.other+file'], ['cy', 'agent.other']])
      assert.match(rows[0]!.description, /name:build \+2/)
    })

    it('is known to have finished, well or not', () => {
      const kinds = (['working', 'done', 'failed'] as const).map((status) => agentRows(world({ agents: [agent({ id: 'bea', status })] }), now)[0]!.kind)
      assert.deepEqual(kinds, ['agent.other', 'agent.other+over', 'agent.other+over'])
    })

    it('shows what it does by its icon, and not by its colour alone', () => {
      const statuses = ['waiting', 'starting', 'working', 'blocked', 'failed', 'done'] as const
      const looks = agentRows(world({ agents: statuses.map((status) => agent({ id: status, status })) }), now).map(({ id, icon }) => [id, icon])
      assert.deepEqual(new Map(looks as [string, string][]), new Map([['waiting', 'watch'], ['starting', 'sync'], ['working', 'hubot'], ['blocked', 'stop-circle'], ['failed', 'error'], ['done', 'pass']]))
      assert.equal(new Set(looks.map(([, icon]) => icon)).size, statuses.length)
      assert.equal(agentRows(world({ agents: [agent({ id: 'pat', kind: 'person', status: 'done' })] }), now)[0]!.icon, 'account')
    })

    it('is known to have left a lock that may be taken over, wherever it is, and to be a person', () => {
      const deployment = { number: 3, background: true, kind: 'other', readOnly: false, scopes: [], restart: 'never' as const, maxRestarts: 0, by: 'me', madeAt: '', kept: false, phase: 'ended' as const, restarts: 0 }
      const agents = [agent({ id: 'bea', presence: 'overdue' }), agent({ id: 'cy', deployment }), agent({ id: 'di' }), agent({ id: 'pat', kind: 'person' })]
      const claims = [claim({ resource: 'a.ts', presence: 'overdue' }), claim({ resource: 'b.ts', heldBy: 'cy', presence: 'gone' }), claim({ resource: 'c.ts', heldBy: 'di' })]
      assert.deepEqual(new Map(agentRows(world({ agents, claims }), now).map(({ id, kind }) => [id, kind])), new Map([['pat', 'agent.other+person'], ['bea', 'agent.other+stale+file'], ['cy', 'agent.ended+stale+file'], ['di', 'agent.other+file']]))
    })

    it('says on which machine somebody is who is not on this one', () => {
      const agents = [agent({ id: 'me', kind: 'person', me: true }), agent({ id: 'bea' }), agent({ id: 'cleo' })]
      const session = (of: string, host: string) => ({ agent: of, pid: 42, host, client: 'vscode' })
      const sessions = [session('me', 'laptop'), session('bea', 'build-7'), session('cleo', 'laptop')]
      const [me, bea, cleo] = agentRows(world({ agents, sessions }), now)
      assert.match(bea!.description, /on build-7/)
      assert.match(bea!.spoken, /on build-7/)
      for (const row of [me!, cleo!]) assert.doesNotMatch(row.description, /laptop/)
      assert.ok(bea!.tooltip.lines.some(([, text]) => text.includes('42 on build-7')))
      assert.doesNotMatch(agentRows(world({ agents, sessions: sessions.slice(1) }), now)[1]!.description, /build-7/)
    })

    it('looks for what a gone agent left behind only when somebody opens its row', () => {
      const [gone, live] = ['gone', 'live'].map((presence) => agentRows(world({ agents: [agent({ id: 'bea', presence: presence as 'gone', ...(presence === 'gone' && { unfinished: true }), claims: ['a.ts'] })], claims: [claim({ resource: 'a.ts' })] }), now)[0]!)
      assert.deepEqual([gone!.more, gone!.kind, gone!.expanded], [true, 'agent.gone+unfinished+file', false])
      assert.equal(live!.more, undefined)
    })

    it('shows the first of very many locks, and how many more there are', () => {
      const claims = Array.from({ length: 40 }, (_, n) => claim({ resource: `f${n}.ts` }))
      const [row] = agentRows(world({ agents: [agent({ id: 'bea' })], claims }), now)
      assert.deepEqual([row!.children!.length, row!.children!.at(-1)!.label], [26, '15 more locks'])
    })

    it('says in plain words who is gone', () => {
      const [row] = agentRows(world({ agents: [agent({ id: 'bea', presence: 'gone', claims: ['a.ts'] })] }), now)
      assert.equal(row!.description, 'gone · 2 min ago · 1 lock')
      assert.equal(row!.icon, 'circle-slash')
    })

    it('shows agents below whom they work for, and survives a circle', () => {
      const rows = agentRows(world({ agents: [agent({ id: 'me', me: true }), agent({ id: 'sub', parent: 'me' }), agent({ id: 'self', parent: 'self' }), agent({ id: 'orphan', parent: 'nobody' })] }), now)
      assert.deepEqual(rows.map((row) => row.id), ['me', 'orphan', 'self'])
      assert.deepEqual(rows[0]!.children!.map((row) => row.id), ['sub'])
      const circle = agentRows(world({ agents: [agent({ id: 'a', parent: 'b' }), agent({ id: 'b', parent: 'a' }), agent({ id: 'me', me: true })] }), now)
      assert.deepEqual(circle.map((row) => row.id), ['me', 'a', 'b'])
    })

    it('shows nobody\'s text with control or direction-changing characters', () => {
      const [row] = agentRows(world({ agents: [agent({ id: 'x', name: 'a\u202eb\u0007', message: 'one\ntwo' })] }), now)
      assert.equal(row!.label, 'ab')
      assert.match(row!.description, /one two/)
    })
  })

  describe('locks', () => {
    it('puts what needs somebody first: stale ones, those waited for, then mine', () => {
      const rows = lockRows(world({ claims: [claim({ resource: 'src/b.ts' }), claim({ resource: 'd.ts', waiters: ['cy'] }), claim({ resource: 'c.ts', presence: 'gone' }), claim({ resource: 'a.ts', mine: true, heldBy: 'me' })] }), now)
      assert.deepEqual(rows.map((row) => row.label), ['c.ts', 'd.ts', 'a.ts', 'b.ts'])
      assert.deepEqual(rows.map((row) => row.kind), ['lock.stale', 'lock.other', 'lock.mine', 'lock.other'])
      assert.deepEqual(rows.map((row) => row.description), ['Bea · gone · for 2 min', 'Bea · 1 waiting · 28 min left', 'you · 28 min left', 'Bea · 28 min left · src'])
    })

    it('say how long they are kept, or, as their holder said, until they are needed; of what is over, since when', () => {
      const shown = (fields: Partial<ClaimView>): string => lockRows(world({ claims: [claim({ resource: 'a.ts', ...fields })] }), now)[0]!.description
      assert.equal(shown({ expiresAt: minutesAgo(-60) }), 'Bea · 60 min left')
      assert.equal(shown({ expiresAt: minutesAgo(-60), eta: minutesAgo(-12) }), 'Bea · 12 min left')
      assert.equal(shown({ expiresAt: minutesAgo(-60), eta: minutesAgo(3) }), 'Bea · 3 min late')
      // Its holder is there, and is given a moment to say so.
      assert.equal(shown({ expiresAt: minutesAgo(1) }), 'Bea · for 2 min')
      assert.equal(shown({ expiresAt: minutesAgo(-5), presence: 'gone' }), 'Bea · gone · for 2 min')
    })

    it('can give up my own place in line, on its row and on the lock', () => {
      const me = agent({ id: 'me', kind: 'person', me: true })
      const [row] = lockRows(world({ agents: [me, agent({ id: 'x' })], claims: [claim({ resource: 'a.ts', waiters: ['x', 'me'] })] }), now)
      assert.equal(row!.kind, 'lock.other+waiting')
      assert.deepEqual(row!.children!.map(({ label, kind, target }) => [label, kind, target.type]), [['x', 'waiter', 'agent'], ['you', 'waiter.me', 'lock']])
    })

    it('shows progress, waiters and sharing', () => {
      const [row] = lockRows(world({ claims: [claim({ resource: 'a.ts', progress: 60, mode: 'shared', waiters: ['x', 'y'] })] }), now)
      assert.equal(row!.description, 'Bea · 60 % · 2 waiting · 28 min left · shared')
    })

    it('shows who waits below, the next one first, by name', () => {
      const [row] = lockRows(world({ agents: [agent({ id: 'x', name: 'Xenia' })], claims: [claim({ resource: 'a.ts', waiters: ['x', 'y'] })] }), now)
      assert.deepEqual(row!.children!.map(({ label, description, kind }) => [label, description, kind]), [['Xenia', 'waits, is next', 'waiter'], ['y', 'waits', 'waiter']])
    })

    it('stand below their folders as in the Explorer, what needs somebody first, names last', () => {
      const rows = locksByFolder(world({ claims: [
        claim({ resource: 'port:3000', kind: 'name' }), claim({ resource: 'src/core/deep/b.ts', presence: 'gone' }), claim({ resource: 'src/core/deep/c.ts', waiters: ['x'] }), claim({ resource: 'src/core/a.ts', mine: true }),
        claim({ resource: 'src/api/v1/z.ts' }), claim({ resource: 'docs/guide/x.md' }), claim({ resource: 'README.md' }), claim({ resource: 'lib/', kind: 'folder' }),
      ] }), now)
      const drawn = (all: readonly Row[], indent = ''): string[] => all.flatMap(({ label, description, children, kind }) => [`${indent}${label} · ${description}`, ...(kind === 'group' ? drawn(children ?? [], `${indent}  `) : [])])
      assert.deepEqual(drawn(rows), [
        'src · 4 locks · 1 stale',
        '  core · 3 locks · 1 stale',
        '    deep · 2 locks · 1 stale',
        '      b.ts · Bea · gone · for 2 min',
        '      c.ts · Bea · 1 waiting · 28 min left',
        '    a.ts · you · 28 min left',
        '  api/v1 · 1 lock',
        '    z.ts · Bea · 28 min left',
        'docs/guide · 1 lock',
        '  x.md · Bea · 28 min left',
        'lib/ · Bea · 28 min left',
        'README.md · Bea · 28 min left',
        'Names · 1 lock',
        '  port:3000 · Bea · 28 min left',
      ])
      const ids = (all: readonly Row[]): string[] => all.flatMap((row) => [row.id, ...ids(row.children ?? [])])
      assert.equal(new Set(ids(rows)).size, ids(rows).length)
    })

    it('tell what they are where there is no file to open', () => {
      const rows = lockRows(world({ claims: [claim({ resource: 'a.ts' }), claim({ resource: 'name:build', kind: 'name' }), claim({ resource: '*.css', kind: 'glob', mine: true, heldBy: 'me' })] }), now)
      assert.deepEqual(new Map(rows.map(({ label, click, kind }) => [label, [click, kind]])), new Map([['*.css', ['muster.showLock', 'lock.mine+name']], ['a.ts', ['muster.openFile', 'lock.other']], ['name:build', ['muster.showLock', 'lock.other+name']]]))
    })

    it('marks the same place in another working tree', () => {
      const rows = lockRows(world({
        agents: [agent({ id: 'me', me: true, tree: '' })],
        claims: [claim({ resource: 'src/a.ts', mine: true, heldBy: 'me', branch: 'main' }), claim({ resource: 'src/', kind: 'folder', tree: 'wt', branch: 'feat-x', heldBy: 'bea' })],
      }), now)
      assert.match(rows[0]!.description, /also changing on feat-x \(Bea\)/)
      assert.match(rows[1]!.description, /on feat-x · also changing on main \(Me\)/)
      assert.equal(rows[0]!.icon, 'git-compare')
    })

    it('does not mark different places, names, or the same tree', () => {
      const rows = lockRows(world({ claims: [claim({ resource: 'a.ts', mine: true, heldBy: 'me' }), claim({ resource: 'b.ts', tree: 'wt' }), claim({ resource: 'port:3000', kind: 'name' })] }), now)
      assert.ok(rows.every((row) => !row.description.includes('also changing')))
    })

    it('tells me to check in when my own lock is stale', () => {
      const [row] = lockRows(world({ claims: [claim({ resource: 'a.ts', mine: true, heldBy: 'me', presence: 'overdue' })] }), now)
      // The words that a narrow side bar has room for; a screen reader says all of it.
      assert.match(row!.description, /^you · stale: check in · /)
      assert.match(row!.spoken, /lock is stale: check in to keep it/)
    })

    it('gives every lock an id of its own that stays', () => {
      const claims = [claim({ resource: 'a.ts' }), claim({ resource: 'a.ts', heldBy: 'cy' }), claim({ resource: 'a.ts', tree: 'wt' })]
      assert.equal(new Set(lockRows(world({ claims }), now).map((row) => row.id)).size, 3)
      assert.deepEqual(lockRows(world({ claims }), now).map((row) => row.id), lockRows(world({ claims: claims.map((one) => ({ ...one, progress: 5 })) }), now).map((row) => row.id))
    })
  })

  describe('messages', () => {
    it('puts unread ones first, then the newest', () => {
      const messages = [message({ id: '1' }), message({ id: '2', unread: false, status: 'seen' }), message({ id: '3', unread: false, from: 'me', status: undefined, to: 'bea', delivery: { bea: 'seen' } })]
      const rows = messageRows(world({ messages }), now)
      assert.deepEqual(rows.map((row) => row.id), ['1', '3', '2'])
      assert.deepEqual(rows.map((row) => row.kind), ['message.unread', 'message.sent', 'message.received'])
      assert.equal(rows[1]!.description, 'to bea · seen · 3 min ago')
    })

    it('puts what somebody waits for before what is merely unread, and says when an answer is due', () => {
      const messages = [
        message({ id: 'help', kind: 'help', unread: false, status: 'seen' }),
        message({ id: 'helped', kind: 'help', unread: false, status: 'seen', closed: { by: 'me', byName: 'Me', at: minutesAgo(1) } }),
        message({ id: 'due', unread: false, status: 'seen', deadline: minutesAgo(-10) }),
        message({ id: 'answered', unread: false, status: 'answered', deadline: minutesAgo(-10) }),
        message({ id: 'urgent', priority: 'urgent' }),
        message({ id: 'new' }),
      ]
      const rows = messageRows(world({ messages }), now)
      assert.deepEqual(rows.map((row) => row.id), ['help', 'due', 'urgent', 'new', 'answered', 'helped'])
      assert.equal(rows[1]!.description, 'Bea · answer due in 10 min · 3 min ago')
    })

    it('keeps an answer that is late among what is due, says how late it is, and looks like it, until somebody does something about it', () => {
      const late = { unread: false, deadline: minutesAgo(120) } as const
      const messages = [
        message({ ...late, id: 'late', status: 'expired' }),
        message({ ...late, id: 'answered', status: 'answered' }),
        message({ ...late, id: 'known', status: 'acknowledged' }),
        message({ ...late, id: 'closed', status: 'expired', closed: { by: 'bea', byName: 'Bea', at: minutesAgo(1) } }),
        // The process that was asked has ended: nobody waits.
        message({ id: 'over', unread: false, status: 'expired' }),
        message({ ...late, id: 'mine', from: 'me', to: 'bea', status: undefined, delivery: { bea: 'expired' } }),
        message({ id: 'new' }),
      ]
      // What presses is not hidden by what is late for days; what is due yet comes before both.
      const pressing = [...messages, message({ id: 'urgent', priority: 'urgent' }), message({ id: 'due', unread: false, deadline: minutesAgo(-5), status: 'seen' })]
      assert.deepEqual(messageRows(world({ messages: pressing }), now).slice(0, 4).map(({ id }) => id), ['due', 'urgent', 'late', 'new'])
      const rows = messageRows(world({ messages }), now)
      assert.deepEqual(rows.map(({ id, icon }) => [id, icon]), [['late', 'watch'], ['new', 'mail'], ['mine', 'arrow-right'], ['over', 'mail-read'], ['closed', 'mail-read'], ['known', 'check'], ['answered', 'check']])
      assert.equal(rows[0]!.color, 'problemsWarningIcon.foreground')
      assert.deepEqual([rows[0]!.description, rows[6]!.description, rows[4]!.description, rows[2]!.description], ['Bea · answer 2 h late · 3 min ago', 'Bea · answered · 3 min ago', 'Bea · closed · 3 min ago', 'to bea · expired · 3 min ago'])
      // A help request that is late is one still.
      assert.equal(messageRows(world({ messages: [message({ id: 'new' }), message({ ...late, id: 'help', kind: 'help', status: 'expired' })] }), now)[0]!.id, 'help')
    })

    it('is known to ask for a lock that one still has, until that is answered', () => {
      const kindOf = (resource: string, status: 'seen' | 'acknowledged' | 'answered', claims = [resource]): string => {
        const me = agent({ id: 'me', kind: 'person', me: true, claims })
        return messageRows(world({ agents: [me], messages: [message({ id: '1', unread: false, status, about: { act: 'ask', resource } })] }), now)[0]!.kind
      }
      assert.deepEqual([kindOf('src/', 'seen'), kindOf('src/', 'acknowledged'), kindOf('src/', 'answered'), kindOf('src/', 'seen', [])], ['message.received+asked+part+file', 'message.received+settled+asked+part+file', 'message.received+settled+file', 'message.received+file'])
      for (const whole of ['name:build', 'port:3000', 'src/a.ts#login']) assert.match(kindOf(whole, 'seen'), /\+asked(\+file)?$/)
    })

    it('is known to be acknowledged or answered', () => {
      const kinds = (['seen', 'expired', 'acknowledged', 'answered'] as const).map((status) => messageRows(world({ messages: [message({ id: '1', unread: false, status, about: { resource: 'src/a.ts' } })] }), now)[0]!.kind)
      assert.deepEqual(kinds, ['message.received+file', 'message.received+file', 'message.received+settled+file', 'message.received+settled+file'])
    })

    it('can close an open request for help, whoever asked, and says that one is closed', () => {
      const help = { kind: 'help', unread: false, status: 'seen' } as const
      const closed = { by: 'me', byName: 'Me', at: minutesAgo(1) }
      const rows = messageRows(world({ messages: [message({ ...help, id: 'sent', from: 'me', to: 'bea', status: undefined }), message({ ...help, id: 'over', closed }), message({ ...help, id: 'read' }), message({ id: 'new', kind: 'help' })] }), now)
      assert.deepEqual(rows.map(({ id, kind }) => [id, kind]), [['new', 'message.unread.help'], ['read', 'message.received.help'], ['over', 'message.received'], ['sent', 'message.sent.help']])
      assert.match(rows[2]!.description, /asks for help · closed/)
    })

    it('puts what was said in one thread together, in the order it was said, under what began it', () => {
      const reply = (id: string, from: string): ReturnType<typeof message> => message({ id, from, fromName: from, thread: 'a', subject: '', body: id, kind: 'reply', unread: false, status: from === 'me' ? undefined : 'seen', delivery: { bea: 'seen' } })
      const rows = messageRows(world({ messages: [message({ id: 'a', subject: 'Rounding', unread: false, status: 'seen' }), message({ id: 'x', unread: false, status: 'seen' }), reply('b', 'me'), reply('c', 'bea')] }), now)
      assert.deepEqual(rows.map(({ label, description }) => [label, description]), [['Rounding', '3 messages · last by bea · 3 min ago'], ['Hello', 'Bea · 3 min ago']])
      assert.deepEqual(rows[0]!.children!.map((row) => row.id), ['a', 'b', 'c'])
      // One that is new stands by itself until it is read.
      const unread = messageRows(world({ messages: [message({ id: 'a', unread: false, status: 'seen' }), reply('b', 'me'), { ...reply('c', 'bea'), unread: true, status: 'sent' }] }), now)
      assert.deepEqual(unread.map((row) => row.id), ['c', 'thread a'])
    })

    it('names the kind and priority, and uses the text where there is no subject', () => {
      const [row] = messageRows(world({ messages: [message({ id: '1', subject: '', body: 'please look', kind: 'help', priority: 'urgent' })] }), now)
      assert.equal(row!.label, 'please look')
      assert.equal(row!.description, 'Bea · asks for help · urgent · 3 min ago')
    })

    it('counts how many of several have seen a message', () => {
      const [row] = messageRows(world({ messages: [message({ id: '1', from: 'me', to: 'all', unread: false, delivery: { a: 'seen', b: 'sent', c: 'seen' } })] }), now)
      assert.equal(row!.description, 'to everyone · seen by 2 of 3 · 3 min ago')
    })
  })

  describe('work', () => {
    it('puts tasks at work first, then by priority, then those that wait for others, and folds what is over', () => {
      const closed = { by: 'bea', byName: 'Bea', note: '', at: minutesAgo(1) }
      const rows = workRows(world({
        tasks: [task({ number: 1, priority: 'P2' }), task({ number: 2, priority: 'P1', blockedBy: ['T-1'] }), task({ number: 3 }), task({ number: 4, priority: 'P0' }), task({ number: 5, status: 'started', worker: 'bea', workerName: 'Bea', startedAt: minutesAgo(3) }), task({ number: 6, status: 'done', closed })],
      }), now)
      assert.deepEqual(rows.map((row) => row.id), ['T-5', 'T-4', 'T-3', 'T-2', 'T-1', '(over:)'])
      assert.deepEqual(rows.map((row) => row.kind), ['task.started', 'task.open', 'task.open', 'task.blocked', 'task.open', 'group'])
      assert.deepEqual(rows.map((row) => row.description), ['P1 · Bea · 3 min ago', 'P0 · 9 min ago', 'P1 · 9 min ago', 'P1 · after T-1 · 9 min ago', 'P2 · 9 min ago', '1'])
      assert.deepEqual(rows.at(-1)!.children!.map((row) => [row.id, row.kind]), [['T-6', 'task.closed']])
    })

    it('shows phases with how much of them is done, finished ones closed', () => {
      const closed = { by: 'bea', byName: 'Bea', note: '', at: minutesAgo(1) }
      const rows = workRows(world({ tasks: [task({ number: 1, phase: 'Phase 10' }), task({ number: 2, phase: 'Phase 2', status: 'done', closed }), task({ number: 3, phase: 'Phase 10', status: 'done', closed }), task({ number: 4, phase: 'Phase 10', status: 'cancelled', closed })] }), now)
      assert.deepEqual(rows.map((row) => [row.label, row.description, row.expanded]), [['Phase 2', '1 of 1 done', false], ['Phase 10', '1 of 2 done', true]])
    })

    it('marks the phase that the plan is in, and has what is in none behind them', () => {
      const phase = (name: string): PlanView['phases'][number] => ({ number: 0, name, status: 'current', acceptance: [], tasks: { done: 0, total: 1 }, progress: { done: 0, total: 1 } })
      const plan = { ...world().plan, phases: [phase('Basis'), phase('Core')], phase: phase('Core') }
      const rows = workRows(world({ plan, tasks: [task({ number: 1, priority: 'P0' }), task({ number: 2, phase: 'core' }), task({ number: 3, phase: 'Basis' })] }), now)
      assert.deepEqual(rows.map(({ label, description }) => [label, description]), [['Basis', '0 of 1 done'], ['core', 'current · 0 of 1 done'], ['Task 1', 'P0 · 9 min ago']])
    })

    it('counts what is done of a phase of the plan also where it has left the lists', () => {
      const closed = { by: 'bea', byName: 'Bea', note: '', at: minutesAgo(1) }
      const phase = (name: string, done: number): PlanView['phases'][number] => ({ number: 0, name, status: 'current', acceptance: [], tasks: { done, total: done + 1 }, progress: { done, total: done + 1 } })
      const plan = { ...world().plan, phases: [phase('Phase 1', 6), phase('Moved', 0)] }
      const shown = world({ plan, tasks: [task({ number: 7, phase: 'Phase 1' }), task({ number: 8, phase: 'Phase 1', status: 'done', closed }), task({ number: 9, phase: 'Moved', status: 'done', closed }), task({ number: 10, status: 'cancelled', closed })] })
      assert.deepEqual(workRows(shown, now).filter(({ id }) => id.startsWith('phase ')).map(({ id, description }) => [id, description]), [['phase Phase 1', '6 of 7 done'], ['phase Moved', '1 of 1 done']], 'as the plan has them')
      const { done, wanted } = new TaskTotals(shown)
      assert.deepEqual([done, wanted], [7, 8])
    })

    it('says which tasks are mine', () => {
      const rows = workRows(world({ tasks: [task({ number: 1, mine: true, assignee: 'me', assigneeName: 'Me' }), task({ number: 2, mine: true, status: 'started', worker: 'me', workerName: 'Me', startedAt: minutesAgo(2) }), task({ number: 3, assignee: 'bea', assigneeName: 'Bea' })] }), now)
      assert.deepEqual(rows.map((row) => row.description), ['P1 · you · 2 min ago', 'P1 · for you · 9 min ago', 'P1 · for Bea · 9 min ago'])
    })

    it('puts open errors on top below a heading, the worst first, counted, and folds resolved ones', () => {
      const resolved = { by: 'me', byName: 'Me', text: 'fixed', at: minutesAgo(1) }
      const rows = workRows(world({ errors: [error({ number: 1, count: 3 }), error({ number: 2, severity: 'critical', kind: 'timeout' }), error({ number: 3, status: 'resolved', resolved })], tasks: [task({ number: 1 })] }), now)
      assert.deepEqual(rows.map((row) => [row.label, row.kind, row.description, row.expanded]), [['Errors', 'group', '2 open', true], ['Task 1', 'task.open', 'P1 · 9 min ago', undefined]])
      assert.deepEqual(rows[0]!.children!.map((row) => [row.id, row.kind, row.description]), [
        ['E-2', 'error.open', 'time-out · Bea · 4 min ago'],
        ['E-1', 'error.open', '3 times · Bea · 4 min ago'],
        ['(resolved)', 'group', '1'],
      ])
      const [over] = workRows(world({ errors: [error({ number: 3, status: 'resolved', resolved })] }), now)
      assert.deepEqual([over!.description, over!.expanded, over!.children!.map(({ id }) => id)], ['none open', false, ['E-3']])
    })

    it('shows at most the last fifty of what is over', () => {
      const tasks = Array.from({ length: 70 }, (_, i) => task({ number: i + 1, status: 'done', closed: { by: 'bea', byName: 'Bea', note: '', at: minutesAgo(100 - i) } }))
      const [over] = workRows(world({ tasks }), now)
      assert.equal(over!.description, '70')
      assert.deepEqual([over!.children!.length, over!.children![0]!.id], [50, 'T-70'])
    })
  })

  describe('decisions', () => {
    it('puts those to be reviewed first', () => {
      const review = { by: 'me', byName: 'Me', note: 'fine', at: minutesAgo(1) }
      const rows = decisionRows(world({ decisions: [decision({ number: 1 }), decision({ number: 2, status: 'approved', review })] }), now)
      assert.deepEqual(rows.map((row) => [row.label, row.kind, row.description]), [
        ['D-1 Use tabs', 'decision.proposed', 'proposed · Bea · 5 min ago'],
        ['D-2 Use tabs', 'decision.approved', 'approved · by Me · 1 min ago'],
      ])
    })
  })
})
