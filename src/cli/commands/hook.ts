import { command } from '../command.js'
import { UsageError } from '../usageError.js'

export const hookCommands = [
  command({
    name: 'hook',
    summary: 'Answer a hook of an AI agent, which tells what happens on stdin',
    details: 'Configured by: muster connect <client>. Locks what is about to be edited or refuses the edit, keeps locks alive, hands messages over.\nThe event as the client names it; who calls is told by what stands on stdin, and by --client where that is the same for two.\nA call with an event never fails: it is silent where Muster is not turned on, and lets the agent go on where it is broken. Without one it is wrong usage, exit code 2. MUSTER_GUARD=off lets every edit through, closed refuses edits when Muster is broken.',
    words: { usage: '<event>', min: 0, max: 1 },
    options: { client: { type: 'choice', choices: ['claude-code', 'codex', 'gemini-cli', 'copilot', 'cursor', 'opencode'], help: 'Who calls, where its input does not tell' } },
    access: 'nothing',
    examples: ['muster hook PreToolUse --client claude-code'],
    // A hook that is called as it should be never comes here (main.ts).
    run: async () => {
      throw new UsageError('A hook is called with the event first, and what the client tells on stdin. To have a client call it so: muster connect <client>.', 'muster hook <event> [--client CLIENT]')
    },
  }),
]
