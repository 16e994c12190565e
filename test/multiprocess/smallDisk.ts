import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'

/** The arguments of `unshare` for a command that has a small disk mounted on a folder: in a namespace of its own, so that it goes with its processes. */
export function onSmallDisk(folder: string, size: string, ...command: string[]): string[] {
  return ['--mount', 'sh', '-c', `mount -t tmpfs -o size=${size} small "$0" && exec "$@"`, folder, ...command]
}

/** Whether disks can be mounted here: that takes root on Linux. Says so where they cannot, since tests are not there then. */
export function mountsDisks(): boolean {
  const there = spawnSync('unshare', onSmallDisk(tmpdir(), '256k', 'true')).status === 0
  if (!there) console.log('      (no disk can be mounted here, that takes root on Linux: full disks are simulated only)')
  return there
}
