import type { AgentLine, RecoverResult, SavedSession, SaveResult, SessionList, SessionStatus } from '../../core/model/saveOperations.js'
import { list } from '../../core/state/text.js'
import { oneLine, say } from '../text/escape.js'
import { table } from '../text/table.js'
import { ago } from '../text/time.js'
import type { Ui } from '../text/ui.js'

export function savedText({ saved, session, path }: SaveResult): string {
  return saved ? say`Saved ${contents(session)}: ${path}` : say`Nothing has changed since the last save (${session.id}).`
}

export function sessionsText({ sessions, damaged }: SessionList, ui: Ui): string {
  const rows = sessions.map((one) => [one.id, ago(one.savedAt, ui.now), one.window || 'no window', contents(one), list(one.repositories.flatMap(({ branch }) => branch ?? []))])
  return [
    sessions.length === 0 ? 'Nothing was saved yet. Save with: muster session save' : table([{ title: 'ID' }, { title: 'SAVED', align: 'right' }, { title: 'WINDOW', min: 8 }, { title: 'HOLDS', min: 20 }, { title: 'BRANCHES', min: 6, drop: 1 }], rows, ui),
    ...damaged.map(({ path, problem }) => ui.paint('warning', say`Left alone, since ${problem}: ${path}`)),
  ].join('\n')
}

export function sessionStatusText({ agents, last }: SessionStatus, ui: Ui): string {
  return [
    ...(agents.length === 0 ? ['No agent is known here.'] : agents.map(agentLine)),
    '',
    last === undefined ? 'Nothing was saved yet. Save with: muster session save' : say`Last saved ${ago(last.savedAt, ui.now)}: ${contents(last)}. To recover: muster session recover`,
  ].join('\n')
}

function agentLine({ sign, name, status, presence, summary, waitingFor }: AgentLine): string {
  const more = [summary, waitingFor.length > 0 ? `for ${list(waitingFor)}` : '', presence === 'gone' && status !== 'done' && status !== 'failed' ? 'gone' : ''].filter((part) => part !== '')
  return oneLine(`${sign} ${name}: ${status}${more.length === 0 ? '' : ` (${more.join('; ')})`}`)
}

export function recoveredText(result: RecoverResult, ui: Ui): string {
  if (!result.ok) return oneLine(result.hint)
  const { dryRun, session, claims, refused, open, next } = result
  const names = (title: string, values: readonly string[]): string[] => (values.length === 0 ? [] : [say`${title} ${list(values)}`])
  return [
    ui.paint('strong', oneLine(`${dryRun ? 'Would recover' : 'Recovered'} from ${session.id}, saved ${ago(session.savedAt, ui.now)}${session.window === '' ? '' : ` in the window of ${session.window}`}`)),
    ...(claims.length === 0 && refused.length === 0 ? ['You held no locks then.'] : []),
    ...claims.map(({ resource, token, how }) => `  ${oneLine(`${resource}: ${how === 'kept' ? 'yours all along' : dryRun ? 'free, would be locked anew' : 'locked anew'}${dryRun && how === 'anew' ? '' : ` (token ${token})`}`)}`),
    ...refused.map(({ resource, hint }) => ui.paint('warning', say`  ${resource}: not yours any more. ${hint}`)),
    ...names('Editors:', open.editors),
    ...names('Unsaved text:', open.unsaved),
    ...names('Terminals:', open.terminals),
    oneLine(next),
  ].join('\n')
}

function contents({ editors, unsaved, terminals, agents, claims }: SavedSession): string {
  const parts = [[editors, 'editor'], [unsaved, 'unsaved text'], [terminals, 'terminal'], [agents, 'agent'], [claims, 'lock']] as const
  const there = parts.flatMap(([count, word]) => (count === 0 ? [] : [`${count} ${word}${count === 1 ? '' : 's'}`]))
  return there.length === 0 ? 'branches only' : there.join(', ')
}
