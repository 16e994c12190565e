import { resolve } from 'node:path'
import { connectable, type Place } from '../../connect/plan.js'
import { treeOf } from '../../core/system/locate.js'
import { tell } from '../../core/tell.js'
import { command, outcome, type Context } from '../command.js'
import { UsageError } from '../usageError.js'
import { changesText, clientsText } from '../views/connect.js'

export const connectCommands = [
  command({
    name: 'connect',
    summary: 'Connect an AI agent to Muster: its tools, its hooks, what it is told',
    details: 'Shows what would change in which file, asks, and writes it; what is there stays as it is. The same again changes nothing.\nTaken out by --remove. Without a client: which are connected here.',
    words: { usage: '[client]', min: 0, max: 1 },
    options: {
      yes: { type: 'flag', help: 'Do not ask' },
      remove: { type: 'flag', help: 'Take out what connecting has put in' },
      'dry-run': { type: 'flag', help: 'Only show what would change' },
      plan: { type: 'text', value: 'NAME', help: 'Write nothing but what a dry run has shown under this name' },
      command: { type: 'list', value: 'PROGRAM', help: 'How the client starts Muster, word for word; default: muster where it is on the PATH, else this program' },
    },
    access: 'nothing',
    examples: ['muster connect claude-code', 'muster connect codex --dry-run', 'muster connect cursor --remove'],
    async run(context, options, [word]) {
      const { host } = context
      const place = await placeOf(context, options.command)
      const { applyPlanned, isConnected, nameOfPlan, planConnect, planDisconnect } = await import('../../connect/connection.js')
      if (word === undefined) {
        const clients = connectable.map((client) => ({ client, connected: isConnected(client, place) }))
        return outcome({ ok: true, clients }, () => clientsText(clients))
      }
      const client = connectable.find((one) => one === word)
      if (client === undefined) throw new UsageError(`"${word}" is not known. Clients: ${connectable.join(', ')}.`, 'muster connect [client] [options]')
      const planned = options.remove ? planDisconnect(client, place) : planConnect(client, place)
      const { changes, notes } = planned
      if (changes.length === 0) return outcome({ ok: true, client, changes, notes }, () => [options.remove ? 'Nothing of Muster is in its files.' : 'It is connected already.', ...notes].join('\n'))
      const plan = nameOfPlan(changes)
      if (options['dry-run']) return outcome({ ok: true, client, changes, notes, plan }, (ui) => changesText(changes, ui))
      if (options.plan !== undefined && options.plan !== plan) return outcome({ ok: false, reason: 'CHANGED', hint: tell`The files are not as they were shown, so nothing was written. Look at the changes again.`, client, changes, notes, plan }, () => 'The files are not as they were shown, so nothing was written. Look at the changes again: --dry-run.')
      if (!options.yes && !(await agreed(context, changes))) {
        return outcome({ ok: false, reason: 'NOT_CONFIRMED', hint: tell`Nothing was changed. Add --yes to write without being asked.`, client, changes, notes }, (ui) => `${host.ask === undefined ? `${changesText(changes, ui)}\n` : ''}Nothing was changed. Add --yes to write without being asked.`)
      }
      applyPlanned(planned, place)
      return outcome({ ok: true, client, changes, notes }, () => [`${options.remove ? 'Taken out of' : 'Written:'} ${changes.map(({ file }) => file).join(', ')}`, ...notes].join('\n'))
    },
  }),
]

async function agreed({ host, global, notice, print }: Context, changes: Parameters<typeof changesText>[0]): Promise<boolean> {
  if (global.json || host.ask === undefined) return false
  print({}, (ui) => changesText(changes, ui))
  notice('')
  return /^y(es)?$/i.test((await host.ask('Write this? [y/N] ')).trim())
}

async function placeOf({ host, global }: Context, told: readonly string[] | undefined): Promise<Place> {
  if (told?.includes('')) throw new UsageError('--command needs a value.')
  const { launcherOf } = await import('../../connect/launcher.js')
  const root = treeOf(host.cwd)?.root ?? host.cwd
  return {
    root,
    folder: global.folder === undefined ? await host.locate(host.cwd) : resolve(host.cwd, global.folder),
    launcher: told === undefined || told.length === 0 ? launcherOf(host.env, process.platform, host.program) : told,
    platform: process.platform,
  }
}
