type Resolved = { url: string; format?: string; shortCircuit?: boolean }

/** Module hook: in place of chokidar, a watcher that never tells anything. */
export function resolve(specifier: string, context: unknown, next: (specifier: string, context: unknown) => Promise<Resolved>): Promise<Resolved> {
  if (specifier !== 'chokidar') return next(specifier, context)
  const watcher = 'export const watch = () => ({ on() { return this }, close: () => Promise.resolve() })'
  return Promise.resolve({ url: `data:text/javascript,${encodeURIComponent(watcher)}`, format: 'module', shortCircuit: true })
}
