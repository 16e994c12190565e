import { createHash } from 'node:crypto'
import { gunzip, gzip } from 'node:zlib'
import { Chain } from '../classify.js'
import { parseLine } from '../line.js'
import { readStub, type Stub } from './archive.js'
import { look } from './layout.js'
import { SegmentTail } from './segmentTail.js'
import { ensureFolder, pause, readSlices, removeFile, writeWhole } from './wholeFile.js'
import { KEPT_SNAPSHOTS, listSnapshots, temporaryFiles, temporaryIn, type UpkeepParts } from './writeSnapshot.js'

const LEFT_BEHIND = 10 * 60_000
/** Lines checked between two turns of the event loop. */
const STEP = 2000

/**
 * Moves old segments to the archive, one after the other: those that no snapshot stands in and that are two behind the one
 * written to. A segment is replaced by its stub only when its archive is on disk and was read back. What a crash leaves is
 * either whole or done again.
 * @throws system errors: on Windows a segment that somebody has open cannot be replaced; later, then
 */
export async function archiveOld<S, E>(parts: UpkeepParts<S, E>): Promise<void> {
  const { fs, layout, clock, store } = parts
  const { generation } = store
  for (const { path, age } of temporaryFiles(fs, layout.archive, clock)) if (Math.abs(age) > LEFT_BEHIND) removeFile(fs, path)
  const { fit } = listSnapshots(parts)
  if (fit.length < KEPT_SNAPSHOTS) return
  const limit = Math.min(store.tail.number - 1, ...fit.slice(0, KEPT_SNAPSHOTS).map(({ header }) => header.segment))
  const { segments } = look(fs, layout)
  let before = { seq: 0, sum: new Chain().sum }
  for (let segment = 1; segment < limit && segments.includes(segment); segment++) {
    const stub = stubAt(parts, segment)
    if (stub !== undefined) before = { seq: stub.last, sum: stub.lastSum }
    else {
      const done = await archive(parts, segment, before)
      // Not a whole segment: it stays as it is, for `muster verify` to say what is wrong.
      if (done === undefined || store.generation !== generation) return
      before = { seq: done.last, sum: done.lastSum }
    }
  }
}

function stubAt<S, E>({ fs, layout }: UpkeepParts<S, E>, segment: number): Stub | undefined {
  const tail = new SegmentTail(fs, layout.segment(segment), segment, 'read')
  try {
    return tail.isStub() ? readStub(fs, layout, segment) : undefined
  } finally {
    tail.close()
  }
}

async function archive<S, E>({ fs, layout }: UpkeepParts<S, E>, segment: number, before: { seq: number; sum: string }): Promise<Stub | undefined> {
  const parts: Buffer[] = []
  for await (const slice of readSlices(fs, layout.segment(segment))) parts.push(Buffer.from(slice))
  const bytes = Buffer.concat(parts)
  const checked = await check(bytes, before)
  if (checked === undefined) return undefined
  const stub: Stub = { archived: segment, ...checked, sha256: createHash('sha256').update(bytes).digest('hex') }
  ensureFolder(fs, layout.archive)
  const packed = await zipped(gzip, bytes)
  // From here on it is the only copy.
  if (!(await zipped(gunzip, packed)).equals(bytes)) throw new Error('compressing changed it')
  await writeWhole(fs, layout.archived(segment), temporaryIn(layout.archive, segment), [packed])
  await writeWhole(fs, layout.segment(segment), temporaryIn(layout.archive, segment), [JSON.stringify(stub) + '\n'])
  return stub
}

/** What a whole segment holds; undefined if its lines do not lead from `before` to a line that closes it. */
async function check(bytes: Buffer, before: { seq: number; sum: string }): Promise<Omit<Stub, 'archived' | 'sha256'> | undefined> {
  const chain = new Chain(before.seq, before.sum)
  let first = 0
  let count = 0
  for (let start = 0, end = bytes.indexOf(0x0a); end >= 0; start = end + 1, end = bytes.indexOf(0x0a, start)) {
    if (++count % STEP === 0) await pause()
    const line = parseLine(bytes, start, end)
    const place = line === undefined ? 'void' : chain.classify(line)
    if (line === undefined || place === 'void') continue
    if (place !== 'accept') return undefined
    chain.accept(line)
    first ||= line.seq
    if (line.closes) return { first, last: chain.seq, lastSum: chain.sum }
  }
  return undefined
}

function zipped(method: (bytes: Buffer, done: (error: Error | null, result: Buffer) => void) => void, bytes: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => method(bytes, (error, result) => (error === null ? resolve(result) : reject(error))))
}
