import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * What happens to edits. `open`: those of locked files are refused, and let through when Muster itself is broken; `closed`:
 * refused then as well; `off`: never refused.
 */
const guardModes = ['open', 'closed', 'off'] as const
export type GuardMode = (typeof guardModes)[number]

/** `MUSTER_GUARD`, else `guard` in the folder's `settings.json`, else `open`. */
export function guardMode(folder: string | undefined, env: NodeJS.ProcessEnv): GuardMode {
  const told = env['MUSTER_GUARD'] || (folder === undefined ? undefined : settingIn(folder))
  return guardModes.find((mode) => mode === told) ?? 'open'
}

function settingIn(folder: string): unknown {
  try {
    const settings: unknown = JSON.parse(readFileSync(join(folder, 'settings.json'), 'utf8'))
    return typeof settings === 'object' && settings !== null && 'guard' in settings ? settings.guard : undefined
  } catch {
    return undefined
  }
}
