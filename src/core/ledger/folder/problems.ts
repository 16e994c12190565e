import { errnoOf, isMusterError, MusterError } from '../../errors.js'

/** A sentence and what to do, for the system errors a folder can answer with. */
const KNOWN: Record<string, readonly [what: string, hint: string]> = {
  ENOENT: ['does not exist', 'Look where it went: put it back, or choose another folder.'],
  ENOTDIR: ['has a file where a folder should be', 'Move that file away, or choose another folder.'],
  EACCES: ['may not be accessed by this user', 'Give this user read and write permission for it, or choose another folder.'],
  EPERM: ['may not be changed by this user', 'Give this user read and write permission for it, or choose another folder.'],
  EROFS: ['is on a read-only disk', 'Choose a folder on a disk that can be written.'],
  ENOSPC: ['is on a full disk', 'Free some disk space, then try again.'],
  EDQUOT: ['is over the disk quota', 'Free some disk space, then try again.'],
  EIO: ['cannot be read or written: the disk reports an error', 'Check the disk; copy the folder away before anything else.'],
  EMFILE: ['cannot be opened: this process has too many open files', 'Close other windows or raise the limit on open files.'],
  ENFILE: ['cannot be opened: the system has too many open files', 'Close other programs or raise the limit on open files.'],
  ELOOP: ['is a symlink', 'Replace the symlink by the real folder or file: Muster does not write through symlinks.'],
}

/** Turns a system error into a FOLDER_UNUSABLE that says what to do. A MusterError stays as it is. */
export function folderProblem(path: string, error: unknown): MusterError {
  if (isMusterError(error)) return error
  const errno = errnoOf(error)
  const [what, hint] = KNOWN[errno ?? ''] ?? [`cannot be used (${error instanceof Error ? error.message : String(error)})`, 'Check the folder and its disk.']
  return new MusterError('FOLDER_UNUSABLE', `${path} ${what}.`, { hint, details: { path, errno }, cause: error })
}

/** Something stands where Muster keeps a file or folder, and it is of another type. */
export function notOurs(path: string, what: string): MusterError {
  return new MusterError('FOLDER_UNUSABLE', `${path} ${what}.`, {
    hint: 'Nothing was changed. Move it away, or choose another folder.',
    details: { path },
  })
}

/** There is no ledger, and none may be made. `details.missing` is true. */
export function missing(folder: string): MusterError {
  return new MusterError('FOLDER_UNUSABLE', `There is no Muster ledger in ${folder}.`, {
    hint: 'Turn on Muster for this folder first.',
    details: { path: folder, missing: true },
  })
}

/** The folder cannot be made where it is wanted. `path` is what stands in the way. */
export function cannotBegin(folder: string, path: string, error: unknown): MusterError {
  const nowhere = 'Choose a folder on a disk that this user may write to.'
  const errno = errnoOf(error)
  if (errno !== 'ENOENT' && errno !== 'EPERM') return folderProblem(path, error)
  return new MusterError('FOLDER_UNUSABLE', `${folder} cannot be made: ${path} takes no new files.`, { hint: nowhere, details: { path, errno }, cause: error })
}

/** The folder that is to hold the `.muster` folder is not there; making it is not our business. */
export function noPlace(folder: string, parent: string): MusterError {
  return new MusterError('FOLDER_UNUSABLE', `${folder} cannot be made: ${parent} does not exist.`, {
    hint: 'Create that folder, or choose another place.',
    details: { path: parent },
  })
}

export function damaged(message: string, details: Record<string, unknown> = {}): MusterError {
  return new MusterError('LEDGER_DAMAGED', message, {
    hint: 'Nothing is lost that can still be read: `muster repair` says what is wrong, and makes the folder usable again without deleting anything.',
    details,
  })
}

/** The line is certainly not in the ledger and never will be. */
export function notApplied(path: string, cause: unknown): MusterError {
  const hint = KNOWN[errnoOf(cause) ?? 'ENOSPC']?.[1] ?? 'Check the disk, then try again.'
  return new MusterError('NOT_APPLIED', `The change could not be written to ${path} and was not made.`, { hint, details: { path, errno: errnoOf(cause) }, cause })
}

/** The line may or may not survive. */
export function outcomeUnknown(path: string, keys: readonly string[], cause: unknown): MusterError {
  return new MusterError('OUTCOME_UNKNOWN', `The disk did not confirm that ${path} is saved.`, {
    hint: 'Check the disk. Retry with the same key: what was applied is not applied twice.',
    details: { path, keys, errno: errnoOf(cause) },
    cause,
  })
}
