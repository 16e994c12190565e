import { createHash } from 'node:crypto'
import type { Deployment } from '../core/model/deployment.js'
import { resourceLabel } from '../core/model/resource.js'
import type { CheckpointView } from '../core/model/workOperations.js'

/** Tells all that an agent has started from everything else, across folders. */
export function markOf(folder: string, { agent, made }: Pick<Deployment, 'agent' | 'made'>): string {
  return `MUSTER_DEPLOYMENT=${agent}.${made.seq}.${createHash('sha256').update(folder).digest('hex').slice(0, 12)}`
}

export interface Setting {
  base: NodeJS.ProcessEnv
  folder: string
  deployment: Deployment
  window?: string | undefined
  /** Given for this agent. */
  own: Readonly<Record<string, string>>
}

/** Of the editor's own processes; an agent is none of them. */
const EDITOR = /^(VSCODE_|ELECTRON_)/

/** The environment of an agent: its user's, without what is said of the process that started it, and with who it is. */
export function environmentOf({ base, folder, deployment, window, own }: Setting): NodeJS.ProcessEnv {
  const kept = Object.entries(base).filter(([name]) => !/^MUSTER_(AGENT|FOLDER|WINDOW|PROGRAM|DEPLOYMENT|READ_ONLY)$/.test(name) && name !== 'ELECTRON_RUN_AS_NODE' && name !== 'NODE_CHANNEL_FD' && !(deployment.background && EDITOR.test(name)))
  const [mark = '', value] = markOf(folder, deployment).split('=')
  return {
    ...Object.fromEntries(kept),
    ...own,
    MUSTER_AGENT: deployment.agent,
    MUSTER_FOLDER: folder,
    ...(window !== undefined && { MUSTER_WINDOW: window }),
    ...(deployment.readOnly && { MUSTER_READ_ONLY: '1' }),
    [mark]: value,
  }
}

/** What an agent is told: its brief, where it may work, and where it stood, if it was there before. */
export function promptOf(brief: string | undefined, { scopes, readOnly }: Pick<Deployment, 'scopes' | 'readOnly'>, checkpoint: CheckpointView | undefined): string {
  const parts = [brief ?? '']
  if (scopes.length > 0) parts.push(`Work on nothing but: ${scopes.map(resourceLabel).join(', ')}.`)
  if (readOnly) parts.push('You only read: change no file, commit nothing, and report what you find.')
  if (checkpoint) parts.push(['You have worked on this before and were interrupted. Go on from your last checkpoint.', ...checkpointLines(checkpoint)].join('\n'))
  return parts.filter((part) => part !== '').join('\n\n')
}

function checkpointLines({ done, next, files, verify, notes }: CheckpointView): string[] {
  const rows: [string, string][] = [['Done', done], ['Next', next], ['Files', files.join(', ')], ['How to verify', verify], ['Notes', notes]]
  return rows.filter(([, text]) => text !== '').map(([title, text]) => `${title}: ${text}`)
}
