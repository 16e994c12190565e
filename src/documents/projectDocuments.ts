import type { DocumentRecords } from '../core/documentCalls.js'
import { canonical, sections } from './project/check.js'
import { archiveFolder } from './project/decisions.js'
import { wantedTexts } from './project/files.js'
import type { DocumentFacts, Producer, WantedDocument } from './types.js'

/**
 * STATUS.md, DECISIONS.md and AGENTS.md, in every working tree whose files have a part for them: `docs init` puts it there, and
 * whoever takes it out is left alone.
 */
export const projectDocuments: Producer = {
  name: 'project',
  async *documents(records: DocumentRecords, { root, trees, exists }: DocumentFacts): AsyncGenerator<WantedDocument> {
    const roots = trees.length > 0 ? trees.map((tree) => tree.root) : [root]
    const kept = roots.flatMap((tree) => canonical.filter((path) => exists({ root: { tree }, path })).map((path) => ({ tree, path })))
    if (kept.length === 0) return
    const { plan, agents, claims, tasks, errors, deliverables, checkpoints, summaries } = records
    const project = { plan, agents, claims, tasks, errors, deliverables, checkpoints, summaries, helpRequests: [], decisions: await records.decisions() }
    for (const { tree, path } of kept) {
      const archived = exists({ root: { tree }, path: archiveFolder })
      const { parts, archives } = wantedTexts(project, tree, { archived })
      yield { root: { tree }, path, section: sections[path], text: parts.get(path)!, put: 'never' }
      if (path === 'DECISIONS.md') for (const [file, text] of archives) yield { root: { tree }, path: file, text, keep: true }
    }
  },
}
