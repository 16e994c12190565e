import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { diskOf, macDiskIn, mountTypeOf, syncedBy } from '../../../src/core/system/fileSystem.js'
import { Sandbox } from './sandbox.js'

describe('the disk of a folder', () => {
  it('is asked for where the folder is, or is to be', async () => {
    const sandbox = new Sandbox()
    try {
      const here = await diskOf(sandbox.base)
      assert.notEqual(here.type, '')
      assert.deepEqual(await diskOf(sandbox.path('not/there/yet')), here)
    } finally {
      sandbox.dispose()
    }
  })

  it('counts as shared in a folder that is copied between machines', async () => {
    const sandbox = new Sandbox()
    try {
      mkdirSync(sandbox.path('OneDrive - Firm/repo'), { recursive: true })
      mkdirSync(sandbox.path('sync/.stfolder'), { recursive: true })
      mkdirSync(sandbox.path('sync/repo'))
      assert.match((await diskOf(sandbox.path('OneDrive - Firm/repo/.muster'))).shared ?? '', /OneDrive/)
      assert.match((await diskOf(sandbox.path('sync/repo/.muster'))).shared ?? '', /Syncthing/)
    } finally {
      sandbox.dispose()
    }
  })

  it('is copied between machines by what its path says', () => {
    for (const [path, who] of [
      ['/Users/a/Library/Mobile Documents/com~apple~CloudDocs/repo', 'iCloud'],
      ['C:\\Users\\a\\iCloudDrive\\repo', 'iCloud'],
      ['C:\\Users\\a\\OneDrive\\repo', 'OneDrive'],
      ['C:\\Users\\a\\OneDrive - Firm\\repo', 'OneDrive'],
      ['/Users/a/Library/CloudStorage/OneDrive-Firm/repo', 'OneDrive'],
      ['/home/a/Dropbox/repo', 'Dropbox'],
      ['/Users/a/Library/CloudStorage/GoogleDrive-a@example.com/My Drive/repo', 'Google Drive'],
      ['/Users/a/Library/CloudStorage/Box-Box/repo', 'a cloud service'],
    ] as const) assert.equal(syncedBy(path, {}), who, path)
    assert.equal(syncedBy('/mnt/cloud/repo', { OneDrive: '/mnt/cloud' }), 'OneDrive')
    for (const path of ['/home/a/onedriver/repo', '/home/a/Dropboxes/repo', '/home/a/icloud-tools']) assert.equal(syncedBy(path, {}), undefined, path)
  })

  it('is found in the list of mounts by the longest point above it, the last one of several', () => {
    const mounts = [
      '27 1 254:0 / / rw - ext4 /dev/vda rw',
      '30 27 0:30 / /mnt/a\\040b rw,relatime shared:1 - fuse.sshfs host:/x rw',
      '31 27 0:31 / /mnt/win rw - fuseblk /dev/sdb1 rw',
      '32 27 0:32 / /mnt/win rw - fuse.rclone remote: rw',
    ].join('\n')
    assert.equal(mountTypeOf(mounts, '/mnt/a b/repo'), 'fuse.sshfs')
    assert.equal(mountTypeOf(mounts, '/mnt/a bc'), 'ext4')
    assert.equal(mountTypeOf(mounts, '/mnt/win'), 'fuse.rclone')
    assert.equal(mountTypeOf('', '/x'), undefined)
  })

  it('is local on macOS where mount says so, and nowhere else', () => {
    const mounts = [
      '/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)',
      '//a@host/share on /Volumes/share (smbfs, nodev, nosuid, mounted by a)',
      '/dev/disk5s1 on /Volumes/USB (1) (exfat, local, nodev, nosuid, noowners)',
      'localhost:/x on /Volumes/x (nfs)',
    ].join('\n')
    assert.deepEqual(macDiskIn(mounts, '/Users/a'), { type: 'apfs' })
    assert.deepEqual(macDiskIn(mounts, '/Volumes/USB (1)/repo'), { type: 'exfat' })
    assert.match(macDiskIn(mounts, '/Volumes/share/repo').shared ?? '', /smbfs/)
    assert.match(macDiskIn(mounts, '/Volumes/x').shared ?? '', /nfs/)
    assert.match(macDiskIn('', '/').shared ?? '', /not known/)
  })
})
