import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'

type ParentOf = (pid: number) => Promise<number | undefined> | number | undefined

/** Nobody nests shells deeper than this. */
const GENERATIONS = 64

/**
 * The processes that each of these descends from, itself first. Linux by /proc; elsewhere by one listing of all processes, in
 * the background. What cannot be seen ends a line of descent.
 */
export async function descentOf(pids: readonly number[], parentOf?: ParentOf): Promise<ReadonlyMap<number, readonly number[]>> {
  if (pids.length === 0) return new Map()
  const parent = parentOf ?? (process.platform === 'linux' ? parentInProc : await listed())
  const lines = new Map<number, readonly number[]>()
  for (const pid of pids) {
    const line = [pid]
    for (let at = await parent(pid); at !== undefined && at > 1 && !line.includes(at) && line.length < GENERATIONS; at = await parent(at)) line.push(at)
    lines.set(pid, line)
  }
  return lines
}

async function parentInProc(pid: number): Promise<number | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'latin1')
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
  } catch {
    return undefined
  }
}

async function listed(): Promise<ParentOf> {
  const [program, args] = process.platform === 'win32'
    ? ['powershell', ['-NoProfile', '-Command', 'Get-CimInstance Win32_Process | ForEach-Object { "$($_.ProcessId) $($_.ParentProcessId)" }']] as const
    : ['ps', ['-axo', 'pid=,ppid=']] as const
  const { stdout } = await promisify(execFile)(program, args, { windowsHide: true, maxBuffer: 16 * 1024 * 1024 })
  const parents = new Map([...stdout.matchAll(/^\s*(\d+)\s+(\d+)\s*$/gm)].map(([, pid, parent]) => [Number(pid), Number(parent)]))
  return (pid) => parents.get(pid)
}
