import assert from 'node:assert/strict'
import fc from 'fast-check'
import { agentStatuses, messageKinds, priorities } from '../../../src/core/model/words.js'
import { parseDeliverables, renderDeliverables } from '../../../src/documents/formats/deliverables.js'
import { oneLine } from '../../../src/documents/formats/lines.js'
import { messageName, parseMessage, partiesIn, renderMessage, type MessageFile, type ReadMessage } from '../../../src/documents/formats/message.js'
import { parseStatus, renderStatus, type StatusFile } from '../../../src/documents/formats/status.js'
import { parseWorkLog, renderWorkLine } from '../../../src/documents/formats/workLog.js'

/** By the local clock, as these files are written. */
const local = (text: string): string => new Date(text).toISOString()

/** Texts with all that could be taken for something else. */
const odd = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.constantFrom('---', '\n', '\r\n', '\r', ' ', '\t', '# Message: x', '## Action Requested', '- [ ] step', '- [x] done', '## Response Deadline', 'Within 1 hour', 'from: beta', 'status: read', 'None', '"', "'", '=', ',', ':', '#', ' - ', '(3KB)', ')', 'é', 'e\u0301', '漢字', '👩‍👩‍👧', '\u202e', '\u2028', '\ufeff', '\0', '\ud800'), { maxLength: 12 }).map((parts) => parts.join('')),
)
const wellFormed = odd.map((text) => text.replace(/\p{Cs}/gu, '?').replaceAll('\0', ''))
const times = fc.date({ min: new Date('1000-01-02'), max: new Date('9999-12-30'), noInvalidDate: true })

