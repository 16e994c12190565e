import { parse } from './acting.js'
import { Coordinator } from './coordinator.js'
import type { ProcessSupervisor } from './deployCalls.js'
import type { Muster, OpenOptions } from './muster.js'
import { openParts } from './parts.js'
import { areCertainlyFine } from './plainOptions.js'

/**
 * Opens a coordination folder and, for attached connections, takes up an identity in it.
 * @param supervisor Starts processes of agents; without it, none can be deployed
 * @throws MusterError FOLDER_UNUSABLE, AGENT_IN_USE, LEDGER_DAMAGED, INVALID_INPUT
 */
export async function openMuster(options: OpenOptions = {}, supervisor?: ProcessSupervisor<Muster>): Promise<Muster> {
  const checked = areCertainlyFine(options) ? options : parse((await import('./openOptions.js')).openOptions, options, 'way to open a folder')
  return new Coordinator(await openParts(checked), supervisor)
}
