import { errnoOf, isMusterError, MusterError } from '../../errors.js'
import { tell } from '../../tell.js'

/** A sentence and what to do, for the system errors a folder can answer with. */
const known = (): Record<string, readonly [what: string, hint: string]> => ({
  ENOENT: [tell`does not exist`, tell`Look where it went: put it back, or choose another folder.`],
  ENOTDIR: [tell`has a file where a folder should be`, tell`Move that file away, or choose another folder.`],
  EACCES: [tell`may not be accessed by this user`, tell`Give this user read and write permission for it, or choose another folder.`],
  EPERM: [tell`may not be changed by this user`, tell`Give this user read and write permission for it, or choose another folder.`],
  EROFS: [tell`is on a read-only disk`, tell`Choose a folder on a disk that can be written.`],
  ENOSPC: [tell`is on a full disk`, tell`Free some disk space, then try again.`],
  EDQUOT: [tell`is over the disk quota`, tell`Free some disk space, then try again.`],
  EIO: [tell`cannot be read or written: the disk reports an error`, tell`Check the disk; copy the folder away before anything else.`],
  EMFILE: [tell`cannot be opened: this process has too many open files`, tell`Close other windows or raise the limit on open files.`],
  ENFILE: [tell`cannot be opened: the system has too many open files`, tell`Close other programs or raise the limit on open files.`],
  ELOOP: [tell`is a symlink`, tell`Replace the symlink by the real folder or file: Muster does not write through symlinks.`],
})

/** Turns a system error into a FOLDER_UNUSABLE that says what to do. A MusterError stays as it is. */
export function folderProblem(path: string, error: unknown): MusterError {
  if (isMusterError(error)) return error
  const errno = errnoOf(error)
  const [what, hint] = known()[errno ?? ''] ?? [tell`cannot be used (${error instanceof Error ? error.message : String(error)})`, tell`Check the folder and its disk.`]
  return new MusterError('FOLDER_UNUSABLE', tell`${path} ${what}.`, { hint, details: { path, errno }, cause: error })
}

/** Something stands where Muster keeps a file or folder, and it is of another type. */
export function notOurs(path: string, what: string): MusterError {
  return new MusterError('FOLDER_UNUSABLE', tell`${path} ${what}.`, {
    hint: tell`Nothing was changed. Move it away, or choose another folder.`,
    details: { path },
  })
}

/** There is no ledger, and none may be made. `details.missing` is true. */
export function missing(folder: string): MusterError {
  return new MusterError('FOLDER_UNUSABLE', tell`There are no records of Muster in ${folder}.`, {
    hint: tell`Turn on Muster for this folder first.`,
    details: { path: folder, missing: true },
  })
}

/** The folder cannot be made where it is wanted. `path` is what stands in the way. */
export function cannotBegin(folder: string, path: string, error: unknown): MusterError {
  const nowhere = tell`Choose a folder on a disk that this user may write to.`
  const errno = errnoOf(error)
  if (errno !== 'ENOENT' && errno !== 'EPERM') return folderProblem(path, error)
  return new MusterError('FOLDER_UNUSABLE', tell`${folder} cannot be made: ${path} takes no new files.`, { hint: nowhere, details: { path, errno }, cause: error })
}

/** The folder that is to hold the `.muster` folder is not there; making it is not our business. */
export function noPlace(folder: string, parent: string): MusterError {
  return new MusterError('FOLDER_UNUSABLE', tell`${folder} cannot be made: ${parent} does not exist.`, {
    hint: tell`Create that folder, or choose another place.`,
    details: { path: parent },
  })
}

export function damaged(message: string, details: Record<string, unknown> = {}): MusterError {
  return new MusterError('LEDGER_DAMAGED', message, {
    hint: tell`Nothing is lost that can still be read: \`muster repair\` says what is wrong, and makes the folder usable again without deleting anything.`,
    details,
  })
}

/** The line is certainly not in the ledger and never will be. */
export function notApplied(path: string, cause: unknown): MusterError {
  const hint = known()[errnoOf(cause) ?? 'ENOSPC']?.[1] ?? tell`Check the disk, then try again.`
  return new MusterError('NOT_APPLIED', tell`The change could not be written to ${path} and was not made.`, { hint, details: { path, errno: errnoOf(cause) }, cause })
}

/** The line may or may not survive. */
export function outcomeUnknown(path: string, keys: readonly string[], cause: unknown): MusterError {
  return new MusterError('OUTCOME_UNKNOWN', tell`The disk did not confirm that ${path} is saved.`, {
    hint: tell`Check the disk. Retry with the same key: what was applied is not applied twice.`,
    details: { path, keys, errno: errnoOf(cause) },
    cause,
  })
}
