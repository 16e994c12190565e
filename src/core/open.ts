import { parse } from './acting.js'
import { Coordinator } from './coordinator.js'
import type { ProcessSupervisor } from './deployCalls.js'
import { openOptions } from './openOptions.js'
import type { Muster, OpenOptions } from './muster.js'
import { openParts } from './parts.js'

/**
 * Opens a coordination folder and, for attached connections, takes up an identity in it.
 * @param supervisor Starts processes of agents; without it, none can be deployed
 * @throws MusterError FOLDER_UNUSABLE, AGENT_IN_USE, LEDGER_DAMAGED, INVALID_INPUT
 */
export async function openMuster(options: OpenOptions = {}, supervisor?: ProcessSupervisor<Muster>): Promise<Muster> {
  return new Coordinator(await openParts(parse(openOptions, options, 'way to open a folder')), supervisor)
}
