import type { AgentView, MessageView } from '../core/model/operations.js'
import type { DocumentRecords } from '../core/documentCalls.js'
import { messageName, renderMessage } from './formats/message.js'
import type { DocumentFacts, Producer, WholeDocument } from './types.js'

/** Folder of messages among the runs. */
export const messagesFolder = '_messages'

/**
 * Messages for those who read files: `agents/<id>/inbox/<time>_<from>_to_<id>.md`. These are agents known by their files,
 * whoever has such a folder, and every agent where files are asked for; for the first also among the runs, where there is a
 * folder for that.
 */
export const messageDocuments: Producer = {
  name: 'messages',
  async *documents(records, facts) {
    const agents = new Map(records.agents.map((agent) => [agent.id, agent]))
    const boxes = new Map<string, Boxes>()
    const among = facts.exists({ root: { tree: facts.root }, path: `${facts.settings.runs}/${messagesFolder}` })
    for (const message of records.messages) {
      for (const recipient of message.recipients) {
        if (!boxes.has(recipient)) boxes.set(recipient, boxesOf(recipient, agents.get(recipient), facts, among))
        const { inbox, runs } = boxes.get(recipient)!
        if (!inbox && !runs) continue
        const document = await documentOf(records, message, recipient)
        if (inbox) yield { root: 'folder', ...under(`agents/${recipient}/inbox`, document) }
        if (runs && !facts.cameAsFile(message.id)) yield { root: { tree: facts.root }, ...under(`${facts.settings.runs}/${messagesFolder}`, document) }
      }
    }
  },
}

interface Boxes {
  inbox: boolean
  runs: boolean
}

function boxesOf(id: string, agent: AgentView | undefined, facts: DocumentFacts, among: boolean): Boxes {
  const byFiles = agent?.client === 'file'
  return { inbox: byFiles || (facts.settings.agentFiles && agent?.kind === 'agent') || facts.exists({ root: 'folder', path: `agents/${id}/inbox` }), runs: byFiles && among }
}

type Written = Pick<WholeDocument, 'path' | 'text' | 'id' | 'suffixAt' | 'keep' | 'yieldsTo'>

function under(folder: string, document: Written): Written {
  return { ...document, path: `${folder}/${document.path}`, suffixAt: folder.length + 1 + document.suffixAt! }
}

async function documentOf(records: DocumentRecords, view: MessageView, recipient: string): Promise<Written> {
  const message = await records.wholeMessage(view)
  const { id, from, to, kind, priority, replyTo, subject, body, checklist = [], deadline, sentAt, delivery, ticked = [] } = message
  const at = Date.parse(sentAt)
  const { name, suffixAt } = messageName(at, from, recipient)
  const done = new Set(ticked.map(({ step }) => step))
  const status = delivery[recipient]
  return {
    path: name,
    suffixAt,
    id: `${id}/${recipient}`,
    keep: true,
    yieldsTo: 'others',
    text: renderMessage({
      from, to, at, priority, id, kind, subject, body,
      status: status === 'seen' ? 'read' : status === 'acknowledged' || status === 'answered' ? 'acknowledged' : 'unread',
      ...(replyTo !== undefined && { replyTo }),
      checklist: checklist.map((text, index) => ({ text, done: done.has(index + 1) })),
      ...(deadline !== undefined && { deadlineMinutes: (Date.parse(deadline) - at) / 60_000 }),
    }),
  }
}
