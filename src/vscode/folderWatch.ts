import { stat } from 'node:fs/promises'

/**
 * Polls one path. The editor's own watcher leaves the folder out (`files.watcherExclude`), and a watch on its parent would
 * hear of every file saved there. What is compared with is what the window saw, not what stands there when the watch begins: an
 * agent may make the folder in between. @param exists whether the window saw it; what it saw in it is looked at again once then
 */
export function watchFolder(folder: string, exists: boolean, listener: () => void, everyMs = 1_000): { dispose(): void } {
  let known = exists ? undefined : ''
  let timer: NodeJS.Timeout | undefined
  const later = (): void => void (timer = setTimeout(() => void look(), everyMs).unref())
  const look = async (): Promise<void> => {
    const now = await stat(folder, { bigint: true }).then(({ ino, mtimeNs, ctimeNs }) => `${ino} ${mtimeNs} ${ctimeNs}`, () => '')
    if (timer === undefined) return
    if (now !== known) listener()
    known = now
    later()
  }
  later()
  return {
    dispose: () => {
      clearTimeout(timer)
      timer = undefined
    },
  }
}
