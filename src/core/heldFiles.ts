/** What Windows answers where a file is to be replaced that somebody has open just now: a reader, a virus scanner, an indexer. */
const HELD: readonly unknown[] = ['EPERM', 'EACCES', 'EBUSY']
/** Milliseconds between tries; two thirds of a second in all. Who has it open for longer has a reason. */
const PAUSES = [5, 10, 20, 40, 80, 160, 320]

function isHeld(error: unknown, platform: NodeJS.Platform): boolean {
  return platform === 'win32' && HELD.includes((error as NodeJS.ErrnoException).code)
}

/** Puts a file in the place of another. On Windows, where that takes that nobody has it open, it is tried again a few times. @throws what `work` throws */
export function onceLetGo<T>(work: () => T, platform = process.platform): T {
  for (const pause of PAUSES) {
    try {
      return work()
    } catch (error) {
      if (!isHeld(error, platform)) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pause)
    }
  }
  return work()
}

/** The same, without holding anybody up. */
export async function whenLetGo<T>(work: () => Promise<T>, platform = process.platform): Promise<T> {
  for (const pause of PAUSES) {
    try {
      return await work()
    } catch (error) {
      if (!isHeld(error, platform)) throw error
      await new Promise((resolve) => void setTimeout(resolve, pause))
    }
  }
  return work()
}
