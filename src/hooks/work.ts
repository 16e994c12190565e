import type { Answer } from './answer.js'
import type { HookCall } from './call.js'
import { onCompact, onPrompt, onSessionEnd, onSessionStart, onSubagentEnd, onSubagentStart } from './conversations.js'
import { afterEdit, beforeEdit } from './edits.js'
import type { Place } from './place.js'
import { openSession, type HookSession } from './session.js'
import { onStop } from './stops.js'

/** Opens the records, does what the moment asks for, and answers what is to be said. */
export async function answerTo(call: HookCall, place: Place, env: NodeJS.ProcessEnv): Promise<Answer> {
  const session = await openSession(call, place, env)
  try {
    return await act(session, env)
  } finally {
    await session.parts.connection.close()
  }
}

async function act(session: HookSession, env: NodeJS.ProcessEnv): Promise<Answer> {
  switch (session.call.moment) {
    case 'before-edit':
      return beforeEdit(session)
    case 'after-edit':
      return afterEdit(session)
    case 'prompt':
      return onPrompt(session)
    case 'stop':
      return onStop(session)
    case 'session-start':
      return onSessionStart(session)
    case 'subagent-start':
      return onSubagentStart(session)
    case 'before-compact':
      return onCompact(session)
    case 'subagent-end':
      await onSubagentEnd(session)
      return {}
    case 'session-end':
      await onSessionEnd(session, env)
      return {}
  }
}
