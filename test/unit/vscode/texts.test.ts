import assert from 'node:assert/strict'
import type { LogEntry } from '../../../src/core/muster.js'
import { Avoided } from '../../../src/vscode/avoided.js'
import { alertOf, raisedAlert } from '../../../src/vscode/alert.js'
import { decisionText, messageText } from '../../../src/vscode/documentText.js'
import { link, withoutHtml } from '../../../src/vscode/documentParts.js'
import { progressProblem } from '../../../src/vscode/progress.js'
import { refusalText } from '../../../src/vscode/refusalText.js'
import { particularsOf, statusOf, statusOfWorld, troubleOf } from '../../../src/vscode/statusText.js'
import { ago, breakable, byName, escapeMarkdown, nameOfPath, parentOfPath, short, until } from '../../../src/vscode/text.js'
import { agent, claim, decision, FakeMuster, ledgerStatus, message, minutesAgo, now, world } from './fakes.js'

describe('texts of the editor', () => {
  it('tells times', () => {
    assert.equal(ago(minutesAgo(0), now), 'just now')
    assert.equal(ago(minutesAgo(2), now), '2 min ago')
    assert.equal(ago(minutesAgo(-5), now), 'just now')
    assert.equal(until(minutesAgo(-10), now), 'in 10 min')
    assert.equal(until(minutesAgo(10), now), '10 min late')
  })

  it('shortens and splits', () => {
    assert.equal(short('x'.repeat(100), 10), `${'x'.repeat(9)}…`)
    assert.deepEqual([nameOfPath('src/core/'), parentOfPath('src/core/')], ['core/', 'src'])
    assert.deepEqual([nameOfPath('a.ts'), parentOfPath('a.ts')], ['a.ts', ''])
    assert.deepEqual(['part-10', 'part-2', 'Part-1'].sort(byName), ['Part-1', 'part-2', 'part-10'])
  })

  it('lets paths be broken, and nothing else', () => {
    assert.equal(breakable('/a/b c/'), '/\u200ba/\u200bb c/')
  })

  it('leaves nothing of Markdown in other people\'s text', () => {
    const escaped = escapeMarkdown('<img src=x> [a](command:x) ![b](http://c) `d` **e** http://f\n  g')
    assert.doesNotMatch(escaped, /[<>[\]()`*!:]/)
    assert.match(escaped, / {2}\n\u00a0\u00a0g$/)
  })

  it('shows a message with its text as written', () => {
    const text = messageText(message({ id: '1', subject: '# <b>x', body: 'one\n<script>' }), world())
    assert.doesNotMatch(text, /<script|<b>/)
    assert.match(text, /one {2}\n/)
  })

  it('says who got a message how far, those of one step together', () => {
    const received = (delivery: Record<string, 'sent' | 'seen' | 'answered'>): string => /\| Received \| (.*) \|/.exec(messageText(message({ id: '1', delivery }), world()))![1]!.replace(/&#58;/g, ':')
    assert.equal(received({ bea: 'seen' }), 'bea: seen')
    assert.equal(received({ bea: 'seen', cy: 'seen', me: 'seen', di: 'seen', ed: 'sent', fay: 'answered', gus: 'answered' }), 'you and 3 others: seen; ed: not seen yet; fay, gus: answered')
  })

  it('shows a checklist with boxes, who ticked what, and nothing of HTML but that', () => {
    const hostile = '</label><input data-step="9" onclick=x> [a](command:x)\n- b'
    const text = messageText(message({ id: '1', checklist: ['tag', hostile], ticked: [{ step: 2, by: 'x', byName: hostile, at: minutesAgo(3) }] }), world())
    assert.match(text, /## 1 of 2 done\n\n- <label><input type="checkbox" data-step="1" data-key="step 1"> tag<\/label>\n- <label><input type="checkbox" data-step="2" data-key="step 2" checked> /)
    assert.deepEqual([...text.matchAll(/<(\w+)/g)].map(([, tag]) => tag), ['label', 'input', 'label', 'input', 'small'])
    assert.match(withoutHtml(text), /- &#91; &#93; tag\n- &#91;x&#93; /)
    assert.doesNotMatch(withoutHtml(text), /<|data-|checkbox/)
    assert.equal(link('file', '"><b>ü', '<b>'), '<a href="#" data-open="file" data-name="%22%3E%3Cb%3E%C3%BC">&#60;b&#62;</a>')
  })

  it('leads from a decision to its files, locks and commits', () => {
    const made = decision({ number: 3, resources: ['src/a.ts', 'name:build'], implemented: { by: 'x', byName: 'X', at: minutesAgo(1), commits: ['a1b2', 'dead'], resources: ['src/b.ts'] }, superseded: { by: 'x', byName: 'X', at: minutesAgo(1), replacement: 'D-4' } })
    const claims = [claim({ resource: 'src/a.ts', holderName: '<b>Bea', progress: 60 }), claim({ resource: 'src/c.ts', note: 'for D-3.' }), claim({ resource: 'src/d.ts', note: 'for D-31' })]
    const text = decisionText(made, { claims, commits: [{ id: 'a1b2c3d4e5', subject: '<i>D-3', author: 'A', at: minutesAgo(5) }], now })
    assert.deepEqual([...text.matchAll(/data-open="(\w+)" data-name="([^"]+)"/g)].map(([, open, name]) => `${open} ${name}`), ['decision D-4', 'file src%2Fa.ts', 'file src%2Fb.ts', 'file src%2Fc.ts', 'commit a1b2c3d4e5'])
    assert.doesNotMatch(text, /<[bi]>/)
    assert.match(text, /60 %/)
    assert.match(text, /- dead <small>not in this repository/)
  })

  it('checks progress as it is typed', () => {
    for (const fine of ['', '0', '100', ' 60 ', '60 %', '12.5']) assert.equal(progressProblem(fine), undefined, fine)
    for (const wrong of ['-1', '101', 'x', '%', '1e9', 'NaN']) assert.ok(progressProblem(wrong), wrong)
  })

  it('says who holds a lock, how far, since when and until when', () => {
    const refusal = { ok: false, reason: 'HELD', resource: 'src/a.ts', heldBy: 'bea', holderName: 'Bea', progress: 60, since: minutesAgo(2), eta: minutesAgo(-10), hint: '' } as const
    assert.equal(refusalText(refusal, now), 'Bea has locked src/a.ts: 60 % · for 2 min · expected done in 10 min.')
    assert.match(refusalText({ ...refusal, stale: true }, now), /the lock is stale/)
  })

  describe('status bar', () => {
    it('shows who, how far, unread and stale', () => {
      const status = statusOfWorld(world({
        agents: [agent({ id: 'me', name: 'Maria', kind: 'person', me: true, progress: 60, unread: 2 })],
        claims: [claim({ resource: 'a', mine: true, heldBy: 'me' }), claim({ resource: 'b', presence: 'gone' })],
      }))
      assert.equal(status.text, '$(lock) Maria · 60 % · 2 unread · 1 stale')
      assert.equal(status.alarm, undefined)
    })

    it('tells in its tooltip how many agents are here and what was avoided', () => {
      const agents = [agent({ id: 'me', name: 'Maria', kind: 'person', me: true }), agent({ id: 'a' }), agent({ id: 'b' }), agent({ id: 'c', presence: 'gone' })]
      assert.match(statusOfWorld(world({ agents }), 1).tooltip, /^2 agents · 1 conflict avoided$/m)
      assert.match(statusOfWorld(world({ agents }), 0).tooltip, /^2 agents$/m)
      assert.match(statusOfWorld(world({ agents }), 3).spoken, /3 conflicts avoided/)
    })

    it('counts a wish for what another holds once, whether it waits or asks', () => {
      const avoided = new Avoided()
      const entry = (by: string, event: unknown): LogEntry => ({ seq: 1, at: '', by, byName: by, text: '', event: event as LogEntry['event'] })
      const wait = { type: 'wait.queued', agent: 'bea', resources: [{ kind: 'file', tree: '', path: 'src/a.ts' }] }
      const ask = { type: 'message.sent', fields: { about: { act: 'ask', resource: 'src/a.ts' } } }
      avoided.hear([entry('bea', wait), entry('bea', wait), entry('bea', ask), entry('cy', ask), entry('cy', { type: 'message.sent', fields: {} })])
      assert.equal(avoided.count, 2)
    })

    it('warns only about my own locks', () => {
      const mine = statusOfWorld(world({ claims: [claim({ resource: 'a', mine: true, heldBy: 'me', presence: 'overdue' })] }))
      assert.equal(mine.alarm, 'warning')
      const lost = statusOfWorld(world({ messages: [message({ id: '1', about: { act: 'taken', resource: 'a' } })] }))
      assert.equal(lost.alarm, 'warning')
    })

    it('says what is wrong with the ledger', () => {
      const place = { folder: '/x/.muster', root: '/x', exists: true }
      const failed = { kind: 'failed', place, problem: { code: 'FOLDER_UNUSABLE', message: 'The folder is a file.', hint: 'Move it away.' } } as const
      assert.equal(troubleOf(failed), 'The folder is a file. Move it away.')
      assert.equal(statusOf(failed)!.alarm, 'error')
      const muster = new FakeMuster({})
      muster.status = { ...ledgerStatus, readOnly: { code: 'LEDGER_DAMAGED', message: 'Damaged', hint: 'Repair it.' } }
      const on = { kind: 'on', place, muster: muster.asMuster(), readOnly: false } as const
      assert.deepEqual([statusOf(on)!.text, statusOf(on)!.alarm], ['$(warning) Muster: read-only', 'warning'])
      assert.equal(statusOf(on)!.tooltip, 'Muster only looks here and changes nothing. Its records in /x/.muster are damaged; what can be read is shown. In a terminal, “muster verify” says where they break, and “muster repair” mends them.')
      assert.equal(particularsOf(on), 'Damaged. Repair it.')
      assert.equal(statusOf({ kind: 'off', place }), undefined)
    })

    it('says why a window only looks, and does not take that for Restricted Mode', () => {
      const place = { folder: '/x/.muster', root: '/x', exists: true }
      const muster = new FakeMuster({})
      muster.status = { ...ledgerStatus, readOnly: { code: 'OPENED_READ_ONLY', message: '', hint: '' } }
      const on = { kind: 'on', place, muster: muster.asMuster(), readOnly: true } as const
      assert.match(troubleOf(on)!, /^Restricted Mode/)
      const newer = troubleOf({ ...on, obstacle: { code: 'LEDGER_NEWER', message: 'Line 7 of the ledger …', hint: 'Update.' } })!
      assert.match(newer, /^Muster only looks here and changes nothing\. A newer version of Muster .*update Muster in this window/)
      const disk = { ...on, obstacle: { code: 'FOLDER_UNUSABLE', message: '/x/.muster is on a read-only disk.', hint: 'Choose a folder on a disk that can be written.' } } as const
      assert.equal(troubleOf(disk), 'Muster only looks here and changes nothing. /x/.muster is on a read-only disk. Choose a folder on a disk that can be written.')
      assert.deepEqual([statusOf(disk)!.text, statusOf(on)!.text], ['$(warning) Muster: read-only', '$(eye) Muster'])
    })
  })

  describe('alerts', () => {
    const wanted = (): boolean => true

    it('tells who asks for my lock, and offers to release it', () => {
      const alert = alertOf(message({ id: '1', body: 'need it', about: { act: 'ask', resource: 'src/a.ts' } }), wanted)
      assert.equal(alert?.text, 'Bea asks you to release src/a.ts: need it')
      assert.deepEqual(alert?.actions, ['Release', 'Reply', 'Show'])
    })

    it('tells that my lock was taken or ended, that I got what I waited for, and that help is wanted', () => {
      assert.equal(alertOf(message({ id: '1', about: { act: 'taken', resource: 'a' } }), wanted)?.text, 'Bea took over a, which was yours.')
      assert.match(alertOf(message({ id: '1', about: { act: 'forced', resource: 'a' } }), wanted)!.text, /ended your lock on a/)
      assert.equal(alertOf(message({ id: '1', about: { act: 'granted', resource: 'a' } }), wanted)?.text, 'a is yours now.')
      assert.match(alertOf(message({ id: '1', kind: 'help' }), wanted)!.text, /asks for help: Hello/)
    })

    it('tell the sender\'s person of an urgent message that nobody acknowledged, once', () => {
      const [own, agents] = [raisedAlert(message({ id: '1', from: 'me', subject: 'Stop' }), 'me'), raisedAlert(message({ id: '2', from: 'bea', subject: 'Stop' }), 'me')]
      assert.equal(own.text, 'Your urgent message was not acknowledged for ten minutes: Stop')
      assert.equal(agents.text, 'Bea\'s urgent message was not acknowledged for ten minutes: Stop')
      // Not what tells of the message itself.
      assert.notEqual(own.id, '1')
    })

    it('is silent about notes, and where the settings say so', () => {
      assert.equal(alertOf(message({ id: '1' }), wanted), undefined)
      for (const about of [{ act: 'ask', resource: 'a' }, { act: 'taken', resource: 'a' }] as const) assert.equal(alertOf(message({ id: '1', about }), () => false), undefined)
    })
  })
})
