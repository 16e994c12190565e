import type { DocumentRecords } from '../core/documentCalls.js'
import { canonical, sections } from './project/check.js'
import { mainTree, wantedTexts } from './project/files.js'
import { isOfOthers } from './project/others.js'
import type { DocumentFacts, Producer, WantedDocument } from './types.js'

/**
 * STATUS.md, DECISIONS.md and AGENTS.md, in every working tree whose files have a part for them: `docs init` puts it there, and
 * whoever takes it out is left alone. Where DECISIONS.md is kept, its older entries have files of their own; with STATUS.md go those
 * of phases that are over, and the backlog.
 */
export const projectDocuments: Producer = {
  name: 'project',
  async *documents(records: DocumentRecords, { root, trees, exists, hasPart, textOf }: DocumentFacts): AsyncGenerator<WantedDocument> {
    const roots = trees.length > 0 ? trees.map((tree) => tree.root) : [root]
    const kept = roots.map((tree) => ({ tree, files: canonical.filter((path) => exists({ root: { tree }, path })) })).filter(({ files }) => files.length > 0)
    if (kept.length === 0) return
    const { plan, agents, claims, tasks, errors, deliverables, checkpoints, summaries } = records
    const project = { plan, agents, claims, tasks, errors, deliverables, checkpoints, summaries, helpRequests: [], decisions: await records.decisions() }
    for (const { tree, files } of kept) {
      // Left as they are until somebody has them written anew (`docs init`, `docs render`), which keeps them beside.
      if (isOfOthers(project, (path) => textOf({ root: { tree }, path }, sections[path]))) continue
      const { parts, archives } = wantedTexts(project, mainTree(trees) ?? tree)
      // Before the main one: an entry is never in neither.
      const kept = new Set(files.filter((path) => hasPart({ root: { tree }, path }, parts.get(path)!.section)))
      for (const [path, { of, ifThere, ...part }] of archives) if (kept.has(of!)) yield { root: { tree }, path, ...part, ...(ifThere === true && { put: 'never' as const }) }
      for (const path of files) yield { root: { tree }, path, ...parts.get(path)!, put: 'never' }
    }
  },
}
