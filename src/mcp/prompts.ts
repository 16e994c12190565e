import type { GetPromptResult, Prompt } from '@modelcontextprotocol/sdk/types.js'
import { cleanText } from './othersText.js'

interface Definition extends Prompt {
  text(given: Readonly<Record<string, string>>): string
}

const work = [
  'Lock each file with claim before you change it. If a lock is refused, do not edit that file: wait, ask its holder, or do something else first.',
  'check_in at every step worth knowing about and at least every 15 minutes; when it says that messages are unread, read_messages.',
  'release each file as soon as your change to it is saved and committed.',
].join('\n')

/** What a person may pick to set an agent to work. Their arguments are the person's own words. */
const prompts: readonly Definition[] = [
  {
    name: 'start_work',
    title: 'Start work, coordinated with the others here',
    description: 'Begin a task: see who does what, lock before editing, check in, release',
    arguments: [{ name: 'task', description: 'What is to be done', required: false }],
    text: ({ task }) => `${task === undefined ? 'Find out from me or from the open requests what is to be done' : `Your task: ${task}`}\n\nOthers work on this code at the same time. Call startup first${task === undefined ? '' : ' with this task'}. Answer open requests for help before you begin something new, and respect the approved decisions.\n${work}`,
  },
  {
    name: 'hand_off',
    title: 'Hand off what you are doing',
    description: 'Stop in good order: tell what is done and what is next, and let go of the locks or pass them on',
    arguments: [{ name: 'to', description: 'Agent that goes on; without it, whoever comes next', required: false }],
    text: ({ to }) => `Stop here in good order${to === undefined ? '' : ` and hand your work to ${to}`}.\n1. Bring the files you changed into a state that builds; commit, or say which changes are not committed.\n2. check_in with what is done, what is next, the files and how to verify.\n3. ${to === undefined ? 'release every lock you hold, saying what you did.' : `release with handOffTo "${to}" and a message that says what to do next: your locks go over to it.`}\n4. read_messages, and answer what is open.`,
  },
  {
    name: 'resume',
    title: 'Resume work that was interrupted',
    description: 'Go on where you, or an agent that is gone, left off',
    arguments: [{ name: 'agent', description: 'The agent whose work it is; without it, your own', required: false }],
    text: ({ agent }) => `Go on with work that was interrupted. Call startup. ${agent === undefined ? 'What you still hold is marked mine; your last checkpoint says what is next.' : `Look in its answer for ${agent}, and at what it holds. Its stale locks may be taken over: claim with takeOver; where changes are not committed, look at them with git first.`}\nVerify what is there before you build on it: git status, git diff, the tests.\n${work}`,
  },
]

export function listedPrompts(): Prompt[] {
  return prompts.map(({ text: _, ...prompt }) => prompt)
}

/** Undefined for an unknown one. */
export function promptNamed(name: string, given: Readonly<Record<string, string>> = {}): GetPromptResult | undefined {
  const prompt = prompts.find((one) => one.name === name)
  if (!prompt) return undefined
  const said = Object.fromEntries(Object.entries(given).flatMap(([key, value]) => (value.trim() === '' ? [] : [[key, cleanText(value)]])))
  return { description: prompt.description ?? '', messages: [{ role: 'user', content: { type: 'text', text: prompt.text(said) } }] }
}
