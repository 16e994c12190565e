import { mkdirSync, mkdtempSync, realpathSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { removeFolder } from '../../../scripts/removeFolder.js'
import { readRun, type RunPlace } from '../../../src/runs/readRun.js'
import type { RunView } from '../../../src/core/model/runs.js'

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE

/** Run folders in a temporary place, written as a program of others would. */
export class RunFolders {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'muster-runs-')))
  readonly place: RunPlace = { base: join(this.root, 'experiments'), label: 'experiments' }

  /** @param ago ms since it was written */
  write(run: string, file: string, text: string | Buffer, ago = 0): string {
    const path = join(this.place.base, run, file)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
    const at = (Date.now() - ago) / 1000
    utimesSync(path, at, at)
    return path
  }

  async read(run: string): Promise<RunView> {
    const view = await readRun(this.place, run)
    if (!view) throw new Error(`${run} is no run`)
    return view
  }

  remove(): void {
    removeFolder(this.root)
  }
}

export function lockOf(fields: Record<string, string | number> = {}): string {
  const all = { AGENT_ID: 'executor_01', START_TIME: '2025-12-29T15:30:00', PID: process.pid, STATUS: 'running', PROGRESS: '127/608 symbols', ...fields }
  return Object.entries(all).map(([key, value]) => `${key}=${value}\n`).join('')
}

/** As Python's datetime.isoformat() writes it. */
export function naive(ago: number): string {
  const at = new Date(Date.now() - ago)
  const two = (n: number): string => String(n).padStart(2, '0')
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}.123456`
}

export function progressLine(done: number, total: number, extra: object = {}): string {
  return `${JSON.stringify({ timestamp: naive(0), progress: `${done}/${total}`, percent: `${((done / total) * 100).toFixed(1)}%`, current_symbol: 'BTC', sharpe: 1.2, ...extra })}\n`
}

/** Pid of a process that has ended. */
export async function endedPid(): Promise<number> {
  const { spawn } = await import('node:child_process')
  const child = spawn(process.execPath, ['-e', ''])
  const pid = child.pid!
  await new Promise((resolve) => child.once('exit', resolve))
  return pid
}
