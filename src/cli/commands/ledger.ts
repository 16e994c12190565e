import type { LogEntry } from '../../core/muster.js'
import { agentIdOf } from '../../core/model/agentId.js'
import { command, outcome, type Context } from '../command.js'
import { UsageError } from '../usageError.js'
import { logLine, logText, verifyText } from '../views/ledger.js'

export const ledgerCommands = [
  command({
    name: 'log',
    summary: 'Show what happened, oldest first',
    details: 'With --json --follow every entry is a line of its own. Here --agent chooses whose entries to show.',
    options: {
      follow: { type: 'flag', help: 'Go on showing what happens, until Ctrl-C' },
      since: { type: 'text', value: 'WHEN', help: 'Minutes back, or a date and time (ISO 8601)' },
      agent: { type: 'text', value: 'NAME', help: 'Only what this agent did' },
      type: { type: 'text', value: 'TYPE', help: 'Only this kind: claim, message, decision, task, error, agent …, or exactly: claim.granted' },
    },
    access: 'look',
    watch: ({ follow }) => follow,
    examples: ['muster log --since 60', 'muster log --agent beta --type claim', 'muster log --follow --json'],
    async run(context, options) {
      const wanted = filterOf(options, context.host.now())
      if (options.follow) return follow(context, wanted)
      const entries: LogEntry[] = []
      for await (const entry of context.muster.log()) if (wanted(entry)) entries.push(entry)
      return outcome({ ok: true, entries }, (ui) => logText(entries, ui))
    },
  }),
  command({
    name: 'verify',
    summary: 'Check the records from first to last',
    details: 'Reads every line, checks that none is missing or changed, and writes nothing. Exit code 1 when something is wrong.',
    options: {},
    access: 'folder',
    examples: ['muster verify', 'muster verify --json'],
    async run({ host, folder }) {
      const { firstAt, lastAt, ...found } = await host.verify(folder)
      const report = { ...found, ...(firstAt !== undefined && { firstAt: iso(firstAt) }), ...(lastAt !== undefined && { lastAt: iso(lastAt) }) }
      return outcome(report, (ui) => verifyText(report, ui))
    },
  }),
]

/** Times leave as everywhere else: ISO 8601 in UTC. */
function iso(ms: number): string {
  return new Date(ms).toISOString()
}

type Filter = (entry: LogEntry) => boolean

function filterOf({ since, agent, type }: { since?: string | undefined; agent?: string | undefined; type?: string | undefined }, now: number): Filter {
  const from = since === undefined ? -Infinity : timeOf(since, now)
  const by = agent === undefined ? undefined : agentIdOf(agent)
  return (entry) =>
    Date.parse(entry.at) >= from
    && (by === undefined || entry.by === by)
    && (type === undefined || entry.event.type === type || entry.event.type.startsWith(`${type}.`))
}

function timeOf(since: string, now: number): number {
  if (/^\d*\.?\d+$/.test(since)) return now - Number(since) * 60_000
  const time = Date.parse(since)
  if (Number.isNaN(time)) throw new UsageError(`--since is minutes back or a date and time; not "${since}".`)
  return time
}

/** What is there, then what comes, each entry once; until interrupted. */
async function follow({ muster, interrupted, print }: Context, wanted: Filter): Promise<undefined> {
  const arrived: LogEntry[] = []
  let wake = (): void => undefined
  const subscription = muster.onDidChange(({ entries }) => {
    arrived.push(...entries)
    wake()
  })
  const show = (entry: LogEntry): void => {
    if (wanted(entry)) print({ ok: true, ...entry }, (ui) => logLine(entry, ui))
  }
  try {
    let seen = 0
    for await (const entry of muster.log()) {
      if (interrupted.aborted) return
      show(entry)
      seen = entry.seq
    }
    while (!interrupted.aborted) {
      // What arrived while the history was read is in both.
      for (const entry of arrived.splice(0)) if (entry.seq > seen) show(entry)
      await new Promise<void>((resolve) => {
        wake = resolve
        interrupted.addEventListener('abort', () => resolve(), { once: true })
        if (arrived.length > 0) resolve()
      })
    }
  } finally {
    subscription.dispose()
  }
}
