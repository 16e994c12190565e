import { lstatSync, readFileSync } from 'node:fs'
import { isAbsolute, join, relative } from 'node:path'
import type { DocumentSource } from '../core/documentCalls.js'
import { agentIdOf } from '../core/model/agentId.js'
import { sumOf, type Account } from './account.js'
import { agentFiles } from './agentDocuments.js'
import { parseStatus } from './formats/status.js'
import { findSection, isBroken, type FoundSection } from './sections.js'
import type { DocumentFacts, DocumentPlace, DocumentSettings, Producer } from './types.js'

/** What one process writes documents with. */
export interface Ground {
  /** The coordination folder. */
  folder: string
  /** Root of the working tree that documents of the repository are in. */
  root: string
  /** The repository's working trees, by git's name for each, as they were when this was made: to find them takes a dozen files. */
  trees: readonly { id: string; root: string }[]
  source: DocumentSource
  settings: DocumentSettings
  producers: readonly Producer[]
  account: Account
}

export function factsOf({ folder, root, trees, settings, account }: Ground): DocumentFacts {
  const asFiles = new Set([...account.taken.values()].flatMap(({ message }) => message ?? []))
  return { cameAsFile: (message) => asFiles.has(message), folder, root, trees, settings, hasPart: (place, section) => partOf(pathOf(folder, place), section) !== undefined, textOf: (place, section) => writtenIn(pathOf(folder, place), section), writerIn: (root) => writerOf(join(root, agentFiles.status), account), exists: (place) => lstatSync(pathOf(folder, place), { throwIfNoEntry: false }) !== undefined }
}

/** As it was taken in; where it was not yet, and is not ours, as it says. */
function writerOf(path: string, { taken, files }: Account): { agent: string; stays: boolean } | undefined {
  const known = taken.get(path)
  try {
    const bytes = readFileSync(path)
    const sum = sumOf(bytes)
    const isOurs = files.get(path)?.sums.includes(sum) === true
    const agent = known?.agent ?? (isOurs ? undefined : parseStatus(bytes.toString('utf8')).file.agent)
    return agent === undefined ? undefined : { agent: agentIdOf(agent), stays: !isOurs && !(known?.all === true && known.sum === sum) }
  } catch {
    // Not there, or cannot be read: whoever takes it in says so.
    return known?.agent === undefined ? undefined : { agent: known.agent, stays: false }
  }
}

function partOf(path: string, section: string): FoundSection | undefined {
  try {
    const found = findSection(readFileSync(path, 'utf8'), section)
    return isBroken(found) ? undefined : found
  } catch {
    // Not there, or no text: whoever writes it says so.
    return undefined
  }
}

function writtenIn(path: string, section: string): string {
  const part = partOf(path, section)
  return part?.isOurs === true ? part.body : ''
}

export function pathOf(folder: string, { root, path }: DocumentPlace): string {
  return join(root === 'folder' ? folder : root.tree, ...path.split('/'))
}

/** How people know a file: from the folder or the tree, whichever it is in. */
export function shownPath(ground: Pick<Ground, 'folder' | 'root'>, path: string): string {
  for (const base of [ground.folder, ground.root]) {
    const inside = relative(base, path)
    if (!inside.startsWith('..') && !isAbsolute(inside)) return base === ground.folder ? `.muster/${inside}` : inside
  }
  return path
}
