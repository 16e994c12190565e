import { constants } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { plainLine } from './log.js'

const LOOK_MS = 300
const SLICE = 256 * 1024

/** Tells each line that is added from now on, until its agent has ended or it is aborted. A log that was set aside is begun again. */
export async function followLog(path: string, hasEnded: () => Promise<boolean>, signal: AbortSignal, tell: (line: string) => void): Promise<void> {
  let at = await sizeOf(path)
  let rest = ''
  for (let last = false; !signal.aborted; ) {
    const size = await sizeOf(path)
    if (size < at) [at, rest] = [0, '']
    while (at < size) {
      const text = await slice(path, at, Math.min(SLICE, size - at))
      if (text.length === 0) break
      at += text.length
      const lines = (rest + text.toString('utf8')).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) tell(plainLine(line))
    }
    if (last) break
    // What it wrote just before its end is read once more.
    last = await hasEnded()
    if (!last) await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined)
  }
  if (rest !== '') tell(plainLine(rest))
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(({ size }) => size, () => 0)
}

/** Ends at the end of a line where there is one, so that no character is cut in two. */
async function slice(path: string, at: number, length: number): Promise<Buffer> {
  const file = await open(path, constants.O_RDONLY)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, at)
    const bytes = buffer.subarray(0, bytesRead)
    const end = bytes.lastIndexOf(10)
    return end === -1 ? bytes : bytes.subarray(0, end + 1)
  } finally {
    await file.close()
  }
}
