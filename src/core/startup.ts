import { invalid } from './errors.js'
import type { StartupResult } from './model/startup.js'
import type { World } from './muster.js'
import { openHelp } from './rules/help.js'
import { selectMessages } from './rules/message.js'
import type { Context } from './rules/rule.js'
import { isUnfinished } from './rules/unfinished.js'
import type { State } from './state/state.js'
import { agentView, iso, messageView } from './state/views.js'
import { checkpointView, tasksFor } from './state/workViews.js'
import { tell } from './tell.js'

/** So many lines of its work log tell an agent what it was doing. */
const LINES = 5

/** What an agent needs to know when it begins, or begins again. @throws MusterError INVALID_INPUT where nobody speaks */
export function startupOf(state: State, context: Context, world: World): StartupResult {
  const me = state.agents.get(context.agent)
  if (!me) throw invalid(tell`This connection speaks for nobody.`, tell`Open it with an agent.`)
  const unread = selectMessages(state, me.id, { unread: true }, context.stamp)
  const checkpoint = state.checkpoints.get(me.id)
  const incomplete = [...state.agents.values()].filter((agent) => agent !== me && isUnfinished(state, agent, context))
  return {
    ok: true,
    agent: agentView(state, me, context),
    messages: unread,
    claims: [...world.claims],
    helpRequests: openHelp(state, me.id, false).map((message) => messageView(state, message, me.id, context.stamp)),
    tasks: tasksFor(state, me.id),
    ...(checkpoint && { checkpoint: checkpointView(checkpoint) }),
    workLog: (state.workLogs.get(me.id) ?? []).slice(-LINES).map(({ text, stamp }) => ({ text, at: iso(stamp) })),
    decisions: [...world.decisions],
    incomplete: incomplete.map((agent) => agentView(state, agent, context)),
    lost: unread.filter((message) => message.about?.act === 'taken' || message.about?.act === 'forced'),
    unacknowledged: [...world.unacknowledged],
  }
}
