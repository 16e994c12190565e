import { realpathSync } from 'node:fs'
import { resolve } from 'node:path'
import type { MusterParts } from '../core/acting.js'
import { cleanText } from '../core/marked.js'
import type { Agent } from '../core/model/agent.js'
import type { NameRules } from '../core/names.js'
import { openParts } from '../core/parts.js'
import type { Context } from '../core/rules/rule.js'
import type { State } from '../core/state/state.js'
import { agentProgramAbove } from '../core/system/ancestors.js'
import { namesAt } from '../core/system/resolve.js'
import type { HookCall } from './call.js'
import type { Place } from './place.js'

/** One call's way to the records, as the agent whose conversation calls. */
export class HookSession {
  constructor(readonly call: HookCall, readonly place: Place, readonly parts: MusterParts) {}

  /** Id of the agent, '' while it is not known here. */
  get me(): string {
    return this.parts.connection.agent || this.parts.reader
  }

  get state(): State {
    return this.parts.ledger.peek()
  }

  get context(): Context {
    return { ...this.parts.connection.context(), agent: this.me }
  }

  /** Which names are the same file. */
  get names(): NameRules {
    return this.parts.ledger.status().names ?? namesAt(this.place.folder)
  }

  /** The agent as it is known here. */
  get agent(): Agent | undefined {
    return this.state.agents.get(this.me)
  }
}

/** Characters of a prompt's first line that make an agent's brief. */
const BRIEF = 60

export async function openSession(call: HookCall, place: Place, env: NodeJS.ProcessEnv): Promise<HookSession> {
  const program = programOf(env)
  // Where nothing tells conversations of a client apart they are one agent; never the person.
  const conversation = call.conversation ?? (program === undefined ? call.client : undefined)
  const window = windowOf(place.folder, env)
  const brief = call.moment === 'prompt' && call.subagent === undefined ? briefOf(call.prompt) : undefined
  const parts = await openParts({
    folder: place.folder,
    root: place.cwd,
    client: call.client,
    // Whoever named the agent knows better than what is told apart by conversations.
    ...(call.agent !== undefined ? { agent: call.agent } : {
      ...(conversation !== undefined && { conversation }),
      ...(call.subagent !== undefined && { subagent: call.subagent }),
      ...(program !== undefined && { process: program }),
    }),
    ...(window !== undefined && { parent: window }),
    ...(brief !== undefined && { brief }),
    // Others' calls may name another model each time; who it is does not change with it.
    ...(call.moment === 'session-start' && call.model !== undefined && { model: call.model }),
    kind: 'agent',
    attached: false,
    watch: false,
    create: false,
  })
  return new HookSession(call, place, parts)
}

/** The first line of what a person asked for. */
export function briefOf(prompt: string | undefined): string | undefined {
  const line = prompt?.split('\n').map((text) => text.replace(/\p{Cc}+/gu, ' ').trim()).find((text) => text !== '')
  if (line === undefined) return undefined
  return cleanText(line, BRIEF - 1)
}

/** Pid of the agent's program; `MUSTER_PROGRAM` names another one, or `none` for nobody. */
function programOf(env: NodeJS.ProcessEnv): number | undefined {
  const told = env['MUSTER_PROGRAM']
  if (told === undefined || told === '') return agentProgramAbove(process.pid)?.pid
  const pid = Number(told)
  return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined
}

/** The person of the editor window that the agent's terminal belongs to, in that window's folder. */
function windowOf(folder: string, env: NodeJS.ProcessEnv): string | undefined {
  const { MUSTER_WINDOW: window, MUSTER_FOLDER: home } = env
  if (!window || !home) return undefined
  try {
    return realpathSync.native(resolve(home)) === realpathSync.native(folder) ? window : undefined
  } catch {
    return undefined
  }
}
