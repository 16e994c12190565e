import type { AgentView, ClaimView } from '../../core/model/operations.js'
import type { CheckpointView, ErrorView, TaskView } from '../../core/model/workOperations.js'
import type { World } from '../../core/muster.js'
import { addTo } from '../addTo.js'
import { rowKinds } from '../contributions.js'
import { plural, t } from '../l10n.js'
import { overlapText } from '../locksOnFiles.js'
import { lockTooltip, lookOfError, lookOfLock } from '../looks.js'
import { Overlaps } from '../resources.js'
import { ago, byName, held, nameOfPath, parentOfPath, parts, percent, short } from '../text.js'
import { lockStanding } from '../recoveryText.js'
import { levels } from '../words.js'
import { linksTo, tooltip, type Row } from './row.js'

/** Locks shown below an agent; the Locks view has all of them. */
const LOCKS_SHOWN = 25

/** Whether a lock is on something that can be opened. */
export function isFile({ kind }: ClaimView): boolean {
  return kind !== 'name' && kind !== 'glob'
}

/** What stands below agents besides those who work for them: what each works on, holds, noted last, and what went wrong last. */
export class AgentDetails {
  private readonly locks = new Map<string, ClaimView[]>()
  private readonly newest = new Map<string, ClaimView>()
  private readonly tasks = new Map<string, TaskView[]>()
  private readonly errors = new Map<string, ErrorView>()
  private overlaps: Overlaps | undefined

  constructor(private readonly world: World, private readonly now: number) {
    for (const claim of world.claims) {
      addTo(this.locks, claim.heldBy, claim)
      const known = this.newest.get(claim.heldBy)
      if (known === undefined || known.token <= claim.token) this.newest.set(claim.heldBy, claim)
    }
    for (const task of world.tasks) if (task.status === 'started' && task.worker !== undefined) addTo(this.tasks, task.worker, task)
    for (const error of world.errors) {
      const known = this.errors.get(error.agent)
      if (error.status === 'open' && (known === undefined || known.lastAt <= error.lastAt)) this.errors.set(error.agent, error)
    }
  }

  /** What an agent locked last. */
  current(agent: string): ClaimView | undefined {
    return this.newest.get(agent)
  }

  /** Whether it has left a lock that somebody may take over, wherever it is itself. */
  hasStale(agent: string): boolean {
    return this.locks.get(agent)?.some(({ stale }) => stale) === true
  }

  /** Whether any of its locks is on something that can be opened, be a name the newest. */
  hasFile(agent: string): boolean {
    return this.locks.get(agent)?.some(isFile) === true
  }

  of(agent: AgentView): Row[] {
    const { id } = agent
    const checkpoint = this.world.checkpoints.get(id)
    const error = this.errors.get(id)
    const locks = (this.locks.get(id) ?? []).sort((a, b) => byName(a.resource, b.resource))
    const gone = agent.presence === 'gone'
    const did = gone ? this.world.lastWork.get(id) : undefined
    return [
      ...(agent.status === 'failed' && !error && agent.error !== undefined ? [this.failureRow(agent.error, id)] : []),
      ...(this.tasks.get(id) ?? []).map((task) => this.taskRow(task, id)),
      ...(error ? [this.errorRow(error, id)] : []),
      ...(agent.status === 'failed' && agent.deployment?.background === true ? [logRow(id)] : []),
      ...(did ? [this.workRow(did, id)] : []),
      ...locks.slice(0, LOCKS_SHOWN).map((claim) => this.lockRow(claim, gone)),
      ...(locks.length > LOCKS_SHOWN ? [moreRow(id, locks.length - LOCKS_SHOWN)] : []),
      ...(checkpoint ? [this.checkpointRow(checkpoint, id)] : []),
    ]
  }

  private taskRow(task: TaskView, agent: string): Row {
    const description = parts(t('task'), task.priority, ago(task.startedAt ?? task.addedAt, this.now))
    return {
      id: `${agent}\n${task.id}`,
      label: short(task.title),
      description,
      icon: 'checklist',
      tooltip: tooltip(`${task.id} ${task.title}`, [t('Works on it since'), ago(task.startedAt ?? task.addedAt, this.now)], [t('Files'), linksTo('file', task.resources)]),
      spoken: parts(t('Works on task'), task.title, description),
      kind: rowKinds.startedTask,
      target: { type: 'task', id: task.id },
      click: 'muster.openTask',
    }
  }

  private errorRow(error: ErrorView, agent: string): Row {
    const description = parts(t('last error'), error.count > 1 && plural(error.count, '1 time', '{n} times'), ago(error.lastAt, this.now))
    return {
      id: `${agent}\n${error.id}`,
      label: short(error.message),
      description,
      ...lookOfError(error),
      tooltip: tooltip(`${error.id} ${error.message}`, [t('Severity'), levels(error.severity)], [t('In'), error.resource]),
      spoken: parts(t('Last error'), error.message, description),
      kind: rowKinds.openError,
      target: { type: 'error', id: error.id },
      click: 'muster.openError',
    }
  }

