import { MusterError } from '../../core/errors.js'
import type { Muster } from '../../core/muster.js'
import { commitFile } from '../../core/system/commits.js'
import { tell } from '../../core/tell.js'
import type { Finding } from './finding.js'
import { checkProject, homeOf, projectOf, recordsOf, writeProject, type WrittenDocument } from './files.js'
import { statusReport } from './report.js'

/** Days that the report goes back. */
const DAYS = 7

export interface SavedAll {
  /** The status report, as Markdown. */
  report: string
  documents: WrittenDocument[]
  /** Files that are in the commit. */
  committed: string[]
  /** What whoever goes on would still miss. */
  findings: Finding[]
}

/**
 * Puts everything down that is in somebody's head only, before a context is full: checkpoint, documents as of now, report, and
 * a commit of the documents where a message for it is given. After it nothing is lost with the conversation.
 * @throws as checkpoint, {@link writeProject} and committing do
 */
export async function saveAll(muster: Muster, { checkpoint, commit, now }: { checkpoint: Parameters<Muster['checkpoint']>[0]; commit?: string | undefined; now: number }): Promise<SavedAll> {
  await muster.checkpoint(checkpoint)
  const documents = await writeProject(muster, { make: false, others: 'leave' })
  const ours = documents.flatMap(({ file, how }) => (how === 'refused' ? [] : file))
  const changed = commit === undefined || ours.length === 0 ? [] : await muster.uncommittedFiles(ours)
  if (changed === undefined) throw new MusterError('NOT_APPLIED', tell`git cannot tell here what is not committed, so nothing was committed.`, { hint: tell`The checkpoint is saved and the documents are written. Commit them in a terminal, or leave out --commit where there is no repository.` })
  if (commit !== undefined && changed.length > 0) await commitFile(muster.root, changed, commit)
  const records = await recordsOf(muster)
  return { report: statusReport(records, { now, days: DAYS, project: projectOf(records, await homeOf(muster)) }), documents, committed: changed, findings: await checkProject(muster) }
}
