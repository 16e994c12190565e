import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Muster } from '../core/muster.js'
import { madeOf, memory, tell } from '../core/tell.js'
import { sweep, writeDurably } from '../runs/durable.js'
import { Account, sumOf } from './account.js'
import { agentFiles, ownersOf, secondsOf } from './agentDocuments.js'
import { producers } from './producers.js'
import { bytesOf, keepBeside } from './replace.js'
import { readSettings } from './settings.js'
import { Seen, takeIn } from './takeIn.js'
import { collectOutputs } from './tickets/outputs.js'
import { takeTurn, type Turn } from './turn.js'
import type { DocumentProblem } from './types.js'
import { factsOf, shownPath, type Ground } from './ground.js'
import { writeDocuments, type WriteReport } from './writer.js'

/** What documents need of a connection. */
export type DocumentMuster = Pick<Muster, 'folder' | 'root' | 'documentSource' | 'ledgerStatus' | 'sendMessage'>

export interface DocumentsReport extends WriteReport {
  /** Files of others that were taken in; absolute paths. */
  taken: string[]
}

/** ms between two looks at the turn of somebody else, and how long that is waited for: a window has it all the time. */
const LOOK = 100
const PATIENCE = 1_000

/** Problems that are told of: somebody sees to some before there are more. */
const SHOWN = 100

/** How often problems are told again where another writer tells others at the same time. */
const TELLING = 3

/** One process's way to the documents of one folder. */
export class Documents {
  private readonly account: Account
  private readonly seen = new Seen()
  private swept = false

  constructor(private readonly muster: DocumentMuster) {
    this.account = new Account(join(muster.folder, 'documents'))
    // Whoever reads what is told here may speak another language than this process.
    memory.musterTold ??= new Map()
  }

  /** Takes in what others wrote, and writes what has changed. Once more where something was half written. `sweep`: the first time, looks for what killed writers left behind; `passing` as of the writer; `until` as of {@link takeIn}. @throws as {@link writeDocuments} */
  async bringUpToDate({ whole = false, again = true, sweep: sweeps = false, passing = false, until = Infinity } = {}): Promise<DocumentsReport & { again: boolean }> {
    const ground = await this.ground()
    await this.account.refresh()
    const former = await this.keepFormer(ground)
    // Where nothing is known of what is there, what is as it is to be is ours, and not taken for somebody's.
    const first = whole || this.account.ledger !== ground.source.ledger ? await writeDocuments(ground, { whole: true, passing }) : undefined
    const taken = await takeIn(ground, this.seen, until)
    former.push(...(await this.keepFormer(ground)))
    const later = first === undefined || taken.taken.length > 0 ? await writeDocuments(ground, { sweep: sweeps && !this.swept, passing }) : undefined
    if (sweeps && !this.swept) await sweep(join(ground.folder, 'documents'))
    this.swept ||= sweeps
    const { busy: _busy, ...last } = later ?? first!
    // What was not made anew is not by what was added to it afterwards.
    const busy = (first ?? later)?.busy && { busy: true as const }
    const report = { ...last, ...busy, written: [...(first?.written ?? []), ...(later?.written ?? [])], removed: [...(first?.removed ?? []), ...(later?.removed ?? [])], problems: [...former, ...(first?.problems ?? []), ...(later?.problems ?? [])] }
    report.written.push(...(await collectOutputs({ folder: ground.folder, root: ground.root, agents: (await ground.source.records()).agents, now: Date.now() })))
    const problems = await this.settle(ground, [...taken.problems, ...(await this.rootOwners(ground)), ...report.problems])
    if (taken.again && again) {
      await sleep(1_100)
      const next = await this.bringUpToDate({ again: false })
      return { ...next, ...(first && busy), written: [...report.written, ...next.written], removed: [...report.removed, ...next.removed], taken: [...taken.taken, ...next.taken] }
    }
    return { ...report, problems, taken: taken.taken, again: taken.again }
  }

  /** Takes in what others wrote, and writes only where that was something. `passing` as of the writer, `until` as of {@link takeIn}. @throws as {@link writeDocuments} */
  async takeInFirst({ passing = false, until = Infinity } = {}): Promise<void> {
    const ground = await this.ground()
    await this.account.refresh()
    // Where nothing is known of what is there, nobody knows what is theirs of it.
    const isNew = this.account.ledger !== ground.source.ledger
    if (isNew || (await takeIn(ground, this.seen, until)).taken.length > 0) await this.bringUpToDate({ again: false, passing, until })
  }

  /** Files in a root are those of one agent: a second one there is told, also when they become its own. */
  private async rootOwners(ground: Ground): Promise<DocumentProblem[]> {
    if (!ground.settings.agentFiles) return []
    const { agents } = await ground.source.records()
    const facts = factsOf(ground)
    const seconds = secondsOf(agents, facts)
    for (const [id, { tree: root }] of ownersOf(agents, facts)) {
      const told = join(root, agentFiles.status, 'owner')
      const { owner = '', others: known = [] } = this.account.taken.get(told)?.root ?? {}
      // Who has gone is told when it is back.
      const others = seconds.filter(({ owner: one, agent }) => one.id === id && (known.includes(agent.id) || agent.presence !== 'gone')).map(({ agent }) => agent.id)
      if (owner === id && others.every((one) => known.includes(one))) continue
      const { name } = agents.find((one) => one.id === id)!
      for (const one of others.filter((one) => owner !== id || !known.includes(one))) await this.tell(ground, id, one, `The .agent_* files here are ${name}'s`, `${root} has the files of one agent. Yours are in .muster/agents/${one}/.`)
      if (owner !== id && known.includes(id)) await this.tell(ground, id, id, 'The .agent_* files here are yours now', `${owner} has finished; from now on those in ${root} tell of you.`)
      await this.account.add([{ t: told, taken: { sum: '', root: { owner: id, others } } }])
    }
    return seconds.map(({ agent, owner, root }) => ({ file: shownPath(ground, join(root, agentFiles.status)), reason: tell`It is ${owner.name}'s. ${agent.name} works in the same folder; its files are in .muster/agents/${agent.id}/.` }))
  }

