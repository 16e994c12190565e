import type { AgentView, DecisionView, MessageView } from '../core/model/operations.js'
import type { ErrorView, TaskView } from '../core/model/workOperations.js'
import type { DocumentButton } from '../protocol/document.js'
import { t } from './l10n.js'
import { isFile } from './leads.js'
import { short } from './text.js'
import { isOpenHelp, mayAcknowledge, mayNarrow, mayRelease } from './views/messageRows.js'

/** What may be done about a document, by `me`: the window's person where it can write, else undefined. The likeliest first. */
export const buttonsOf = {
  message(message: MessageView, me: AgentView | undefined): DocumentButton[] {
    const received = me !== undefined && message.from !== me.id && message.recipients.includes(me.id)
    const { about } = message
    const involved = me !== undefined && (received || message.from === me.id)
    return [
      ...(mayRelease(message, me) ? [{ label: t('Release'), act: 'muster.release' } as const, { label: t('Keep It…'), act: 'muster.keepLock' } as const, ...(mayNarrow(message) ? [{ label: t('Narrow…'), act: 'muster.narrowLock' } as const] : [])] : []),
      ...(received ? [{ label: t('Reply'), act: 'muster.replyMessage' } as const] : []),
      ...(received && mayAcknowledge(message) ? [{ label: t('Acknowledge'), act: 'muster.acknowledgeMessage' } as const] : []),
      ...(involved && isOpenHelp(message) ? [{ label: t('Close Help Request…'), act: 'muster.closeHelp' } as const] : []),
      ...fileButton(about?.resource),
    ]
  },

  decision(decision: DecisionView, me: AgentView | undefined): DocumentButton[] {
    if (me === undefined) return []
    if (decision.status === 'proposed') return me.kind === 'person' ? [{ label: t('Approve'), act: 'muster.approveDecision' }, { label: t('Reject'), act: 'muster.rejectDecision' }] : []
    if (decision.status === 'approved') return [{ label: t('Mark as Implemented'), act: 'muster.implementDecision' }, { label: t('Replace'), act: 'muster.supersedeDecision' }]
    return decision.status === 'implemented' ? [{ label: t('Replace'), act: 'muster.supersedeDecision', quiet: true }] : []
  },

  task(task: TaskView, me: AgentView | undefined): DocumentButton[] {
    if (me === undefined) return []
    if (task.status === 'open') return task.blockedBy.length > 0 ? [] : [{ label: t('Start'), act: 'muster.startTask' }]
    // What another works on is that one's to complete.
    return task.status === 'started' ? [{ label: t('Complete'), act: 'muster.completeTask', ...(!task.mine && { quiet: true as const }) }] : []
  },

  error(error: ErrorView, me: AgentView | undefined): DocumentButton[] {
    return [...(me !== undefined && error.status === 'open' ? [{ label: t('Resolve'), act: 'muster.resolveError' } as const] : []), ...fileButton(error.resource)]
  },
}

function fileButton(resource = ''): DocumentButton[] {
  return resource !== '' && isFile(resource) ? [{ label: t('Open {0}', short(resource, 60)), open: 'file', name: resource }] : []
}
