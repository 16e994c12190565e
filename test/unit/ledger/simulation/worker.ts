import { parentPort, workerData } from 'node:worker_threads'
import { isMusterError } from '../../../../src/core/errors.js'
import type { FileFacts, LedgerFs } from '../../../../src/core/ledger/folder/ledgerFs.js'
import { openFolderLedger } from '../../../../src/core/ledger/folder/openFolderLedger.js'
import type { Clock, Ledger } from '../../../../src/core/ledger/port.js'
import { add, testMachine, type TestEvent, type TestState } from '../../../contract/testMachine.js'
import { Channel } from './channel.js'
import { Random } from './random.js'

/** One life of a process, as the main thread wants it. Rules that are switched off are taken out of the real code's way. */
export interface Life {
  id: number
  seed: number
  operations: number
  folder: string
  segmentBytes: number
  without: { fence?: boolean; syncBeforeReveal?: boolean; archiveSync?: boolean }
}

const channel = new Channel(workerData as SharedArrayBuffer)

function call(name: string, ...args: unknown[]): unknown {
  return channel.ask(name, args).value
}

function facts(value: unknown): FileFacts {
  const { dev, ino, links, modified, ...rest } = value as Record<string, string>
  return { ...rest, dev: BigInt(dev!), ino: BigInt(ino!), links: BigInt(links!), modified: BigInt(modified!) } as unknown as FileFacts
}

function remoteFs(life: Life): LedgerFs {
  return {
    open: (path, mode) => call('open', life.id, path, mode) as number,
    close: (fd) => void call('close', life.id, fd),
    read(fd, buffer, offset, length, position) {
      const { data } = channel.ask('read', [life.id, fd, length, position])
      return data!.copy(buffer, offset)
    },
    append(fd, bytes) {
      const unfenced = life.without.fence && bytes[0] === 0x21
      const written = channel.ask('append', [life.id, fd], unfenced ? bytes.subarray(1) : bytes).value as number
      return unfenced ? written + 1 : written
    },
    writeAt: (fd, bytes, position) => channel.ask('writeAt', [life.id, fd, position], bytes).value as number,
    fstat: (fd) => facts(call('fstat', life.id, fd)),
    stat(path) {
      const value = call('stat', life.id, path)
      return value === undefined || value === null ? undefined : facts(value)
    },
    readdir: (path) => call('readdir', life.id, path) as string[],
    mkdir: (path) => void call('mkdir', life.id, path),
    rename: (from, to) => void call('rename', life.id, from, to),
    unlink: (path) => void call('unlink', life.id, path),
    fsync: (fd) => void call('fsync', life.id, fd),
    fsyncFolder(path) {
      if (!(life.without.archiveSync && path.endsWith('archive'))) call('fsyncFolder', life.id, path)
    },
    fdatasyncSync: (fd) => void call('fdatasyncSync', life.id, fd),
    async fdatasync(fd) {
      await Promise.resolve()
      call('fdatasyncSync', life.id, fd)
    },
  }
}

function clockOf(life: Life): Clock {
  let time = 0
  return {
    now: () => 1_700_000_000_000 + time,
    uptime: () => 1000 + time,
    boot: 'sim/1',
    // Differs, so that flushes are made in place and on the pool by turns.
    monotonic: () => (time += 0.1),
    async sleep(ms) {
      time += ms
      await Promise.resolve()
      call('sleep', life.id)
    },
  }
}

async function live(life: Life): Promise<void> {
  const random = new Random(life.seed)
  const fs = remoteFs(life)
  const clock = clockOf(life)
  const open = (): Promise<Ledger<TestState, TestEvent>> => openFolderLedger({ folder: life.folder, machine: testMachine, clock, fs, rescanMs: 0, segmentBytes: life.segmentBytes, upkeep: { commits: 8, bytes: 3000 } })
  let ledger = await open()
  for (let n = 0; n < life.operations; n++) {
    const what = random.next()
    if (what < 0.6) {
      const keys = random.chance(0.2) ? [`${life.id}:${n}`, `${life.id}:${n}b`] : [`${life.id}:${n}`]
      await Promise.all(keys.map((key) => commit(life, ledger, key, random)))
    } else if (what < 0.92) {
      const state = life.without.syncBeforeReveal ? (ledger.poll(), ledger.peek()) : await ledger.refresh()
      call('revealed', life.id, [...state.applied.keys()].at(-1) ?? '', state.applied.size)
    } else {
      await ledger.close()
      ledger = await open()
    }
    const { readOnly } = ledger.status()
    if (readOnly !== undefined) return void call('stopped', life.id, readOnly.code, readOnly.message)
  }
  // Others just end, with their work in the background undone.
  if (random.chance(0.7)) await ledger.close()
}

async function commit(life: Life, ledger: Ledger<TestState, TestEvent>, key: string, random: Random): Promise<void> {
  try {
    const answer = await ledger.submit(add(key, 1, 'x'.repeat(random.below(60))))
    if (answer.ok) call('acknowledged', life.id, key, answer.stamp.seq)
  } catch (error) {
    if (isMusterError(error)) call('refused', life.id, key, error.code)
    else throw error
  }
}

/** What a life has left undone finds out that it is dead before another begins: its calls would be part of that history. */
const TURNS = 100

parentPort!.postMessage('ready')
for (;;) {
  for (let turn = 0; turn < TURNS; turn++) await new Promise((resolve) => setImmediate(resolve))
  const life = call('next') as Life | 'end'
  if (life === 'end') break
  try {
    await live(life)
    call('finished', life.id)
  } catch (error) {
    // After a kill every call fails; what the code makes of that nobody hears.
    try {
      call('failed', life.id, error instanceof Error ? (error.stack ?? error.message) : String(error))
    } catch {
      // Dead.
    }
  }
}
