import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { restartPolicies } from '../../core/model/words.js'
import type { DeployInput } from '../../core/model/deployOperations.js'
import { command, outcome, type Context, type Outcome } from '../command.js'
import { oneLine } from '../text/escape.js'
import { UsageError } from '../usageError.js'
import { deployedText, logText, requestText, restartedText, stoppedText } from '../views/deploy.js'

const options = {
  name: { type: 'text', value: 'NAME', help: 'What the agent is called; needed unless --requests is given' },
  template: { type: 'text', value: 'T', help: 'One of your command templates, instead of a command' },
  brief: { type: 'text', value: 'T', help: 'What it is to do' },
  'brief-file': { type: 'text', value: 'FILE', help: 'The same, from a file' },
  model: { type: 'text', value: 'M', help: 'The model it is to use' },
  level: { type: 'text', value: 'L', help: 'Its place in a hierarchy: L1, L2 …' },
  parent: { type: 'text', value: 'ID', help: 'Agent it works under; default: you' },
  kind: { type: 'text', value: 'K', help: 'Part of the pool it counts in; default: told by the program' },
  scope: { type: 'list', value: 'PATH', help: 'Files, folder or pattern it may work on' },
  'read-only': { type: 'flag', help: 'It reports and locks nothing' },
  budget: { type: 'number', value: 'MIN', help: 'Minutes after which it is stopped' },
  restart: { type: 'choice', choices: restartPolicies, help: 'Whether it is started again when it ends; default never' },
  'max-restarts': { type: 'number', value: 'N', help: 'How many times at most; default 3', integer: true },
  terminal: { type: 'flag', help: 'Run it here, in this terminal, instead of in the background' },
  requests: { type: 'flag', help: 'Deploy what lies in requests/ of the folder, with your templates or the command' },
  watch: { type: 'flag', help: 'With --requests: go on until interrupted' },
} as const

const nameWord = { usage: '<name>', min: 1, max: 1 }
/** ms between two looks for requests and killed keepers. */
const LOOK_MS = 1_000

