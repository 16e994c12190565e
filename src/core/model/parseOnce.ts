/**
 * For processes that come and go: schemas are walked instead of being compiled, which pays only where they are used again and
 * again. Loads no schemas itself: zod looks for what it is told under this name, now or when it is loaded.
 */
export function parseOnce(): void {
  const shared = globalThis as { __zod_globalConfig?: { jitless?: boolean } }
  Object.assign(shared.__zod_globalConfig ??= {}, { jitless: true })
}
