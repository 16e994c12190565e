import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { canInstallPackages, installPackages } from './debian.js'

/** How to get what the tests with a pooler need. */
export const poolerAdvice = 'pgbouncer is not on this machine. Install it (on Debian: `apt-get install -y pgbouncer`).'

/** The pooler that many databases are behind, where it is installed. */
export function findPgBouncer(): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']
  return folders.map((folder) => join(folder, 'pgbouncer')).find((file) => existsSync(file))
}

/** Installs it where we may; tests say what they miss otherwise. */
export async function preparePgBouncer(log: (line: string) => void): Promise<void> {
  if (findPgBouncer() !== undefined || !canInstallPackages()) return
  await installPackages(['pgbouncer'], log).catch((error: unknown) => log(`${poolerAdvice}\n${String(error)}`))
}
