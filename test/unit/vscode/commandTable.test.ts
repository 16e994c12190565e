import assert from 'node:assert/strict'
import type * as Table from '../../../src/vscode/commands/table.js'
import { Screen, withEditor } from './editor.js'

describe('a command of a row', () => {
  it('does nothing without its row, which came while the list was made anew, and not what the same command does above the list', async () => {
    const screen = new Screen()
    screen.manifest = { contributes: { commands: [] } }
    const { registerCommands } = await withEditor<typeof Table>('commands/table.ts', screen)
    const context = { log: { error: (...what: unknown[]) => assert.fail(what.join(' ')) }, window: { state: { kind: 'on' }, writable: true, muster: { agent: 'me', state: () => ({ claims: [], agents: [], tasks: [], me: undefined }), checkIn: () => Promise.resolve({ ok: true, waiters: [] }) } } }
    registerCommands(context as unknown as Parameters<typeof registerCommands>[0], () => undefined)
    const press = async (command: string): Promise<string[]> => {
      screen.shown.length = 0
      await screen.commands.get(command)!(undefined, undefined)
      return screen.shown.map(({ text }) => text)
    }
    for (const command of ['muster.checkIn', 'muster.sendMessage', 'muster.handOff', 'muster.release']) assert.deepEqual(await press(command), ['The list has just changed. Please click again.'], command)
    assert.match((await press('muster.titleCheckIn'))[0]!, /^How far are you/)
    assert.deepEqual(await press('muster.titleSendMessage'), ['Nobody else is here yet.'])
    assert.match((await press('muster.titleHandOff'))[0]!, /^You hold no locks/)
  })
})

describe('a command that fails', () => {
  it('says that its repository was closed meanwhile, where it was, and no more', async () => {
    const screen = new Screen()
    screen.manifest = { contributes: { commands: [] } }
    const failed = (): Promise<never> => Promise.reject(new Error(String(Object.assign(window, { gone: true }).gone)))
    const window = { state: { kind: 'on' }, writable: true, muster: { agent: 'me', state: () => ({ claims: [], agents: [], tasks: [], me: undefined }), checkIn: failed } }
    const { registerCommands } = await withEditor<typeof Table>('commands/table.ts', screen)
    registerCommands({ log: { error: (...what: unknown[]) => assert.fail(what.join(' ')) }, window } as unknown as Parameters<typeof registerCommands>[0], () => undefined)
    await screen.commands.get('muster.titleCheckIn')!()
    const texts = (): string[] => screen.shown.splice(0).map(({ text }) => text)
    assert.equal(texts().at(-1), 'That repository is not open in this window any more.')
    await screen.commands.get('muster.titleCheckIn')!()
    assert.deepEqual(texts(), ['That repository is not open in this window any more.'])
  })

  it('is named as in menus, in the person\'s language', async () => {
    const screen = new Screen()
    const titles = ['Take Over All', { value: 'Alles übernehmen', original: 'Take Over All' }]
    for (const title of titles) {
      screen.manifest = { contributes: { commands: [{ command: 'muster.other', title: 'Other' }, { command: 'muster.takeOverAgent', title }] } }
      const { registerCommands } = await withEditor<typeof Table>('commands/table.ts', screen)
      registerCommands({ log: { error: () => undefined } } as unknown as Parameters<typeof registerCommands>[0], () => undefined)
      await screen.commands.get('muster.takeOverAgent')!()
    }
    assert.deepEqual(screen.shown.map(({ text }) => text), ['Muster: "Take Over All" did not work.', 'Muster: "Alles übernehmen" did not work.'])
  })
})
