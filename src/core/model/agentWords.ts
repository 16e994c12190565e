/* Words for agents, without schemas: what only needs the words (a hook, a command) starts without loading any. */

export const agentKinds = ['person', 'agent'] as const
export const agentRoles = ['lead', 'executor', 'guide', 'worker'] as const
export const agentStatuses = ['waiting', 'starting', 'working', 'blocked', 'failed', 'done'] as const

/**
 * Agent id for a name: lower case, letters and digits of any script, `-`, `_` and `.`; case twins are one agent.
 * Never a path, a device name or longer than 64 characters.
 */
export function agentIdOf(name: string): string {
  const id = name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}._-]+/gu, '-')
    .replace(/^[-.]+/, '')
    .slice(0, 64)
    .replace(/[-.]+$/, '')
  return /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/.test(id) ? `agent-${id}` : id
}
