import { execFileSync } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { ProcessGroup } from './processGroup.js'
import { cleanEnvironment, forShell, isInstalled } from './runCommand.js'

/** Why desktop VS Code cannot be used; `undefined` when it can. */
export function desktopUnavailable(): string | undefined {
  if (!isInstalled('code')) return '`code` is not on PATH'
  // In a remote terminal `code` only talks to the window it belongs to, and cannot load an extension.
  if (process.env['VSCODE_IPC_HOOK_CLI']) return '`code` belongs to a remote window here'
  if (process.getuid?.() === 0) return 'desktop VS Code does not run as root'
  if (process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']) return 'there is no display'
  return undefined
}

/**
 * Opens desktop VS Code with an extension under development, in an instance of its own: it shares neither
 * windows nor settings with the user's, so ending it ends nothing else.
 */
export function openDesktopWindow({ folder, extension, userDataDir }: { folder: string, extension: string, userDataDir: string }): { stop(): Promise<void> } {
  const launcher = new ProcessGroup('code', forShell([
    `--extensionDevelopmentPath=${extension}`, '--new-window', '--user-data-dir', userDataDir,
    '--disable-workspace-trust', '--skip-welcome', '--skip-release-notes', folder,
  ]), { env: cleanEnvironment(), stdio: 'ignore', shell: process.platform === 'win32' })
  return {
    async stop() {
      await launcher.stop()
      // The launcher leaves VS Code behind in a group of its own; the data folder on its command line is ours alone.
      for (let attempt = 0; attempt < 100; attempt += 1) {
        const pids = processesNaming(userDataDir)
        if (pids.length === 0) return
        for (const pid of pids) end(pid, attempt < 50 ? 'SIGTERM' : 'SIGKILL')
        await sleep(100)
      }
    },
  }
}

function processesNaming(text: string): number[] {
  if (process.platform === 'win32') {
    const query = `Get-CimInstance Win32_Process | Where-Object { $_.CommandLine -like '*${text}*' -and $_.Name -like 'Code*' } | ForEach-Object ProcessId`
    return numbers(execFileSync('powershell', ['-NoProfile', '-Command', query], { encoding: 'utf8' }))
  }
  const lines = execFileSync('ps', ['-axww', '-o', 'pid=,command='], { encoding: 'utf8' }).split('\n')
  return numbers(lines.filter((line) => line.includes(text)).map((line) => line.trim().split(' ')[0]).join('\n'))
}

function numbers(text: string): number[] {
  return text.split(/\s+/).map(Number).filter((pid) => pid > 0 && pid !== process.pid)
}

function end(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
