import { openMuster } from '../core/open.js'
import { commandFile, type CommandFile } from './commandFile.js'
import { Keeper } from './keeper.js'

export interface KeepOptions {
  folder: string
  agent: string
  number: number
  /** Stdout is for one JSON object. */
  json?: boolean
}

/**
 * Becomes the keeper of one deployed agent; resolves when that has ended, with its exit code. In a terminal Ctrl-C is the agent's,
 * and the end of the terminal is its end. Otherwise whoever started this hands over the command on stdin.
 */
export async function keep({ folder, agent, number, json = false }: KeepOptions): Promise<number> {
  const inTerminal = process.stdin.isTTY
  const command = inTerminal ? undefined : handedOver(await input())
  const muster = await openMuster({ folder, agent, attached: false, watch: false, create: false, client: 'keeper', root: command?.cwd ?? process.cwd() })
  // Its log may be on a disk that is full, or a terminal that is gone: neither is a reason to leave the agent alone.
  process.stderr.on('error', () => undefined)
  const keeper = new Keeper({ muster, agent, number, command, env: process.env, stdoutTaken: json, log: (text) => void process.stderr.write(`${new Date().toISOString()} ${text}\n`) })
  process.removeAllListeners('SIGINT')
  process.on('SIGINT', () => undefined)
  // The system ends everything, or somebody ends this keeper only: either way there is nothing to be said about the agent.
  process.removeAllListeners('SIGTERM')
  process.on('SIGTERM', () => process.exit(0))
  process.on('SIGHUP', () => inTerminal && keeper.hangUp())
  const exit = await keeper.run()
  await muster.close()
  return exit
}

function handedOver(text: string): CommandFile | undefined {
  return text === '' ? undefined : commandFile.parse(JSON.parse(text))
}

async function input(): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of process.stdin) parts.push(part as Buffer)
  return Buffer.concat(parts).toString('utf8')
}