describe('status files', () => {
  const golden = `AGENT_ID=Agent_1_Binance_Bybit
STATUS=IN_PROGRESS
CURRENT_TASK=Implementing Bybit inverse fix
COMPLETION_PCT=75
LAST_UPDATE=2025-06-25_00:45:00
FILES_MODIFIED=binance_bybit_oi_service.py,validation_test.py
NEXT_TASK=Integration testing
ESTIMATED_COMPLETION=2025-06-25_01:30:00
BLOCKER_DESCRIPTION=None
LAST_SUCCESSFUL_TEST=Bybit inverse showing 14,218 BTC
`
  const file: StatusFile = {
    agent: 'Agent_1_Binance_Bybit', status: 'working', currentTask: 'Implementing Bybit inverse fix', progress: 75, updatedAt: local('2025-06-25T00:45:00'),
    filesModified: ['binance_bybit_oi_service.py', 'validation_test.py'], nextTask: 'Integration testing', eta: local('2025-06-25T01:30:00'), blocker: '', lastTest: 'Bybit inverse showing 14,218 BTC',
  }

  it('are written and read with every field', () => {
    assert.equal(renderStatus(file), golden)
    assert.deepEqual(parseStatus(golden), { file, problems: [], more: false })
  })

  it('say of waiting agents whom they wait for, and of failed ones why', () => {
    assert.match(renderStatus({ agent: 'Agent_4', status: 'waiting', waitingFor: ['Agent_2', 'Agent_3'] }), /^STATUS=WAITING \(for agents Agent_2, Agent_3\)$/m)
    assert.deepEqual(parseStatus('STATUS: waiting (for Agents 2,3)').file, { status: 'waiting', waitingFor: ['2', '3'] })
    assert.match(renderStatus({ agent: 'a', status: 'failed', error: 'API gone' }), /^STATUS=ERROR\n(.*\n)*BLOCKER_DESCRIPTION=API gone$/m)
    assert.deepEqual(parseStatus('STATUS=ERROR\nBLOCKER_DESCRIPTION=API gone').file, { status: 'failed', blocker: 'API gone', error: 'API gone' })
  })

  it('are read in any order, case and spacing, with comments, quotes, CRLF and both spellings of dates', () => {
    const text = `\ufeff# how I am\r\nexport completion_pct = 40 %\r\n\r\nLast Update: 2025-06-25T00:45:00Z\r\nStatus="in progress"\r\nNEXT_TASK=n/a\r\nagent-id: beta\r\nestimated_completion='2025-06-25 01:30'\r\nMOOD=good\r\n`
    assert.deepEqual(parseStatus(text), {
      file: { progress: 40, updatedAt: '2025-06-25T00:45:00.000Z', status: 'working', nextTask: '', agent: 'beta', eta: local('2025-06-25T01:30:00') },
      problems: [],
      more: true,
    })
  })

  it('are read with comments behind values, quotes, backticks and lists in brackets; what has a # of its own keeps it', () => {
    assert.deepEqual(parseStatus('STATUS=COMPLETE   # all six\nCOMPLETION_PCT=100 # done\nCURRENT_TASK="Fix # 3"   # c\nNEXT_TASK=`Close #12`\nFILES_MODIFIED=[a.ts, "b.ts", `c.ts`] # all\nBLOCKER_DESCRIPTION=waits for #7\nLAST_UPDATE=2025-06-25T00:45:00Z #x\n'), {
      file: { status: 'done', progress: 100, currentTask: 'Fix # 3', nextTask: 'Close #12', filesModified: ['a.ts', 'b.ts', 'c.ts'], blocker: 'waits for #7', updatedAt: '2025-06-25T00:45:00.000Z' }, problems: [], more: false,
    })
    assert.deepEqual(parseStatus('STATUS=WAITING (for agents #2, #3)').file.waitingFor, ['#2', '#3'])
    assert.deepEqual(parseStatus('FILES_MODIFIED=a.ts, "b,c.ts" ,\'d.ts\', "e\n').file.filesModified, ['a.ts', 'b,c.ts', 'd.ts', '"e'])
    for (const filesModified of [['[id]'], ['[a', 'b]'], ['a # b', '[c]'], ['a,b.ts'], ['a,b.ts', 'c.ts'], ['c.ts', 'a, b.ts'], ['[x,y]'], ['"a', 'b"'], ['say "hi, you".md', "it's, so"], ['a,', ',b']]) assert.deepEqual(parseStatus(renderStatus({ agent: 'a', filesModified })).file.filesModified, filesModified)
  })

  it('are told of where a key is misspelt, with the one that is meant', () => {
    assert.deepEqual(parseStatus('BLOCKER=No key\nSTAUS=COMPLETE\nCompletion=40\nMOOD=good\n').problems, [
      { line: 1, reason: 'Nobody reads BLOCKER. Is BLOCKER_DESCRIPTION meant?' },
      { line: 2, reason: 'Nobody reads STAUS. Is STATUS meant?' },
      { line: 3, reason: 'Nobody reads COMPLETION. Is COMPLETION_PCT meant?' },
    ])
  })

  it('are told of line by line where they cannot be read; the rest is', () => {
    assert.deepEqual(parseStatus('AGENT_ID=...\nSTATUS=IN_PROGRESS|COMPLETE|BLOCKED|ERROR\nCOMPLETION_PCT=half\nwhat is this\nCURRENT_TASK=x\nLAST_UPDATE=yesterday'), {
      file: { currentTask: 'x' },
      problems: [
        { line: 1, reason: 'AGENT_ID is no name of an agent.' },
        { line: 2, reason: 'STATUS is none of IN_PROGRESS, COMPLETE, BLOCKED, ERROR and WAITING.' },
        { line: 3, reason: 'COMPLETION_PCT is no percentage from 0 to 100.' },
        { line: 4, reason: 'This is no KEY=VALUE.' },
        { line: 6, reason: 'LAST_UPDATE is no time. Write it as in 2025-06-25_00:45:00.' },
      ],
      more: true,
    })
  })

  it('are the same bytes when they are written, read and written again', () => {
    const files = fc.record({
      agent: fc.constantFrom('alpha', 'Agent_1'), status: fc.constantFrom(...agentStatuses), progress: fc.double({ min: 0, max: 100, noNaN: true }), currentTask: odd, nextTask: odd, blocker: odd, error: odd, lastTest: odd,
      filesModified: fc.array(odd), waitingFor: fc.array(odd), updatedAt: times.map((date) => date.toISOString()), eta: fc.oneof(times.map((date) => date.toISOString()), odd),
    }, { requiredKeys: ['agent', 'status'] })
    fc.assert(fc.property(files, (one) => {
      const text = renderStatus(one)
      assert.equal(text.split('\n').length, 11)
      const read = parseStatus(text)
      assert.deepEqual(read.problems, [])
      assert.equal(renderStatus(read.file), text)
    }), { numRuns: 2_000 })
  })
})

