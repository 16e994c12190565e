import { mkdir, readdir, readFile, rename, stat, unlink, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { whenLetGo } from '../core/heldFiles.js'
import { isTagGone, ownTag } from '../core/system/processes.js'
import { linkNew, writeNew } from './replace.js'

/** ms after which a hand is nobody's any more, whatever its process is at: it was stopped, or is elsewhere. */
const STALE = 30_000
/** ms after which whoever has it shows that it still does. */
const SHOWN = 5_000

const NAME = /^logs\.(\d+)(\.over)?$/
let count = Math.floor(Math.random() * 2 ** 32)

/** The right to add to logs. */
export interface Hand {
  /** Whether it still is; asked before each file. */
  holds(): Promise<boolean>
  release(): Promise<void>
}

/**
 * Has one process at a time add to logs, where what two add is there twice; the turn alone does not, since whoever was stopped in
 * it goes on. Hands are numbered, and the highest number counts: who makes the file with the next one has it, so of any number
 * of processes that find one of a killed process one takes it over. Where one was stopped for longer than a hand lasts, right
 * before it adds, a line may be there twice; none is lost.
 * @param folder Of the writer's account
 * @returns undefined while somebody else has it
 * @throws system errors
 */
export async function takeHand(folder: string): Promise<Hand | undefined> {
  // From before it is made: whoever is stopped in here for long has to look first whether it still has it.
  let shown = performance.now()
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const last = (await handsIn(folder)).at(-1)
  if (last !== undefined && !last.over && !(await isOver(join(folder, last.name)))) return undefined
  const number = (last?.number ?? 0) + 1
  const path = join(folder, `logs.${number}`)
  const fresh = join(folder, `.logs.${ownTag()}-${++count}.tmp`)
  try {
    await writeNew(fresh, Buffer.from(ownTag()), 0o600, false)
    if (!(await linkNew(fresh, path))) return undefined
  } finally {
    await unlink(fresh).catch(() => undefined)
  }
  // One of the same number that was given back counts as well: whoever has looked since is past it.
  const isLast = async (): Promise<boolean> => {
    const hands = await handsIn(folder)
    return hands.some(({ name }) => name === `logs.${number}`) && hands.every((hand) => hand.name === `logs.${number}` || hand.number < number)
  }
  // Whoever looked long ago made one of a number that the others are past.
  if (!(await isLast())) {
    await unlink(path).catch(() => undefined)
    return undefined
  }
  for (const { name } of (await handsIn(folder)).slice(0, -1)) await unlink(join(folder, name)).catch(() => undefined)
  return {
    async holds() {
      if (performance.now() - shown < SHOWN) return true
      if (!(await isLast())) return false
      const now = new Date()
      await utimes(path, now, now)
      shown = performance.now()
      return true
    },
    release: () => whenLetGo(() => rename(path, `${path}.over`)).catch(() => undefined),
  }
}

async function handsIn(folder: string): Promise<{ name: string; number: number; over: boolean }[]> {
  const names = await readdir(folder)
  return names.flatMap((name) => {
    const [, number, over] = NAME.exec(name) ?? []
    return number === undefined ? [] : [{ name, number: Number(number), over: over !== undefined }]
  }).sort((a, b) => a.number - b.number)
}

async function isOver(path: string): Promise<boolean> {
  try {
    const [tag, { mtimeMs }] = await Promise.all([readFile(path, 'utf8'), stat(path)])
    return isTagGone(tag) === true || Math.abs(Date.now() - mtimeMs) > STALE
  } catch {
    // Given back just now: it is asked for again the next time.
    return false
  }
}
