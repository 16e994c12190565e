import { errnoOf } from '../../errors.js'

export interface FolderWatch {
  close(): Promise<void>
}

/** ms after which a change is read for a second time: chokidar drops a change that follows another within 50 ms. */
const ECHO = 60

/**
 * Calls `look` when something in the ledger folder changed, and regularly, because watchers miss events and stop without
 * a word. Neither timer keeps the process alive.
 * @param options.watch Use the system's file events at all.
 * @param options.rescan ms between regular looks; 0 for none.
 * @param options.load For tests: what gives the file events.
 * @param options.onProblem The system gives no (more) events; the regular look is what is left. Called once.
 */
export function watchFolder(
  path: string,
  options: { watch: boolean; rescan: number; look: () => void; rescanned: () => void; onProblem: (errno: string) => void; load?: () => Promise<Pick<typeof import('chokidar'), 'watch'>> },
): FolderWatch {
  let closed = false
  let echo: NodeJS.Timeout | undefined
  let watcher: { close(): Promise<void> } | undefined
  const rescan = options.rescan > 0 ? setInterval(options.rescanned, options.rescan).unref() : undefined

  function changed(): void {
    if (closed) return
    options.look()
    echo ??= setTimeout(() => {
      echo = undefined
      if (!closed) options.look()
    }, ECHO).unref()
  }

  let warned = false
  function failed(error: unknown): void {
    if (warned || closed) return
    warned = true
    options.onProblem(errnoOf(error) ?? String(error))
    void watcher?.close().catch(() => undefined)
  }

  async function start(): Promise<void> {
    // Not loaded by commands that come and go.
    const { watch } = await (options.load ?? (() => import('chokidar')))()
    if (closed) return
    const created = watch(path, { depth: 0, ignoreInitial: true, followSymlinks: false, persistent: true, ignored: (name) => name.endsWith('.lock') })
    watcher = created
    created.on('all', changed).on('error', failed)
    // What happened before the watch was in place.
    created.on('ready', changed)
  }

  const started = options.watch ? start().catch(failed) : Promise.resolve()

  return {
    async close() {
      closed = true
      clearInterval(rescan)
      clearTimeout(echo)
      await started
      await watcher?.close().catch(() => undefined)
    },
  }
}
