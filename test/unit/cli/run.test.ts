import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { commands } from '../../../src/cli/commands.js'
import { exitCodeOf } from '../../../src/cli/exitCodes.js'
import { MusterError } from '../../../src/core/errors.js'
import { run, type FakeOptions } from './fakeHost.js'
import { agentView, claimRefusal, claimView, decisionView, ledgerStatus, logEntry as entry, logOf, messageView, verifyReport } from './samples.js'

const granted = { ok: true, resource: 'src/a.ts', token: 7, expiresAt: '2026-03-01T12:30:00.000Z', overlaps: [] }

describe('command line', () => {
  it('opens as a command that comes and goes, with paths meant from the current directory', async () => {
    const { opened } = await run(['claim', 'a.ts', '--agent', 'beta'], { muster: { claim: async () => granted } })
    assert.deepEqual(opened, [{ folder: process.cwd(), root: '/repo', agent: 'beta', client: 'cli', attached: false, watch: false, readOnly: false, create: true }])
  })

  it('only looks for commands that only look', async () => {
    const muster = { listClaims: async () => [], listAgents: async () => [], listDecisions: async () => [], log: () => logOf() }
    for (const args of [['status'], ['claims'], ['agent', 'list'], ['decision', 'list'], ['log']]) {
      const { opened, exit } = await run(args, { muster })
      assert.equal(exit, 0)
      assert.deepEqual([opened[0]?.readOnly, opened[0]?.create], [true, false], args.join(' '))
    }
  })

  it('creates nothing and says how to turn it on where there is no folder', async () => {
    const folder = join(tmpdir(), '.muster-nowhere')
    for (const args of [['status'], ['claims'], ['release', 'a'], ['inbox'], ['verify'], ['ask', 'a', '--body', 'x']]) {
      const { exit, json, opened } = await run([...args, '--json'], { host: { locate: async () => folder } })
      assert.equal(exit, 3)
      assert.deepEqual(opened, [])
      assert.deepEqual(json, { ok: false, error: { code: 'FOLDER_UNUSABLE', message: `Muster is not turned on here: there is no ${folder}.`, hint: 'Any claim turns it on: muster claim <file>' } })
    }
  })

  describe('JSON', () => {
    const lists: [string[], FakeOptions['muster'], string, unknown][] = [
      [['claims'], { listClaims: async () => [claimView()] }, 'claims', [claimView()]],
      [['inbox'], { readMessages: async () => [messageView()] }, 'messages', [messageView()]],
      [['agent', 'list'], { listAgents: async () => [agentView()] }, 'agents', [agentView()]],
      [['decision', 'list'], { listDecisions: async () => [decisionView()] }, 'decisions', [decisionView()]],
      [['log'], { log: () => logOf(entry(1, 'claim.granted')) }, 'entries', [entry(1, 'claim.granted')]],
    ]
    for (const [args, muster, name, list] of lists) {
      it(`of "${args.join(' ')}" holds ${name}`, async () => {
        const { json, exit, err } = await run([...args, '--json'], { muster: muster ?? {} })
        assert.deepEqual(json, { ok: true, [name]: list })
        assert.deepEqual([exit, err], [0, ''])
      })
    }

    const results: [string[], FakeOptions['muster'], object][] = [
      [['claim', 'src/a.ts'], { claim: async () => granted }, granted],
      [['claim', 'a', 'b'], { claimAll: async () => ({ ok: true, token: 7, expiresAt: granted.expiresAt, claims: [granted] }) }, { ok: true, token: 7, expiresAt: granted.expiresAt, claims: [granted] }],
      [['claim', 'src/a.ts'], { claim: async () => claimRefusal() }, claimRefusal()],
      [['check-in'], { checkIn: async () => ({ ok: true, agent: 'alpha', unread: 0, waiters: [] }) }, { ok: true, agent: 'alpha', unread: 0, waiters: [] }],
      [['release', 'a'], { release: async () => ({ ok: false, reason: 'NOT_HELD', resource: 'a', hint: 'h' }) }, { ok: false, reason: 'NOT_HELD', resource: 'a', hint: 'h' }],
      [['force-release', 'a', '--reason', 'r'], { forceRelease: async () => ({ ok: true, resource: 'a', wasHeldBy: 'beta' }) }, { ok: true, resource: 'a', wasHeldBy: 'beta' }],
      [['ask', 'a', '--body', 'b'], { askForRelease: async () => ({ ok: true, id: 'm-1', to: 'beta' }) }, { ok: true, id: 'm-1', to: 'beta' }],
      [['send', '--to', 'beta'], { sendMessage: async () => ({ ok: true, id: 'm-1', recipients: ['beta'] }) }, { ok: true, id: 'm-1', recipients: ['beta'] }],
      [['ack', 'm-1'], { acknowledge: async () => ({ ok: true, id: 'm-1' }) }, { ok: true, id: 'm-1' }],
      [['reply', 'm-1', '--body', 'b'], { reply: async () => ({ ok: true, id: 'm-2', recipients: ['beta'] }) }, { ok: true, id: 'm-2', recipients: ['beta'] }],
      [['decision', 'propose', '--title', 'T'], { logDecision: async () => ({ ok: true, id: 'D-1', number: 1, status: 'proposed' }) }, { ok: true, id: 'D-1', number: 1, status: 'proposed' }],
      [['decision', 'approve', 'D-1'], { reviewDecision: async () => ({ ok: true, id: 'D-1', number: 1, status: 'approved' }) }, { ok: true, id: 'D-1', number: 1, status: 'approved' }],
      [['decision', 'reject', 'D-1'], { reviewDecision: async () => ({ ok: false, reason: 'PERSON_ONLY', hint: 'h' }) }, { ok: false, reason: 'PERSON_ONLY', hint: 'h' }],
      [['agent', 'show', 'alpha'], { getAgent: async () => agentView() }, { ok: true, agent: agentView() }],
      [['version'], {}, { ok: true, version: '1.2.3' }],
      [['verify'], {}, verifyReport()],
    ]
    for (const [args, muster, result] of results) {
      it(`of "${args.join(' ')}" is the library's result: ${'ok' in result && result.ok === true ? 'done' : 'refused'}`, async () => {
        const { json, exit, err, out } = await run([...args, '--json'], { muster: muster ?? {} })
        assert.deepEqual(json, result)
        assert.equal(exit, json['ok'] === true ? 0 : 1)
        assert.equal(err, '')
        assert.equal(out.trimEnd().split('\n').length, 1)
      })
    }

    it('of an unknown agent is a refusal', async () => {
      const { json, exit } = await run(['agent', 'show', 'nobody', '--json'], { muster: { getAgent: async () => undefined } })
      assert.deepEqual([json['ok'], json['reason'], exit], [false, 'NOT_FOUND', 1])
    })

    it('of "status" is everything on one screen', async () => {
      const { json } = await run(['status', '--json'])
      assert.deepEqual(Object.keys(json), ['ok', 'folder', 'root', 'name', 'me', 'unread', 'agents', 'claims', 'messages', 'decisions', 'metrics', 'ledger'])
    })

    it('of "status" is what is on disk, not what may be a moment ahead of it', async () => {
      const { calls } = await run(['status', '--json'])
      assert.deepEqual(calls.filter(({ method }) => method === 'state' || method === 'refresh').map(({ method }) => method), ['refresh'])
    })

    it('of a ledger that can only be read is an error, beside what can be read', async () => {
      const readOnly = { code: 'LEDGER_NEWER', message: 'A newer version wrote here.', hint: 'Update Muster.' } as const
      const world = { me: undefined, agents: [agentView()], claims: [], messages: [], decisions: [], ledger: ledgerStatus({ readOnly }) }
      const { json, exit } = await run(['status', '--json'], { muster: { refresh: async () => world, ledgerStatus: () => world.ledger } })
      assert.deepEqual([json['ok'], json['error'], (json['agents'] as unknown[]).length, exit], [false, readOnly, 1, 3])
    })

    it('says nothing of our having opened it for reading only', async () => {
      const readOnly = { code: 'OPENED_READ_ONLY', message: 'Opened for reading only.', hint: 'h' } as const
      const world = { me: undefined, agents: [], claims: [], messages: [], decisions: [], ledger: ledgerStatus({ readOnly }) }
      const { json, exit } = await run(['status', '--json'], { muster: { refresh: async () => world } })
      assert.deepEqual([json['ok'], json['ledger'], exit], [true, ledgerStatus(), 0])
    })

    it('of wrong usage is an error as well', async () => {
      const { json, exit, err } = await run(['claim', '--json', '--minuts', '3'])
      assert.deepEqual(json, { ok: false, error: { code: 'USAGE', message: 'Unknown option --minuts. Did you mean --minutes?', hint: 'Usage: muster claim <resource…> [options]' } })
      assert.deepEqual([exit, err], [2, ''])
    })

    it('of "help" lists the commands', async () => {
      const { json } = await run(['help', '--json'])
      assert.deepEqual((json['commands'] as { name: string }[]).map(({ name }) => name), commands.map(({ name }) => name))
    })
  })

  describe('exit codes', () => {
    const codes = {
      INVALID_INPUT: 2, OUTSIDE_ROOT: 2, TOO_LARGE: 2, AGENT_IN_USE: 1, KEY_TOO_OLD: 1, FOLDER_UNUSABLE: 3, LEDGER_DAMAGED: 3,
      LEDGER_NEWER: 3, NOT_APPLIED: 3, OUTCOME_UNKNOWN: 3, BUSY: 3, CLOSED: 3,
    } as const
    for (const [code, exit] of Object.entries(codes)) {
      it(`${exit} for ${code}`, async () => {
        const claim = async (): Promise<never> => {
          throw new MusterError(code as keyof typeof codes, 'No.', { hint: 'Do this.' })
        }
        const ran = await run(['claim', 'a', '--json'], { muster: { claim } })
        assert.deepEqual(ran.json, { ok: false, error: { code, message: 'No.', hint: 'Do this.' } })
        assert.equal(ran.exit, exit)
      })
    }

    it('3 for codes of newer versions and for faults', async () => {
      assert.equal(exitCodeOf('SOMETHING_NEW'), 3)
      const { exit, err, out } = await run(['claim', 'a'], { muster: { claim: async () => { throw new TypeError('x is not a function') } } })
      assert.deepEqual([exit, out], [3, ''])
      assert.match(err, /^muster: x is not a function\n/)
    })

    it('2 for input the library would not take', async () => {
      const { exit, json } = await run(['claim', 'a', '--minutes', '-1', '--json'])
      assert.equal(exit, 2)
      assert.equal((json['error'] as { code: string }).code, 'INVALID_INPUT')
      assert.match((json['error'] as { message: string }).message, /^minutes: /)
      assert.equal((await run(['claim', 'a', '--timeout', '5'])).exit, 2)
      assert.equal((await run(['log', '--since', 'yesterdayish'], { muster: { log: () => logOf() } })).exit, 2)
    })

    it('1 when the check of the records fails', async () => {
      const problem = { kind: 'damaged' as const, message: 'Line 7 was changed.', segment: 1, line: 7 }
      const { exit, out, err } = await run(['verify'], { host: { verify: async () => verifyReport({ ok: false, problem, problems: [problem] }) } })
      assert.deepEqual([exit, out, err], [1, '', 'Something is wrong with the records, 4 entries can be read:\n  Line 7 was changed. (file 1, line 7)\n  Put a copy of /repo/.muster back if you have one; else a person goes on with what can be read: muster repair\n'])
    })
  })

  it('warns people who look at a ledger with a problem', async () => {
    const readOnly = { code: 'LEDGER_NEWER', message: 'A newer version wrote here.', hint: 'Update Muster.' } as const
    const muster = { listClaims: async () => [], ledgerStatus: () => ledgerStatus({ readOnly }) }
    assert.equal((await run(['claims'], { muster })).err, 'muster: A newer version wrote here.\n  Update Muster.\n')
    const { json, exit, err } = await run(['claims', '--json'], { muster })
    assert.deepEqual([json, exit, err], [{ ok: false, error: readOnly, claims: [] }, 3, ''])
  })

  it('closes the connection, whatever happens', async () => {
    const ran = await run(['claim', 'a'], { muster: { claim: async () => { throw new Error('no') } } })
    assert.equal(ran.calls.at(-1)?.method, 'close')
  })

  describe('claim', () => {
    it('says who holds it, how far they are, and what to type next', async () => {
      const { exit, out, err } = await run(['claim', 'a.ts'], { muster: { claim: async () => claimRefusal({ eta: '2026-03-01T12:05:00.000Z' }) } })
      assert.deepEqual([exit, out], [1, ''])
      assert.match(err, /^src\/a\.ts is locked by beta \(60 %, since 2 min, free at ~\d\d:05\)\.\n {2}Wait: +muster claim a\.ts --wait\n {2}Ask: +muster ask src\/a\.ts --body "…"\n$/)
    })

    it('offers to take over what is stale', async () => {
      const { err } = await run(['claim', 'a.ts'], { muster: { claim: async () => claimRefusal({ stale: true }) } })
      assert.match(err, /\(60 %, since 2 min, stale\)/)
      assert.match(err, /Take over: +muster claim a\.ts --take-over/)
    })

    it('quotes what a shell would misread', async () => {
      const { err } = await run(['claim', "it's $(here).ts"], { muster: { claim: async () => claimRefusal() } })
      assert.ok(err.includes(`muster claim 'it'\\''s $(here).ts' --wait`), err)
    })

    it('passes its options on', async () => {
      const { calls } = await run(
        ['claim', 'a', '--minutes', '0.5', '--estimate', '3', '--shared', '--note', 'n', '--wait', '--timeout', '30', '--priority', 'high', '--take-over', '--force', '--key', 'k1'],
        { muster: { claim: async () => granted } },
      )
      const { signal, ...options } = calls[0]?.args[1] as Record<string, unknown>
      assert.deepEqual(options, { mode: 'shared', minutes: 0.5, estimatedMinutes: 3, note: 'n', wait: true, timeoutMinutes: 0.5, priority: 'high', takeOver: true, force: true, key: 'k1' })
      assert.ok(signal instanceof AbortSignal)
    })

    it('waits without end unless told otherwise, and answers at once for a timeout of 0', async () => {
      const timeoutOf = async (...args: string[]): Promise<unknown> =>
        ((await run(['claim', 'a', ...args], { muster: { claim: async () => granted } })).calls[0]?.args[1] as { timeoutMinutes?: number }).timeoutMinutes
      assert.equal(await timeoutOf('--wait'), 60 * 24 * 365)
      assert.equal(await timeoutOf('--wait', '--timeout', '0'), undefined)
      assert.equal(await timeoutOf(), undefined)
    })

    it('stops waiting on Ctrl-C', async () => {
      let interrupt = (): void => undefined
      const claim = (_resource: string, { signal }: { signal: AbortSignal }): Promise<unknown> =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => resolve(claimRefusal()))
          interrupt()
        })
      const { exit, json } = await run(['claim', 'a', '--wait', '--json'], {
        muster: { claim },
        host: { onInterrupt: (listener) => { interrupt = listener; return { dispose: () => undefined } } },
      })
      assert.deepEqual([exit, json['ok'], json['reason']], [1, false, 'HELD'])
    })

    it('shows overlaps with other working trees', async () => {
      const overlap = { resource: 'src/a.ts', heldBy: 'claude-2', holderName: 'claude-2', tree: 'feat-x', text: 'also changing on feat-x (claude-2)' }
      const { out } = await run(['claim', 'a'], { muster: { claim: async () => ({ ...granted, overlaps: [overlap] }) } })
      assert.equal(out, 'Locked src/a.ts (30 min left)\n  also changing on feat-x (claude-2): src/a.ts in feat-x\n')
    })
  })

  it('warns people of a message to somebody who has not been here', async () => {
    const sendMessage = async (): Promise<object> => ({ ok: true, id: 'm-1', recipients: ['betta'], unknown: ['betta'] })
    const { exit, out, err } = await run(['send', '--to', 'betta', '--body', 'b'], { muster: { sendMessage } })
    assert.deepEqual([exit, out, err], [0, 'Sent to betta (m-1).\n', 'Nobody called betta has been here yet; the message waits for them.\n'])
    const inJson = await run(['send', '--to', 'betta', '--body', 'b', '--json'], { muster: { sendMessage } })
    assert.deepEqual([inJson.err, inJson.json['unknown']], ['', ['betta']])
    assert.equal((await run(['send', '--to', 'beta'], { muster: { sendMessage: async () => ({ ok: true, id: 'm-1', recipients: ['beta'] }) } })).err, '')
  })

  it('has help with examples for every command', async () => {
    for (const { name, examples } of commands.filter((command) => command.name !== 'help')) {
      const { out, exit, opened } = await run([...name.split(' '), '--help'])
      assert.equal(exit, 0)
      assert.ok(out.startsWith(`Usage: muster ${name}`), out)
      assert.ok(examples.length > 0 && examples.every((example) => out.includes(example)))
      assert.deepEqual(opened, [])
    }
  })

  it('says in their help which commands turn Muster on', async () => {
    for (const [command, on] of [['claim', true], ['agent set', true], ['checkpoint', true], ['claims', false], ['release', false], ['guard install', false]] as const) {
      assert.equal((await run(['help', ...command.split(' ')])).out.includes('Turns Muster on where it is off.'), on, command)
    }
  })

  it('gives examples that are right', async () => {
    const { parseCall } = await import('../../../src/cli/arguments.js')
    for (const { name, examples } of commands) {
      for (const example of examples) {
        const words = [...example.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word ?? '')
        assert.equal(words[0], 'muster')
        const { command, help } = parseCall(words.slice(1), commands)
        assert.ok(command.name === name || help, example)
      }
    }
  })
})
