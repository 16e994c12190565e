import { existsSync, readFileSync, statSync, type Stats } from 'node:fs'
import { join } from 'node:path'
import type { Muster } from '../core/muster.js'

/** ms for which a writer's turn counts as that of a living one; it shows itself twice as often. As in `documents/turn.ts`. */
const TURN = 10_000
/** Bytes of the account up to which documents are few: brought up to date at each change. */
const FEW = 64 * 1024
/** ms of rest for each KiB of the account where they are many: the larger it is, the longer a look takes. */
const REST_PER_KIB = 10

/**
 * Whether documents are in use and nobody is there who keeps them: no window, no tools' server. On the way of every command that
 * changes something, so it looks at two files and loads nothing.
 */
export function documentsWait({ folder, root }: Pick<Muster, 'folder' | 'root'>, now: number): boolean {
  const account = factsOf(join(folder, 'documents', 'account.jsonl'))
  if (account === undefined) return hasPart(root)
  if (account.size > FEW && now - account.mtimeMs < (account.size / 1024) * REST_PER_KIB) return false
  const turn = factsOf(join(folder, 'documents', 'writer.lock'))
  return turn === undefined || now - turn.mtimeMs > TURN
}

/** The same for what agents with nothing but a shell wrote: also where no document is in use yet, and one of them has left a file in the tree. */
export function filesWait(place: Pick<Muster, 'folder' | 'root'>, now: number): boolean {
  return documentsWait(place, now) || (factsOf(join(place.folder, 'documents', 'account.jsonl')) === undefined && ['.agent_status', '.agent_work_log', '.agent_deliverables'].some((name) => existsSync(join(place.root, name))))
}

/** Documents of a repository that was made elsewhere: a clone has the files, and not what was noted of them. */
function hasPart(root: string): boolean {
  const file = join(root, 'STATUS.md')
  try {
    return factsOf(file)?.isFile() === true && readFileSync(file, 'utf8').includes('<!-- muster:begin status ')
  } catch {
    // Not readable: not ours to write either.
    return false
  }
}

function factsOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}
