import { execFile } from 'node:child_process'
import { readFileSync, statfsSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { DiskKind } from '../ledger/port.js'
import { lookAt, realpathOrSelf } from './locate.js'

/** File systems that one kernel has to itself, by the number that statfs(2) gives. */
const LOCAL: Record<number, string> = {
  0xef53: 'ext4', 0x58465342: 'xfs', 0x9123683e: 'btrfs', 0x01021994: 'tmpfs', 0x2fc12fc1: 'zfs', 0xf2f52010: 'f2fs', 0x794c7630: 'overlay', 0xca451a4e: 'bcachefs',
  0x858458f6: 'ramfs', 0xf15f: 'ecryptfs', 0x3153464a: 'jfs', 0x52654973: 'reiserfs', 0x3434: 'nilfs2', 0x4d44: 'vfat', 0x2011bab0: 'exfat', 0x7366746e: 'ntfs3',
  0x5346544e: 'ntfs', 0x482b: 'hfsplus', 0x61756673: 'aufs', 0x73717368: 'squashfs', 0xe0f5e1e2: 'erofs',
}
/** Those that several machines, or a machine and its guests, write to. */
const SHARED: Record<number, string> = {
  0x6969: 'nfs', 0xfe534d42: 'smb2', 0xff534d42: 'cifs', 0x517b: 'smb', 0x01021997: '9p', 0x00c36400: 'ceph', 0x5346414f: 'afs', 0x6b414653: 'afs', 0x786f4256: 'vboxsf',
  0x7c7c6673: 'prl_fs', 0xbacbacbc: 'vmhgfs', 0x0bd00bd0: 'lustre', 0x47504653: 'gpfs', 0x01161970: 'gfs2', 0x7461636f: 'ocfs2', 0x73757245: 'coda', 0x19830326: 'fhgfs',
}
const FUSE = 0x65735546

/**
 * What a folder, or the place where it is to be, lies on; and why it has to be taken for shared between machines, where it
 * has. What is not known counts as shared. Linux by statfs, macOS by `mount`, Windows by the path: a mapped drive has a
 * `\\server` as its real path.
 */
export async function diskOf(folder: string): Promise<DiskKind> {
  const path = realpathOrSelf(existing(folder))
  const disk = await kindOf(path)
  if (disk.shared !== undefined) return disk
  const synced = syncedBy(path)
  return synced === undefined ? disk : { ...disk, shared: `a folder that ${synced} copies between machines` }
}

function existing(path: string): string {
  for (let at = path; ; at = dirname(at)) if (lookAt(at) || dirname(at) === at) return at
}

async function kindOf(path: string): Promise<DiskKind> {
  if (process.platform === 'win32') return /^(\\\\|\/\/)(?![?.])/.test(path) ? { type: 'network', shared: 'a folder of another machine (network share)' } : { type: 'volume' }
  try {
    return process.platform === 'linux' ? linuxDisk(path) : await macDisk(path)
  } catch {
    return shared('unknown')
  }
}

function linuxDisk(path: string): DiskKind {
  const magic = statfsSync(path).type >>> 0
  const local = LOCAL[magic]
  if (local !== undefined) return { type: local }
  const type = magic === FUSE ? (mountTypeOf(readFileSync('/proc/self/mountinfo', 'utf8'), path) ?? 'fuse') : (SHARED[magic] ?? `0x${magic.toString(16)}`)
  // ntfs-3g and its like: a disk of this machine.
  return type === 'fuseblk' ? { type } : shared(type)
}

/** The type of the file system that a path lies on, by the text of `/proc/self/mountinfo`. */
export function mountTypeOf(mountinfo: string, path: string): string | undefined {
  let found: { point: string; type: string | undefined } | undefined
  for (const line of mountinfo.split('\n')) {
    const [mount = '', device = ''] = line.split(' - ')
    const point = (mount.split(' ')[4] ?? '').replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)))
    // Of several on one point the last one is seen.
    if (point !== '' && isBelow(path, point) && point.length >= (found?.point.length ?? 0)) found = { point, type: device.split(' ')[0] }
  }
  return found?.type
}

/** macOS says `local` of disks of its own; the answer for the disk of the home folder is known without asking. */
async function macDisk(path: string): Promise<DiskKind> {
  if ([homedir(), '/'].some((known) => statSync(known).dev === statSync(path).dev)) return { type: 'local' }
  const { stdout } = await promisify(execFile)('mount', [], { timeout: 2000 })
  return macDiskIn(stdout, path)
}

/** @param mounts What `mount` prints: `/dev/disk3s1 on /Volumes/x (apfs, local, journaled)`. */
export function macDiskIn(mounts: string, path: string): DiskKind {
  let found: { point: string; disk: DiskKind } | undefined
  for (const line of mounts.split('\n')) {
    const [, point, type = '', rest = ''] = / on (\/.*) \(([^,)]+)(.*)\)$/.exec(line) ?? []
    if (point === undefined || !isBelow(path, point) || point.length < (found?.point.length ?? 0)) continue
    found = { point, disk: /(^|, )local(,|$)/.test(rest) ? { type } : shared(type) }
  }
  return found?.disk ?? shared('unknown')
}

function isBelow(path: string, folder: string): boolean {
  return folder === '/' || path === folder || path.startsWith(`${folder}/`)
}

function shared(type: string): DiskKind {
  return { type, shared: /^(0x|unknown)/.test(type) ? `a disk of a kind that is not known here (${type})` : `a disk that several machines may write to (${type})` }
}

const SYNCED: [RegExp, string][] = [
  [/[\\/]Library[\\/]Mobile Documents([\\/]|$)|[\\/]iCloud ?Drive([\\/]|$)/i, 'iCloud'],
  [/[\\/]OneDrive( - [^\\/]+)?([\\/]|$)|[\\/]CloudStorage[\\/]OneDrive/i, 'OneDrive'],
  [/[\\/]Dropbox( \([^\\/]+\))?([\\/]|$)|[\\/]CloudStorage[\\/]Dropbox/i, 'Dropbox'],
  [/[\\/](Google ?Drive|My Drive)([\\/]|$)|[\\/]CloudStorage[\\/]GoogleDrive/i, 'Google Drive'],
  [/[\\/]CloudStorage[\\/]/, 'a cloud service'],
]

/** The program that copies a folder between machines, as far as its path or a marker above it tells. */
export function syncedBy(path: string, env: NodeJS.ProcessEnv = process.env): string | undefined {
  for (const variable of ['OneDrive', 'OneDriveCommercial', 'OneDriveConsumer']) {
    const root = env[variable]
    if (root && (path === root || path.startsWith(join(root, '/')))) return 'OneDrive'
  }
  const known = SYNCED.find(([pattern]) => pattern.test(path))
  if (known) return known[1]
  for (let at = path; dirname(at) !== at; at = dirname(at)) if (lookAt(join(at, '.stfolder'))) return 'Syncthing'
  return undefined
}