  /** Why it failed, where that is all there is. */
  private failureRow(why: string, agent: string): Row {
    return {
      id: `${agent}\nfailed`, label: short(why), description: t('failed'), icon: 'error', color: 'problemsErrorIcon.foreground', tooltip: tooltip(t('Error'), [t('Why'), why]), spoken: parts(t('failed'), why),
      kind: rowKinds.group, target: { type: 'agent', id: agent }, click: 'muster.recoverAgents',
    }
  }

  private workRow({ text, at }: { text: string; at: string }, agent: string): Row {
    const description = parts(t('did last'), ago(at, this.now))
    return { id: `${agent}\nwork`, label: short(text), description, icon: 'history', tooltip: tooltip(t('Last work'), [ago(at, this.now), text]), spoken: parts(t('did last'), text), kind: rowKinds.group, target: { type: 'agent', id: agent } }
  }

  /** @param gone Its holder is: then how the lock stands is said in any case. */
  private lockRow(claim: ClaimView, gone: boolean): Row {
    const name = claim.kind === 'name' ? claim.resource : nameOfPath(claim.resource)
    const overlap = overlapText((this.overlaps ??= new Overlaps(this.world.claims)).of(claim))
    const state = gone ? lockStanding(claim) : claim.stale ? t('stale') : undefined
    const description = parts(state, percent(claim.progress), !gone && claim.waiters.length > 0 && t('{0} waiting', claim.waiters.length), overlap, held(claim, this.now), claim.kind !== 'name' && short(parentOfPath(claim.resource), 60))
    return {
      id: `${claim.heldBy}\n${claim.tree}\n${claim.resource}`,
      label: short(name),
      description,
      ...lookOfLock(claim, overlap !== undefined),
      tooltip: lockTooltip(claim, overlap, this.now),
      spoken: parts(t('Lock on'), claim.resource, description),
      kind: `${claim.mine ? rowKinds.myLock : claim.stale ? rowKinds.staleLock : rowKinds.lock}${isFile(claim) ? '' : rowKinds.noFile}`,
      target: { type: 'lock', tree: claim.tree, resource: claim.resource, heldBy: claim.heldBy },
      click: isFile(claim) ? 'muster.openFile' : 'muster.showLock',
    }
  }

  private checkpointRow(checkpoint: CheckpointView, agent: string): Row {
    const what = checkpoint.next || checkpoint.done || checkpoint.notes
    const description = parts(t('last checkpoint'), ago(checkpoint.savedAt, this.now))
    return {
      id: `${agent}\ncheckpoint`,
      label: short(what) || t('(empty)'),
      description,
      icon: 'bookmark',
      tooltip: tooltip(t('Checkpoint'), [t('Done'), checkpoint.done], [t('Next'), checkpoint.next], [t('To see that it works'), checkpoint.verify], [t('Files'), checkpoint.files.slice(0, 10).join(', ')], [t('Notes'), checkpoint.notes]),
      spoken: parts(t('Last checkpoint'), what, description),
      kind: rowKinds.checkpoint,
      target: { type: 'agent', id: agent },
    }
  }
}

function logRow(agent: string): Row {
  const label = t('Its log')
  return { id: `${agent}\nlog`, label, description: '', icon: 'output', tooltip: tooltip(label), spoken: label, kind: rowKinds.group, target: { type: 'agent', id: agent }, click: 'muster.showAgentLog' }
}

/**
 * Files with changes that a gone agent left behind, below it.
 * @param files by the working tree they are in, as git names them; undefined where git cannot tell
 */
export function uncommittedRows(agent: string, files: ReadonlyMap<string, readonly string[]> | undefined): Row[] {
  if (files === undefined) {
    const label = t('git cannot say what is not committed')
    return [{ id: `${agent}\nuncommitted`, label, description: '', icon: 'question', tooltip: tooltip(label), spoken: label, kind: rowKinds.group, target: { type: 'group' } }]
  }
  return [...files].flatMap(([tree, paths]) => paths.map((path) => uncommittedRow(agent, tree, path))).slice(0, LOCKS_SHOWN)
}

function uncommittedRow(agent: string, tree: string, path: string): Row {
  const description = parts(t('not committed'), parentOfPath(path), tree)
  return {
    id: `${agent}\nuncommitted\n${tree}\n${path}`,
    label: short(nameOfPath(path)),
    description,
    icon: 'diff-modified',
    color: 'gitDecoration.modifiedResourceForeground',
    tooltip: tooltip(path, [t('State'), t('not committed')], [t('Working tree'), tree]),
    spoken: parts(path, t('not committed')),
    kind: rowKinds.uncommitted,
    target: { type: 'lock', tree, resource: path, heldBy: agent },
    click: 'muster.openFile',
  }
}

function moreRow(agent: string, more: number): Row {
  const label = plural(more, '1 more lock', '{n} more locks')
  return { id: `${agent}\nmore`, label, description: '', icon: 'ellipsis', tooltip: tooltip(label, [t('See'), t('the Locks view')]), spoken: label, kind: rowKinds.group, target: { type: 'group' } }
}
