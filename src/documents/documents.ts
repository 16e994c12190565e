import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Muster } from '../core/muster.js'
import { sweep, writeDurably } from '../runs/durable.js'
import { Account } from './account.js'
import { producers } from './producers.js'
import { bytesOf } from './replace.js'
import { readSettings } from './settings.js'
import { takeIn, type Seen } from './takeIn.js'
import { collectOutputs } from './tickets/outputs.js'
import { takeTurn, type Turn } from './turn.js'
import type { DocumentProblem } from './types.js'
import type { Ground } from './ground.js'
import { writeDocuments, type WriteReport } from './writer.js'

/** What documents need of a connection. */
export type DocumentMuster = Pick<Muster, 'folder' | 'root' | 'documentSource' | 'ledgerStatus'>

export interface DocumentsReport extends WriteReport {
  /** Files of others that were taken in; absolute paths. */
  taken: string[]
}

/** ms between two looks at the turn of somebody else, and how long that is waited for: a window has it all the time. */
const LOOK = 100
const PATIENCE = 1_000

/** Problems that are told of: somebody sees to some before there are more. */
const SHOWN = 100

/** One process's way to the documents of one folder. */
export class Documents {
  private readonly account: Account
  private readonly seen: Seen = new Map()
  private swept = false

  constructor(private readonly muster: DocumentMuster) {
    this.account = new Account(join(muster.folder, 'documents'))
  }

  /** Takes in what others wrote, and writes what has changed. Once more where something was half written. `sweep`: the first time, looks for what killed writers left behind. @throws as {@link writeDocuments} */
  async bringUpToDate({ whole = false, again = true, sweep: sweeps = false } = {}): Promise<DocumentsReport & { again: boolean }> {
    const ground = await this.ground()
    await this.account.refresh()
    // Where nothing is known of what is there, what is as it is to be is ours, and not taken for somebody's.
    const first = whole || this.account.ledger !== ground.source.ledger ? await writeDocuments(ground, { whole: true }) : undefined
    const taken = await takeIn(ground, this.seen)
    const later = first === undefined || taken.taken.length > 0 ? await writeDocuments(ground, { sweep: sweeps && !this.swept }) : undefined
    if (sweeps && !this.swept) await sweep(join(ground.folder, 'documents'))
    this.swept ||= sweeps
    const report = { ...(later ?? first!), written: [...(first?.written ?? []), ...(later?.written ?? [])], removed: [...(first?.removed ?? []), ...(later?.removed ?? [])], problems: [...(first?.problems ?? []), ...(later?.problems ?? [])] }
    report.written.push(...(await collectOutputs({ folder: ground.folder, root: ground.root, agents: (await ground.source.records()).agents, now: Date.now() })))
    const problems = await this.settle([...taken.problems, ...report.problems])
    if (taken.again && again) {
      await sleep(1_100)
      const next = await this.bringUpToDate({ again: false })
      return { ...next, written: [...report.written, ...next.written], removed: [...report.removed, ...next.removed], taken: [...taken.taken, ...next.taken] }
    }
    return { ...report, problems, taken: taken.taken, again: taken.again }
  }

  private async ground(): Promise<Ground> {
    const { folder, root } = this.muster
    const source = await this.muster.documentSource()
    const main = source.trees().find(({ id }) => id === '')?.root ?? root
    return { folder, root: main, source, settings: await readSettings(folder), producers, account: this.account }
  }

  /** What is to be told: problems of now, and what was kept beside until somebody has seen to that. */
  private async settle(now: DocumentProblem[]): Promise<DocumentProblem[]> {
    const { folder } = this.muster
    const { root } = await this.ground()
    const kept = this.account.problems.filter((problem) => problem.kept !== undefined && existsSync(problem.kept.startsWith('.muster/') ? join(folder, problem.kept.slice('.muster/'.length)) : join(root, problem.kept)))
    const problems = [...new Map([...kept, ...now].map((problem) => [JSON.stringify(problem), problem])).values()].slice(0, SHOWN)
    if (JSON.stringify(problems) !== JSON.stringify(this.account.problems)) {
      await this.account.add([{ problems }])
      await writeDurably(problemsFile(folder), `${JSON.stringify(problems, null, 2)}\n`)
    }
    return problems
  }
}

/**
 * Brings all documents of a folder up to date for a caller that comes and goes: lets others go first for a moment.
 * @param whole Makes them anew from all records
 * @throws what reading and writing throws
 */
export async function writeAll(muster: DocumentMuster, options: { whole?: boolean } = {}): Promise<DocumentsReport> {
  let turn: Turn | undefined
  for (const end = performance.now() + PATIENCE; turn === undefined && performance.now() < end; ) {
    turn = await takeTurn(muster.folder)
    if (turn === undefined) await sleep(LOOK)
  }
  try {
    const { again: _again, ...report } = await new Documents(muster).bringUpToDate({ ...options, sweep: options.whole === true })
    return report
  } finally {
    await turn?.release()
  }
}

/** What somebody should see to about documents, as the last one who wrote them found it. */
export async function readProblems(folder: string): Promise<DocumentProblem[]> {
  const bytes = await bytesOf(problemsFile(folder)).catch(() => undefined)
  try {
    const problems: unknown = JSON.parse(bytes?.toString('utf8') ?? '[]')
    return Array.isArray(problems) ? (problems as DocumentProblem[]) : []
  } catch {
    return []
  }
}

function problemsFile(folder: string): string {
  return join(folder, 'documents', 'problems.json')
}
