import type { AgentLogResult, DeployResult, RestartResult, StopResult } from '../../core/model/deployOperations.js'
import { oneLine, say } from '../text/escape.js'

const warnings = (texts: readonly string[] | undefined): string => (texts ?? []).map((text) => `\n  But ${oneLine(text)}`).join('')

export function deployedText(result: DeployResult | RestartResult): string {
  if (!result.ok) return oneLine(result.hint) + ('warnings' in result ? warnings(result.warnings) : '')
  const how = result.pid === undefined ? say`${result.agent} waits for room.` : say`${result.agent} runs as process ${String(result.pid)}.`
  return `${how} See what it writes: muster agent log ${oneLine(result.agent)} --follow${warnings(result.warnings)}`
}

export function restartedText(result: RestartResult): string {
  return result.ok && result.run ? say`${result.agent} has ended.` : deployedText(result)
}

export function stoppedText(result: StopResult): string {
  if (!result.ok) return oneLine(result.hint)
  if (result.pending) return say`${result.agent} was asked to stop. Its keeper has to do that, which is on another machine or does not answer. See: muster agent show ${oneLine(result.agent)}`
  if (result.left) return say`${result.agent} had been killed. Ended what it had left: ${processes(result.left)}.`
  return say`Stopped ${result.agent}.`
}

/** "process 12", "processes 12, 13" */
export function processes(pids: readonly number[]): string {
  return `${pids.length === 1 ? 'process' : 'processes'} ${pids.join(', ')}`
}

export function logText(result: AgentLogResult): string {
  return result.ok ? result.lines.map((line) => oneLine(line)).join('\n') : oneLine(result.hint)
}

export function requestText({ file, response }: { file: string; response: { ok: boolean; agent_id: string; status: string; pid?: number | undefined; error?: { message: string } | undefined } }): string {
  if (!response.ok) return say`${file}: refused. ${response.error?.message ?? ''}`
  const how = response.pid === undefined ? '' : ` as process ${response.pid}`
  return `${say`${file}: ${response.agent_id} is ${response.status}`}${how}.`
}
