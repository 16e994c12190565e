import type { RecoveryCounts } from '../../core/model/agentOperations.js'
import { say } from '../text/escape.js'

/** So far: how often somebody went on for an agent, and with what success. */
export function recoveriesText({ resumed, succeeded, cleared, meanMinutes }: RecoveryCounts): string {
  return say`Recoveries: ${resumed} resumed, ${succeeded} of these done since${meanMinutes === undefined ? '' : `, ${meanMinutes} min gone on average`}; ${cleared} cleared`
}
