import { existsSync } from 'node:fs'
import { dirname, isAbsolute, join, relative, sep } from 'node:path'
import { runsInput } from '../core/model/runs.js'
import { locateFolder, realpathOrSelf } from '../core/system/locate.js'
import type { RunPlace } from '../runs/readRun.js'
import type { Unusable } from './command.js'

/**
 * Where runs are in a repository that Muster is not turned on in. Their folders tell all there is to know about them: whoever
 * only has runs sees them, and nothing is written for that.
 * @param folder From the root of the working tree; default `experiments`
 * @returns undefined where there are none, or where Muster has another trouble
 */
export async function runsAlone({ folder: records, host }: Unusable, folder: string | undefined): Promise<RunPlace | undefined> {
  const here = locateFolder(host.cwd, host.env)
  if (existsSync(records) || !existsSync(dirname(records)) || records !== here.folder) return undefined
  const base = realpathOrSelf(join(here.root, runsInput.parse({ runs: folder }).runs))
  const label = relative(here.root, base)
  if (label === '' || label === '..' || label.startsWith(`..${sep}`) || isAbsolute(label)) return undefined
  const { readRuns } = await import('../runs/readRun.js')
  const place = { base, label: label.split(sep).join('/') }
  return (await readRuns(place)).length > 0 ? place : undefined
}
