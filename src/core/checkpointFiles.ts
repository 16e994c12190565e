import { renderDeliverables } from '../documents/formats/deliverables.js'
import { renderStatus } from '../documents/formats/status.js'
import { renderWorkLine } from '../documents/formats/workLog.js'
import type { State } from './state/state.js'
import { iso } from './state/iso.js'

/** The files that tell of an agent, as scripts know them, and the word for its status. Pure: the same records give the same bytes. */
export function checkpointFiles(state: State, id: string): { files: Record<string, string>; status: string } {
  const agent = state.agents.get(id)!
  const delivered = [...state.deliverables.values()].filter((one) => one.agent === id)
  const status = renderStatus({ ...agent, agent: agent.name, updatedAt: iso(state.seen.get(id) ?? agent.changed ?? agent.joined) })
  return {
    files: {
      '.agent_status': status,
      '.agent_work_log': (state.workLogs.get(id) ?? []).map(({ text, stamp }) => `${renderWorkLine(iso(stamp), text)}\n`).join(''),
      '.agent_deliverables': renderDeliverables({
        // Of a file that was delivered twice the later says how it is.
        files: [...new Map(delivered.flatMap(({ files }) => files).map((file) => [file.path, file])).values()],
        endpoints: [...new Set(delivered.flatMap(({ endpoints }) => endpoints))],
        tests: [...new Set(delivered.flatMap(({ tests }) => tests))],
        integrationReady: delivered.at(-1)?.integrationReady ?? false,
      }),
    },
    status: /^STATUS=(\S+)/m.exec(status)?.[1] ?? '',
  }
}
