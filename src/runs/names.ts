import type { Refusal } from '../core/model/operations.js'
import type { RunView } from '../core/model/runs.js'
import { tell } from '../core/tell.js'
import { parseFolderName, stampOf, versionOf } from './layout.js'

/** The run that is meant by a folder, a path to it, or a name: of several of one name the one at work, else the last. */
export function runMeant(runs: readonly RunView[], text: string): RunView | undefined {
  const given = text.replaceAll('\\', '/').replace(/\/+$/, '').split('/').at(-1) ?? text
  const exact = runs.find(({ run }) => run === given)
  if (exact) return exact
  const mates = runs.filter((run) => isCalled(run, given))
  return mates.find(({ status }) => status === 'running') ?? mates.at(-1)
}

/** Runs of one name, whenever they were, the oldest first. */
export function namesakes(runs: readonly RunView[], name: string): RunView[] {
  return runs.filter((run) => isCalled(run, name))
}

function isCalled({ run, name }: RunView, wanted: string): boolean {
  return name === wanted || parseFolderName(run)?.rest === wanted
}

/** A name that no run has yet: `2025-12-29_15-30_sweep_v2`. */
export function suggestionFor(runs: readonly RunView[], name: string, now: number): string {
  const { base } = versionOf(name)
  const taken = runs.flatMap((run) => [versionOf(run.name), versionOf(parseFolderName(run.run)?.rest ?? run.name)]).filter((one) => one.base === base)
  return `${stampOf(now)}_${base}_v${Math.max(1, ...taken.map(({ version }) => version)) + 1}`
}

/** The folder of a new run: nothing there has that name. */
export function newFolder(taken: ReadonlySet<string>, name: string, now: number): string {
  const folder = `${stampOf(now)}_${name}`
  if (!taken.has(folder)) return folder
  const { base, version } = versionOf(name)
  for (let n = version + 1; ; n++) if (!taken.has(`${stampOf(now)}_${base}_v${n}`)) return `${stampOf(now)}_${base}_v${n}`
}

export function noRun(text: string): Refusal & { reason: 'NOT_FOUND' } {
  return { ok: false, reason: 'NOT_FOUND', hint: tell`There is no run ${text}. List them: muster run list` }
}
