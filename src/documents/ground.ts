import { lstatSync } from 'node:fs'
import { isAbsolute, join, relative } from 'node:path'
import type { DocumentSource } from '../core/documentCalls.js'
import type { Account } from './account.js'
import type { DocumentFacts, DocumentPlace, DocumentSettings, Producer } from './types.js'

/** What one process writes documents with. */
export interface Ground {
  /** The coordination folder. */
  folder: string
  /** Root of the working tree that documents of the repository are in. */
  root: string
  source: DocumentSource
  settings: DocumentSettings
  producers: readonly Producer[]
  account: Account
}

export function factsOf({ folder, root, source, settings, account }: Ground): DocumentFacts {
  const asFiles = new Set([...account.taken.values()].flatMap(({ message }) => message ?? []))
  return { cameAsFile: (message) => asFiles.has(message), folder, root, trees: source.trees(), settings, exists: (place) => lstatSync(pathOf(folder, place), { throwIfNoEntry: false }) !== undefined }
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
