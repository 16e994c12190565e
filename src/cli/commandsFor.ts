import { firstWord } from './arguments.js'
import type { Command } from './command.js'

const claims = async (): Promise<readonly Command[]> => (await import('./commands/claims.js')).claimCommands
const messages = async (): Promise<readonly Command[]> => (await import('./commands/messages.js')).messageCommands
const overview = async (): Promise<readonly Command[]> => (await import('./commands/overview.js')).overviewCommands
const tasks = async (): Promise<readonly Command[]> => (await import('./commands/tasks.js')).taskCommands
const reports = async (): Promise<readonly Command[]> => (await import('./commands/reports.js')).reportCommands

/** First words of commands that agents call all the time. */
export const quick: Readonly<Record<string, () => Promise<readonly Command[]>>> = {
  status: overview, startup: overview,
  claim: claims, 'check-in': claims, release: claims, claims,
  send: messages, inbox: messages, ack: messages, reply: messages,
  task: tasks, checkpoint: reports, 'work-log': reports,
}

/** The commands among which a command line names one: of those called all the time only their group, since to make a table of them all takes longer than most commands. */
export async function commandsFor(args: readonly string[]): Promise<readonly Command[]> {
  const word = firstWord(args) ?? ''
  const load = Object.hasOwn(quick, word) ? quick[word] : undefined
  return load ? load() : (await import('./commands.js')).commands
}