export const deployCommands = [
  command({
    name: 'deploy',
    summary: 'Start a process for an agent and keep an eye on it',
    details: 'It goes on when this command ends: a keeper watches it, starts it again as told, and ends it when asked. Placeholders {brief}, {briefFile}, {agent} and {model} in the command are filled in; no shell reads it.',
    words: { usage: '[-- COMMAND…]', min: 0, max: 1_000, empty: true },
    options,
    access: 'start',
    examples: [
      'muster deploy --name alpha --brief "Fix the login" --scope src/auth/ -- claude -p {brief}',
      'muster deploy --name L2.1 --template claude --budget 90 --restart on-failure',
      'muster deploy --requests --watch -- claude -p {brief}',
    ],
    async run(context, given, words) {
      if (given.requests) return requests(context, given.watch, words)
      if (given.name === undefined) throw new UsageError('--name is missing.')
      const { deployTool } = await import('../../tools/deploy.js')
      const { checkInput } = await import('../../tools/tool.js')
      const { muster } = context
      const { brief, budget, scope, terminal, 'read-only': readOnly, 'max-restarts': maxRestarts, 'brief-file': file } = given
      if (brief !== undefined && file !== undefined) throw new UsageError('Give --brief or --brief-file, not both.')
      const text = file === undefined ? brief : textOf(resolve(context.host.cwd, file))
      const { name, template, model, level, parent, kind, restart } = given
      const fields = Object.fromEntries(Object.entries({ name, template, model, level, parent, kind, restart, brief: text, budgetMinutes: budget, scopes: scope.length > 0 ? scope : undefined, readOnly: readOnly || undefined, maxRestarts }).filter(([, value]) => value !== undefined))
      const checked = checkInput(deployTool, fields) as DeployInput
      const deploying = muster.deploy({ ...checked, cwd: context.host.cwd, background: !terminal, ...(words.length > 0 && { command: [...words] }) })
      const result = await unless(context.interrupted, deploying)
      if (result === undefined) return nobodyWaits(name)
      if (!result.ok || !terminal) return outcome(result, () => deployedText(result))
      context.notice(`muster: ${result.agent} runs in this terminal.`)
      const exit = await context.host.keep({ folder: muster.folder, agent: result.agent, number: result.number, json: context.global.json })
      return { ...outcome(result, () => ''), ...(exit !== 0 && { exit }) }
    },
  }),
  command({
    name: 'agent stop',
    summary: 'End an agent that Muster started, with everything it has started',
    details: 'It is asked first and given some seconds. For people, and for those it works for.',
    words: nameWord,
    options: { reason: { type: 'text', value: 'T', help: 'Why; the agent and others see it' } },
    access: 'join',
    examples: ['muster agent stop alpha --reason "wrong branch"'],
    async run({ muster, interrupted }, { reason }, [id = '']) {
      const result = await unless(interrupted, muster.stopAgent(id, reason))
      if (result === undefined) return nobodyWaits(id)
      return outcome(result, () => stoppedText(result))
    },
  }),
  command({
    name: 'agent restart',
    summary: 'Begin an agent again that Muster started, from its last checkpoint',
    details: 'One that runs is stopped before. For people, and for those it works for.',
    words: nameWord,
    options: { reason: { type: 'text', value: 'T', help: 'Why; the agent and others see it' } },
    access: 'join',
    examples: ['muster agent restart alpha'],
    async run({ muster, host, global, interrupted }, { reason }, [id = '']) {
      const result = await unless(interrupted, muster.restartAgent(id, reason))
      if (result === undefined) return nobodyWaits(id)
      const exit = result.ok && result.run ? await host.keep({ folder: muster.folder, agent: result.agent, number: result.number, json: global.json }) : 0
      return { ...outcome(result, () => restartedText(result)), ...(exit !== 0 && { exit }) }
    },
  }),
  command({
    name: 'agent log',
    summary: 'Show what an agent in the background has written',
    words: nameWord,
    options: {
      lines: { type: 'number', value: 'N', help: 'How many of the last lines; default 100', integer: true },
      follow: { type: 'flag', help: 'Go on showing what it writes, until it ends or this is interrupted' },
    },
    access: 'look',
    examples: ['muster agent log alpha --follow'],
    async run(context, { lines, follow }, [id = '']) {
      const result = await context.muster.agentLog(id, lines)
      if (!result.ok || !follow) return outcome(result, () => logText(result))
      const { followLog } = await import('../../supervisor/followLog.js')
      context.print({ ok: true, agent: result.agent, lines: result.lines }, () => logText(result))
      const hasEnded = async (): Promise<boolean> => ((await context.muster.refresh()).agents.find((agent) => agent.id === result.agent)?.deployment?.phase ?? 'ended') === 'ended'
      await followLog(result.file, hasEnded, context.interrupted, (line) => context.print({ ok: true, agent: result.agent, line }, () => logText({ ...result, lines: [line] })))
      return undefined
    },
  }),
  command({
    name: 'agent keep',
    summary: 'Keep an eye on one deployed agent; deploy starts it',
    details: 'You need not run this yourself. In a terminal, its agent runs there.',
    words: nameWord,
    options: { number: { type: 'number', value: 'N', help: 'Of the deployment', integer: true } },
    access: 'folder',
    examples: ['muster agent keep alpha --number 12'],
    async run({ host, folder, global }, { number }, [agent = '']) {
      if (number === undefined) throw new UsageError('--number is missing.')
      const exit = await host.keep({ folder, agent, number, json: global.json })
      return { json: { ok: exit === 0 }, text: () => '', exit }
    },
  }),
]

/** What a keeper was asked for, which it does all the same when nobody waits any more: undefined then. */
function unless<T>(interrupted: AbortSignal, answer: Promise<T>): Promise<T | undefined> {
  const stopped = new Promise<undefined>((resolve) => {
    if (interrupted.aborted) resolve(undefined)
    else interrupted.addEventListener('abort', () => resolve(undefined), { once: true })
  })
  return Promise.race([answer, stopped])
}

function nobodyWaits(id: string): Outcome {
  const hint = `Stopped waiting. It may happen all the same; see: muster agent show ${id}`
  return outcome({ ok: false, reason: 'INTERRUPTED', hint }, () => oneLine(hint))
}

async function requests(context: Context, watch: boolean, words: readonly string[]): Promise<Outcome | undefined> {
  const { takeRequests } = await import('../../supervisor/requests.js')
  const { muster, interrupted } = context
  const [program = '', script = ''] = context.host.program
  const deploy = (agent: DeployInput): ReturnType<typeof muster.deploy> => muster.deploy({ ...agent, cwd: context.host.cwd, ...(words.length > 0 && agent.template === undefined && { command: [...words] }) })
  if (!watch) {
    const taken = await takeRequests(muster, deploy, true)
    return outcome({ ok: true, requests: taken }, () => taken.map(requestText).join('\n') || 'No requests.')
  }
  const { tend } = await import('../../supervisor/tend.js')
  const { readConfig } = await import('../../supervisor/config.js')
  while (!interrupted.aborted) {
    for (const one of await takeRequests(muster, deploy)) context.print({ ok: true, ...one }, () => requestText(one))
    await tend(muster, { program: { argv: [program, script] }, env: context.host.env, config: () => readConfig(context.host.env) })
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, LOOK_MS)
      interrupted.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true })
    })
  }
  return undefined
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}