  /** What somebody wrote into a root whose files become another agent's is kept beside, though the records have it: it is to be found where it was. */
  private async keepFormer(ground: Ground): Promise<DocumentProblem[]> {
    if (!ground.settings.agentFiles) return []
    const { account } = ground
    const { agents, deliverables } = await ground.source.records()
    const facts = factsOf(ground)
    const problems: DocumentProblem[] = []
    for (const [id, { tree: root }] of ownersOf(agents, facts)) {
      const names = Object.values(agentFiles).filter((name) => name !== agentFiles.deliverables || deliverables.some(({ agent }) => agent === id))
      for (const path of names.map((name) => join(root, name))) {
        const taken = account.taken.get(path)
        const writer = taken?.agent ?? facts.writerIn(root)?.agent
        const isRead = taken?.all ?? taken?.unread ?? taken?.lines !== undefined
        const bytes = isRead && !taken?.kept && writer !== undefined && writer !== id ? await bytesOf(path).catch(() => undefined) : undefined
        if (bytes === undefined || sumOf(bytes) !== taken!.sum || account.files.get(path)?.sums.includes(taken!.sum)) continue
        const kept = await keepBeside(path, path)
        const problem = { file: shownPath(ground, path), reason: `It was written by ${writer}, and is ${id}'s from now on; what ${writer} wrote is kept beside it.`, kept: shownPath(ground, kept) }
        await account.add([{ t: path, taken: { ...taken!, kept: true } }, { kept: problem }])
        problems.push(problem)
      }
    }
    return problems
  }

  /** In the name of whose the files are, whoever looks; it is no sign that they are there. */
  private async tell({ source }: Ground, agent: string, to: string, subject: string, body: string): Promise<void> {
    await source.takeIn({ agent, at: 0, message: { to, subject, body, priority: 'normal', kind: 'note' } })
  }

  private async ground(): Promise<Ground> {
    const { folder, root } = this.muster
    const source = await this.muster.documentSource()
    const trees = source.trees()
    return { folder, root: trees.find(({ id }) => id === '')?.root ?? root, trees, source, settings: await readSettings(folder), producers, account: this.account }
  }

  /** What is to be told: problems of now, and what was kept beside until somebody has seen to that, whichever writer kept it. */
  private async settle({ folder, root }: Ground, now: DocumentProblem[]): Promise<DocumentProblem[]> {
    const isThere = (path: string): boolean => existsSync(path.startsWith('.muster/') ? join(folder, path.slice('.muster/'.length)) : resolve(root, path))
    let problems: DocumentProblem[]
    let told: string | undefined
    for (let tries = 0; ; tries++) {
      // A writer that was in too much of a hurry to wait for its turn may have told something meanwhile.
      await this.account.refresh()
      const kept = this.account.kept.filter((problem) => isThere(problem.kept))
      this.account.forgetKept(kept)
      // What was found now comes first: of many that were kept, none hides it.
      // What was told by a process that has ended is known from then.
      const before = new Map(this.account.problems.map(({ reason, of }) => [reason, of]))
      problems = [...new Map([...now, ...kept].map((problem) => [JSON.stringify(problem), problem])).values()].slice(0, SHOWN).map((problem) => {
        const of = problem.kept === undefined ? (madeOf(problem.reason) ?? before.get(problem.reason)) : undefined
        return { ...problem, ...(of && { of }) }
      })
      const known = JSON.stringify(this.account.problems)
      if (known === (told ?? JSON.stringify(problems)) || tries === TELLING) return problems
      told = JSON.stringify(problems)
      await this.account.add([{ problems }])
      await writeDurably(problemsFile(folder), `${JSON.stringify(problems, null, 2)}\n`)
    }
  }
}

/**
 * Brings all documents of a folder up to date for a caller that comes and goes: lets others go first for a moment.
 * Looks at what commands in passing left to it, too.
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
    const { again: _again, ...report } = await new Documents(muster).bringUpToDate({ ...options, sweep: true })
    return report
  } finally {
    await turn?.release()
  }
}

/**
 * For a command that has changed the records: brings documents up to date where nobody else is at it. Looks once, without
 * waiting for files that may be half written or that somebody is writing into.
 * @throws what reading and writing throws
 */
export async function catchUp(muster: DocumentMuster): Promise<void> {
  const turn = await takeTurn(muster.folder)
  if (turn === undefined) return
  try {
    await new Documents(muster).bringUpToDate({ again: false, passing: true })
  } finally {
    await turn.release()
  }
}

/** ms for which a command that tells how things are begins to read files of others. */
const BRIEFLY = 1_500

/**
 * For a command that is about to tell how things are: takes in what agents with nothing but a shell wrote, where nobody else is
 * at it. Looks once, and not for long.
 * @throws what reading and writing throws
 */
export async function takeInBefore(muster: DocumentMuster): Promise<void> {
  const turn = await takeTurn(muster.folder)
  if (turn === undefined) return
  try {
    await new Documents(muster).takeInFirst({ passing: true, until: performance.now() + BRIEFLY })
  } finally {
    await turn.release()
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
