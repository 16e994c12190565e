import assert from 'node:assert/strict'
import type { Command } from '../../../src/vscode/commands/context.js'
import { Screen, withEditor } from './editor.js'
import { ledgerStatus } from './fakes.js'

describe('recovering a session', () => {
  it('says why nothing can be locked where the window only looks', async () => {
    const screen = new Screen()
    const { recoverSession } = await withEditor<{ recoverSession: Command }>('commands/sessions.ts', screen)
    const session = { id: 's', savedAt: '2026-03-01T12:00:00Z' }
    const save = { agent: 'me', agents: [], claims: [{ heldBy: 'me', resource: 'a.ts' }] }
    const muster = { agent: 'me', listSessions: () => ({ sessions: [session], damaged: [] }), readSession: () => save, ledgerStatus: () => ({ ...ledgerStatus, readOnly: { code: 'OFFLINE', message: 'No route.', since: Date.now() } }) }
    const state = { kind: 'on', readOnly: false, muster, place: { root: '/r', folder: '/r/.muster' } }
    await recoverSession({ window: { muster, writable: false, state }, saves: { restore: () => ({ done: 1, missing: [] }) } } as unknown as Parameters<Command>[0], 's')
    assert.match(screen.shown[0]!.text, /^Recovered, except for one thing: 1 lock: Not connected to the database since /)
  })
})
