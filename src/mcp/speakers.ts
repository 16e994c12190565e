import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { isMusterError, MusterError } from '../core/errors.js'
import type { Muster, OpenOptions } from '../core/muster.js'
import type { AgentProgram } from '../core/system/ancestors.js'
import { realpathOrSelf } from '../core/system/locate.js'
import { conversationIn, type Client } from './client.js'

export type Meta = Readonly<Record<string, unknown>> | undefined

/** What the server needs of the world around it; replaced in tests. */
export interface Surroundings {
  env: NodeJS.ProcessEnv
  /** `--agent` or MUSTER_AGENT. */
  agent: string | undefined
  /** Known once the client has introduced itself. */
  client(): Client
  /** The coordination folder and a directory of the working tree. @throws MusterError where neither can be told */
  place(): Promise<{ folder: string; root: string }>
  /** Pid of the editor window that started this, where one did. */
  windowProcess?: number
  /** The agent's program that this process runs under. */
  program(): AgentProgram | undefined
  open(options: OpenOptions): Promise<Muster>
}

/**
 * Who speaks. One connection may carry several conversations (chats of an editor): each is an agent of its own, with a
 * connection to the ledger that is opened when it first does something and closed with the server. Which one a call is of,
 * in this order: the agent that is named; the conversation in the call's `_meta`; the agent's program above this process;
 * this connection.
 */
export class Speakers {
  private readonly opened = new Map<string, Promise<Muster>>()
  private looking: Promise<Muster> | undefined
  private readonly connection = `mcp:${randomUUID()}`
  private closed = false

  constructor(private readonly surroundings: Surroundings) {}

  /** The agent of a call, where it has done something before. */
  known(meta: Meta): Promise<Muster> | undefined {
    return this.opened.get(this.keyOf(meta))
  }

  /** Whoever a look may be for that names no conversation, as those at resources do: all that have done something; else the one it names. */
  async speaking(meta: Meta): Promise<Muster[]> {
    const named = this.known(meta)
    const opened = named !== undefined ? [named] : conversationIn(meta) === undefined ? [...this.opened.values()] : []
    return (await Promise.allSettled(opened)).flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  }

  /**
   * The agent of a call, opened where it is not yet.
   * @param create Whether the folder is created where there is none.
   * @throws MusterError what opening throws; FOLDER_UNUSABLE where there is no folder
   */
  async speaker(meta: Meta, create: boolean, brief?: string): Promise<Muster> {
    if (this.closed) throw new MusterError('CLOSED', 'The server is about to end.', { hint: 'Start it again.' })
    const key = this.keyOf(meta)
    const known = this.opened.get(key)
    if (known) return known.then((muster) => this.underWindow(muster))
    const opening = this.open(meta, create, brief).then((muster) => this.underWindow(muster))
    this.opened.set(key, opening)
    opening.catch(() => this.opened.delete(key))
    return opening
  }

  /** A connection for looking only, that hears of changes; undefined while there is no folder. */
  async onlooker(): Promise<Muster | undefined> {
    const { folder, root } = await this.surroundings.place()
    if (!existsSync(folder) || this.closed) return undefined
    this.looking ??= this.surroundings.open({ folder, root, readOnly: true, attached: false, watch: true, create: false, client: this.surroundings.client().name })
    this.looking.catch(() => (this.looking = undefined))
    return this.looking
  }

  /** After an operation failed: a folder that is gone or replaced is opened anew with the next call. */
  async failed(meta: Meta, error: unknown): Promise<void> {
    if (!isMusterError(error) || (error.code !== 'CLOSED' && error.code !== 'FOLDER_UNUSABLE')) return
    const key = this.keyOf(meta)
    const known = this.opened.get(key)
    this.opened.delete(key)
    const looking = this.looking
    this.looking = undefined
    await Promise.allSettled([known?.then((muster) => muster.close()), looking?.then((muster) => muster.close())])
  }

  /** Ends all conversations: what is clean is let go of. */
  async close(): Promise<void> {
    this.closed = true
    const all = [...this.opened.values(), ...(this.looking ? [this.looking] : [])]
    this.opened.clear()
    await Promise.allSettled(all.map(async (opening) => (await opening).close()))
  }

  private keyOf(meta: Meta): string {
    if (this.surroundings.agent !== undefined) return ''
    return conversationIn(meta) ?? ''
  }

  private async open(meta: Meta, create: boolean, brief: string | undefined): Promise<Muster> {
    const { agent, env } = this.surroundings
    const { name, isEditor } = this.surroundings.client()
    const { folder, root } = await this.surroundings.place()
    if (!create && !existsSync(folder)) throw notTurnedOn()
    const common: OpenOptions = { folder, root, kind: 'agent', client: name, create, watch: false, ...(brief !== undefined && { brief }), ...parentIn(env, folder) }
    if (agent !== undefined) return this.surroundings.open({ ...common, agent })
    const conversation = conversationIn(meta)
    const program = isEditor ? undefined : this.surroundings.program()
    if (program !== undefined) return this.surroundings.open({ ...common, client: program.client, process: program.pid, ...(conversation !== undefined && { conversation }) })
    return this.surroundings.open({ ...common, conversation: conversation ?? this.connection })
  }

  /** An agent whose first call turned Muster on comes before the person of its window, and is put under them with its next. */
  private async underWindow(muster: Muster): Promise<Muster> {
    const { windowProcess } = this.surroundings
    if (windowProcess === undefined || muster.state().me?.parent !== undefined) return muster
    const { me, processes, agents } = await muster.refresh()
    const window = processes.find(({ pid }) => pid === windowProcess)?.agent
    const isPerson = agents.some(({ id, kind }) => id === window && kind === 'person')
    if (window !== undefined && isPerson && me !== undefined && me.parent === undefined) await muster.setAgent({ parent: window })
    return muster
  }
}

/** The person in whose window this runs: known in that window's folder, and in no other. */
function parentIn({ MUSTER_WINDOW: window, MUSTER_FOLDER: home }: NodeJS.ProcessEnv, folder: string): { parent?: string } {
  return window && home && realpathOrSelf(home) === realpathOrSelf(folder) ? { parent: window } : {}
}

export function notTurnedOn(): MusterError {
  return new MusterError('FOLDER_UNUSABLE', 'Nobody has used Muster here yet.', { hint: 'Call startup: it begins your work and turns Muster on.' })
}
