import { createHash } from 'node:crypto'
import { closeSync, fstatSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { Script } from 'node:vm'

/*
 * Runs one of our bundles with the machine code that V8 made of it before: compiling half a megabyte on every start takes
 * longer than most commands. What was compiled is kept in the user's cache folder, per bundle, Node and processor, and grows
 * by what each command newly needs. Node has this from 22.1 on (module.enableCompileCache), but not for 20; whatever goes
 * wrong here is a start without it. NODE_DISABLE_COMPILE_CACHE=1 switches it off, as it does Node's own.
 */

/** ms after which what nobody started again is removed. */
const KEPT = 30 * 24 * 60 * 60 * 1000
const KINDS_LIMIT = 100

interface Cache {
  file: string
  code: Buffer | undefined
  /** What was started with it so far: what that needs is in it. */
  kinds: string[]
}

/**
 * @param bundle Path of a CommonJS bundle without import(), written as a function of its five names, and in ASCII: copying it, or reading anything else, takes longer
 * @param id Changes whenever the bundle does: V8 looks at nothing but its length
 * @param kind What of the bundle is going to run, a command's name for example
 * @returns what the bundle exports
 * @throws what the bundle throws
 */
export function runBundle(bundle: string, id: string, kind: string): unknown {
  const source = readFileSync(bundle, 'latin1')
  const cache = readCache(id)
  const script = new Script(source, { filename: bundle, cachedData: cache?.code })
  if (cache && (script.cachedDataRejected !== false || !cache.kinds.includes(kind))) {
    const kinds = script.cachedDataRejected === false ? cache.kinds.slice(-KINDS_LIMIT) : []
    // Only then has everything been compiled that this start needs.
    process.once('exit', () => writeCache(cache.file, [...kinds, kind], script.createCachedData()))
  }
  const module = { exports: {} }
  ;(script.runInThisContext() as (...parts: unknown[]) => void)(module.exports, createRequire(bundle), module, bundle, dirname(bundle))
  return module.exports
}

function readCache(id: string): Cache | undefined {
  try {
    // Other flags are other code; whoever debugs or measures wants none of this.
    if (process.env['NODE_DISABLE_COMPILE_CACHE'] === '1' || process.env['NODE_OPTIONS'] || process.execArgv.length > 0) return undefined
    const file = join(cacheFolder(), `${id}-${process.versions.v8}-${process.arch}.bin`)
    return { file, ...contentOf(file) }
  } catch {
    return undefined
  }
}

function cacheFolder(): string {
  const { env, platform } = process
  if (env['XDG_CACHE_HOME']) return join(env['XDG_CACHE_HOME'], 'muster', 'code')
  if (platform === 'win32') return join(env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'muster', 'code')
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'muster', 'code')
  return join(homedir(), '.cache', 'muster', 'code')
}

/** A sum, the kinds, and the code. Power may have gone while it was written, and V8 itself does not look: its own sum is for debugging only. */
function contentOf(file: string): Omit<Cache, 'file'> {
  const none = { code: undefined, kinds: [] }
  try {
    // It is going to be run: nobody else may have written it.
    if (!isOwn(dirname(file))) return none
    const descriptor = openSync(file, 'r')
    try {
      if (!isOwn(descriptor)) return none
      const all = readFileSync(descriptor)
      const end = all.indexOf('\n')
      const { sum, kinds } = JSON.parse(all.toString('utf8', 0, end)) as { sum: string; kinds: string[] }
      const code = all.subarray(end + 1)
      return sum === sumOf(code) ? { code, kinds } : none
    } finally {
      closeSync(descriptor)
    }
  } catch {
    return none
  }
}

function writeCache(file: string, kinds: readonly string[], code: Buffer): void {
  try {
    const folder = dirname(file)
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    if (!isOwn(folder)) return
    const unfinished = `${file}.${process.pid}.tmp`
    writeFileSync(unfinished, Buffer.concat([Buffer.from(`${JSON.stringify({ sum: sumOf(code), kinds })}\n`), code]), { mode: 0o600 })
    renameSync(unfinished, file)
    for (const name of readdirSync(folder)) if (statSync(join(folder, name)).mtimeMs < Date.now() - KEPT) rmSync(join(folder, name), { force: true })
  } catch {
    // The next start tries again.
  }
}

function isOwn(place: string | number): boolean {
  const { uid, mode } = typeof place === 'string' ? statSync(place) : fstatSync(place)
  return process.getuid === undefined || (uid === process.getuid() && (mode & 0o022) === 0)
}

function sumOf(code: Buffer): string {
  return createHash('sha256').update(code).digest('base64')
}