describe('work logs', () => {
  it('are written a line each, and read with the dates that shells print', () => {
    assert.equal(renderWorkLine(local('2025-06-25T00:45:00'), 'CRITICAL SUCCESS: Bybit inverse\nfix working'), '2025-06-25_00:45:00: CRITICAL SUCCESS: Bybit inverse fix working')
    const text = [
      'Wed Jun 25 00:45:00 UTC 2025: Started Binance FAPI implementation',
      'Wed Jun  4 00:45:00 AM UTC 2025: earlier',
      '2025-06-25_00:45:00: Completed USDT market - tested OK',
      '2025-06-25T00:45:00.123+02:00: zone',
      '[2025-06-25 00:45] short',
      '',
      'no date: at all',
      '2025-99-99_00:00:00: no day',
    ].join('\r\n')
    assert.deepEqual(parseWorkLog(`${text}\r\n# a comment\r\n#7 is an entry`), {
      problems: [],
      comments: true,
      lines: [
        { line: 1, at: Date.UTC(2025, 5, 25, 0, 45), text: 'Started Binance FAPI implementation' },
        { line: 2, at: Date.UTC(2025, 5, 4, 0, 45), text: 'earlier' },
        { line: 3, at: new Date('2025-06-25T00:45:00').getTime(), stamped: true, text: 'Completed USDT market - tested OK' },
        { line: 4, at: Date.parse('2025-06-25T00:45:00.123+02:00'), text: 'zone' },
        { line: 5, at: new Date('2025-06-25T00:45:00').getTime(), text: 'short' },
        { line: 7, text: 'no date: at all' },
        { line: 8, text: '2025-99-99_00:00:00: no day' },
        { line: 10, text: '#7 is an entry' },
      ],
    })
    assert.deepEqual(parseWorkLog(`x\n${'y'.repeat(2_000)}`).problems, [{ line: 2, reason: 'The line is longer than 1900 characters.' }])
  })

  it('are the same bytes when they are written, read and written again', () => {
    fc.assert(fc.property(times, odd.filter((text) => oneLine(text) !== ''), (at, said) => {
      const text = renderWorkLine(at.toISOString(), said)
      const { lines: [line] } = parseWorkLog(text)
      if (line !== undefined) assert.equal(renderWorkLine(new Date(line.at!).toISOString(), line.text), text)
    }), { numRuns: 2_000 })
  })
})

describe('deliverables', () => {
  const golden = `FILES_CREATED:
- binance_bybit_oi_service.py (30KB) - Main implementation
- tools/validation/quick_test.py - Testing framework

ENDPOINTS_IMPLEMENTED:
- /binance_oi - Binance OI data

TESTS_PASSING:
- Binance USDT: ✅ 52,862 BTC
- Performance: ✅ <2 seconds

INTEGRATION_READY: YES
`
  const file = {
    files: [{ path: 'binance_bybit_oi_service.py', size: 30 * 1024, purpose: 'Main implementation' }, { path: 'tools/validation/quick_test.py', purpose: 'Testing framework' }],
    endpoints: ['/binance_oi - Binance OI data'],
    tests: ['Binance USDT: ✅ 52,862 BTC', 'Performance: ✅ <2 seconds'],
    integrationReady: true,
  }

  it('are written and read with sizes, endpoints, tests and whether they are ready', () => {
    assert.equal(renderDeliverables(file), golden)
    assert.deepEqual(parseDeliverables(golden), { file, problems: [], more: false })
  })

  it('are read in any order and case; what is no part of them is told with its line', () => {
    assert.deepEqual(parseDeliverables('## integration ready: no\r\nstray words\r\n- orphan\r\n# a comment\r\nTests passing:\r\n* all\r\nFILES_CREATED:\r\n  - a.ts (1.5 MB)'), {
      file: { files: [{ path: 'a.ts', size: 1.5 * 1024 * 1024 }], endpoints: [], tests: ['all'], integrationReady: false },
      problems: [{ line: 2, reason: 'This is no heading and no item of a list (- …).' }, { line: 3, reason: 'This item is under none of FILES_CREATED, ENDPOINTS_IMPLEMENTED and TESTS_PASSING.' }],
      more: true,
    })
  })

  it('are read with hyphens, with numbers, and in the heading\'s own line', () => {
    assert.deepEqual(parseDeliverables('FILES-CREATED : a.py, b.py (3KB)\nEndpoints Implemented: /x - all, and more\n1. GET /y\n2) GET /z\ntests_passing =\nINTEGRATION-READY : Yes\n'), {
      file: { files: [{ path: 'a.py' }, { path: 'b.py', size: 3 * 1024 }], endpoints: ['/x - all, and more', 'GET /y', 'GET /z'], tests: [], integrationReady: true },
      problems: [],
      more: false,
    })
  })

  it('are the same bytes when they are written, read and written again', () => {
    const items = fc.array(odd)
    const files = fc.array(fc.record({ path: odd, size: fc.nat(2 ** 31 - 1), purpose: odd }, { requiredKeys: ['path'] }))
    fc.assert(fc.property(fc.record({ files, endpoints: items, tests: items, integrationReady: fc.boolean() }), (one) => {
      const text = renderDeliverables(one)
      const read = parseDeliverables(text)
      assert.deepEqual(read.problems, [])
      assert.equal(renderDeliverables(read.file), text)
    }), { numRuns: 2_000 })
  })
})

