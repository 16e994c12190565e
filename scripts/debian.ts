import { existsSync } from 'node:fs'
import { cleanEnvironment, isInstalled, runQuietly } from './runCommand.js'

/** Whether missing system packages can be installed without asking anybody: root on Debian or Ubuntu. */
export function canInstallPackages(): boolean {
  return process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/etc/debian_version') && isInstalled('apt-get')
}

/** Installs Debian packages; throws with apt's last lines when that fails. */
export async function installPackages(packages: readonly string[], log: (line: string) => void): Promise<void> {
  log(`Installing ${packages.join(', ')} with apt-get …`)
  const env = cleanEnvironment({ DEBIAN_FRONTEND: 'noninteractive' })
  await runQuietly('apt-get', ['update'], { env })
  await runQuietly('apt-get', ['install', '-y', '--no-install-recommends', ...packages], { env })
}