describe('message files', () => {
  const golden = `---
from: guide_agent
to: executor_agent
timestamp: 2025-12-29T15:45:00
priority: high
status: unread
---

# Message: Experiment Parameter Adjustment

## Context
Current experiment: 2025-12-29_15-30_sweep

## Suggestion
Consider 20bps.

## Action Requested
- [ ] Acknowledge this message
- [x] Reply with decision

## Response Deadline
Within 1 hour
`
  const file: MessageFile = {
    from: 'guide_agent', to: 'executor_agent', at: new Date('2025-12-29T15:45:00').getTime(), priority: 'high', status: 'unread', subject: 'Experiment Parameter Adjustment',
    body: '## Context\nCurrent experiment: 2025-12-29_15-30_sweep\n\n## Suggestion\nConsider 20bps.', checklist: [{ text: 'Acknowledge this message', done: false }, { text: 'Reply with decision', done: true }], deadlineMinutes: 60,
  }

  it('are written and read with front matter, subject, text, checklist and deadline', () => {
    assert.equal(renderMessage(file), golden)
    assert.deepEqual(parseMessage(golden, 'x.md'), { file, problems: [], toLine: 3 })
  })

  it('are named after their time, sender and recipient, and both forms of names are read', () => {
    assert.deepEqual(messageName(new Date('2025-12-29T15:45:00').getTime(), 'guide', 'executor'), { name: '2025-12-29_15-45-00_guide_to_executor.md', suffixAt: 19 })
    assert.deepEqual(['2025-12-29_15-45-00_guide_agent_to_executor_agent.md', '2025-12-29_15-45-00_guide_executor.md', '2025-12-29_15-45-00-2_a_to_b.md', 'notes.md'].map(partiesIn), [{ from: 'guide_agent', to: 'executor_agent' }, { from: 'guide', to: 'executor' }, { from: 'a', to: 'b' }, undefined])
  })

  it('are read as others write them: CRLF, missing fields, words of their own', () => {
    const foreign = '---\r\nFrom: "beta"\r\npriority: medium\r\nto: alpha\r\nstatus: READ\r\ntimestamp: soon\r\n---\r\n# Please look\r\n\r\nHere it is.\r\n\r\n## Action requested\r\n* [ ] look\r\n\r\n## Response deadline\r\nWithin 2 days (or so)\r\n'
    assert.deepEqual(parseMessage(foreign, 'x.md'), {
      file: { from: 'beta', to: 'alpha', priority: 'normal', status: 'read', subject: 'Please look', body: 'Here it is.\n\nResponse deadline: Within 2 days (or so)', checklist: [{ text: 'look', done: false }], deadlineMinutes: 2 * 24 * 60 },
      problems: [{ line: 6, reason: 'timestamp is no time. Write it as in 2025-12-29T15:45:00.' }],
      toLine: 4,
    })
    const wombat = parseMessage('---\nfrom: a\nto: [Pat, "X"]\npriority: wombat\nkind: noise\nstatus: gelesen\n---\nHi', 'x.md')
    assert.ok(wombat.file)
    assert.deepEqual([wombat.file.to, wombat.file.status, wombat.problems.map(({ line }) => line), wombat.unknownStatus?.line, wombat.toLine], ['Pat, X', 'unread', [4, 5], 6, 3])
    assert.deepEqual(parseMessage('Just text.', '2025-12-29_15-45-00_a_to_b.md').file, { from: 'a', to: 'b', priority: 'normal', status: 'unread', subject: '', body: 'Just text.', checklist: [] })
    assert.deepEqual(parseMessage('Just text.', 'notes.md').problems, [{ line: 1, reason: 'It does not begin with front matter (--- from: … to: … ---).' }])
    assert.deepEqual(parseMessage('---\nfrom: a\n---\n', 'notes.md').problems, [{ line: 1, reason: 'The front matter does not say to whom it is.' }])
  })

  it('of the protocol\'s own example have their checklist and deadline, and what stands beside the time', () => {
    const example = golden.replace('[x]', '[ ]').replace(/Within 1 hour/, 'Within 1 hour (experiment continuing in meantime)')
    assert.deepEqual(parseMessage(example, 'x.md'), { file: { ...file, body: `${file.body}\n\nResponse deadline: Within 1 hour (experiment continuing in meantime)`, checklist: file.checklist.map(({ text }) => ({ text, done: false })) }, problems: [], toLine: 3 })
    // One of ours is what it was made of, whatever its text looks like.
    const ours: MessageFile = { ...file, id: 'M-1', body: example.slice(example.indexOf('## Context'), -1), checklist: [] }
    delete ours.deadlineMinutes
    assert.deepEqual(parseMessage(renderMessage(ours), 'x.md').file, ours)
  })

  it('have a deadline after a while or at a time, in UTC; of one that nobody understands the line is told', () => {
    const now = Date.parse('2026-11-22T17:30:20Z')
    const read = (deadline: string) => {
      const { file: { checklist = [], deadlineMinutes, body } = {}, unknownDeadline } = parseMessage(golden.replace('Within 1 hour', deadline), 'x.md', undefined, now) as ReadMessage
      assert.deepEqual(checklist, file.checklist, deadline)
      return [deadlineMinutes, body!.slice(file.body.length), unknownDeadline?.line]
    }
    for (const [deadline, minutes] of [['Within 1 hour', 60], ['Within 1 hour.', 60], ['**within half an hour**', 30], ['- in 2 days', 2880], ['Before 18:00', 29], ['by 18:00 UTC.', 29], ['before 5:45 PM', 14], ['Before 17:00', 24 * 60 - 31], ['2026-11-22 21:00', 209], ['until 2026-11-23T00:00:00Z', 389]] as const) assert.deepEqual(read(deadline), [minutes, '', undefined], deadline)
    assert.deepEqual(read('Before 18:00 (the market closes)'), [29, '\n\nResponse deadline: Before 18:00 (the market closes)', undefined])
    for (const deadline of ['When you can, and soon', 'Before 18:00 CET', 'tomorrow 18:00', 'Before 25:00', '2026-11-22 12:00']) assert.deepEqual(read(deadline), [undefined, `\n\nResponse deadline: ${deadline}`, 22], deadline)
  })

  it('have the steps that stand in their section, wherever that is, with what is written between them in the text', () => {
    const text = '---\nfrom: a\nto: b\n---\n# Look\n\nFirst.\n```\n## Action Requested\n- [ ] quoted\n```\n\n## Action Requested\nPlease:\n- [ ] one\n  and a half\n- [X] two\n\n## Notes\nLast.\n\n## Response Deadline\n\nIn 10 minutes\n\nThanks\n'
    const { file: read } = parseMessage(text, 'x.md')
    assert.deepEqual(read!.checklist, [{ text: 'one and a half', done: false }, { text: 'two', done: true }])
    assert.deepEqual([read!.deadlineMinutes, read!.body], [10, 'First.\n```\n## Action Requested\n- [ ] quoted\n```\n\n## Action Requested\nPlease:\n\n## Notes\nLast.\n\n\nThanks'])
  })

  const messages = (body: fc.Arbitrary<string>): fc.Arbitrary<MessageFile> => fc.record({
    from: fc.constantFrom('alpha', 'beta'), to: fc.constantFrom('all', 'role:lead'), at: times.map((date) => date.getTime()), priority: fc.constantFrom(...priorities), status: fc.constantFrom('unread' as const, 'read' as const), subject: odd, body,
    checklist: fc.array(fc.record({ text: odd, done: fc.boolean() })), id: fc.constant('M-1'), kind: fc.constantFrom(...messageKinds), deadlineMinutes: fc.double({ min: 0.0001, max: 525_600, noNaN: true }),
  }, { requiredKeys: ['from', 'to', 'at', 'priority', 'status', 'id', 'subject', 'body', 'checklist'] })

  it('are the same bytes when they are written, read and written again, and keep their text as it is', () => {
    fc.assert(fc.property(messages(wellFormed), (one) => {
      const text = renderMessage(one)
      const read = parseMessage(text, 'x.md')
      assert.deepEqual(read.problems, [])
      assert.equal(renderMessage(read.file!), text)
      const plain = !/Action Requested|Response Deadline/.test(one.body)
      if (plain) assert.equal(read.file!.body, one.body)
    }), { numRuns: 3_000 })
  })

  it('are the same with a megabyte of text', () => {
    const body = '---\nfrom: mallory\n---\r\n## Action Requested\n- [ ] no\nÜ漢👩‍👩‍👧\n'.repeat(20_000)
    const text = renderMessage({ ...file, id: 'M-1', body })
    assert.ok(text.length > 1_000_000)
    const read = parseMessage(text, 'x.md')
    assert.deepEqual([read.file!.from, read.file!.body === body, renderMessage(read.file!) === text], ['guide_agent', true, true])
  })
})
