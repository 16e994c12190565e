import type { AgentView, MessageView } from '../core/model/operations.js'
import type { DocumentRecords } from '../core/documentCalls.js'
import { messageName, renderMessage, type MessageFile } from './formats/message.js'
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
    const boxOf = (recipient: string): Boxes => {
      if (!boxes.has(recipient)) boxes.set(recipient, boxesOf(recipient, agents.get(recipient), facts, among))
      return boxes.get(recipient)!
    }
    for (const message of records.messagesTo((recipient) => boxOf(recipient).inbox || boxOf(recipient).runs)) {
      for (const recipient of message.recipients) {
        const { inbox, runs } = boxOf(recipient)
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
  const { name, suffixAt } = messageName(Date.parse(view.sentAt), view.from, recipient)
  return { path: name, suffixAt, id: `${view.id}/${recipient}`, keep: true, yieldsTo: 'others', text: renderMessage(await messageFile(records, view, recipient)) }
}

/** A message as one of its recipients gets it. */
export async function messageFile(records: DocumentRecords, view: MessageView, recipient: string): Promise<MessageFile> {
  const message = await records.wholeMessage(view)
  const { id, from, to, kind, priority, replyTo, subject, body, checklist = [], deadline, sentAt, writtenAt, delivery, ticked = [] } = message
  const [at, by] = [Date.parse(writtenAt ?? sentAt), Date.parse(deadline ?? '')]
  // The time to answer is from the time that it shows, to the minute; one that would be over then was written with another clock.
  const minutes = writtenAt === undefined || by <= at ? (by - Date.parse(sentAt)) / 60_000 : Math.max(1, Math.round((by - at) / 60_000))
  const done = new Set(ticked.map(({ step }) => step))
  const status = delivery[recipient]
  return {
    from, to, at, priority, id, kind, subject, body,
    status: status === 'seen' ? 'read' : status === 'acknowledged' || status === 'answered' ? 'acknowledged' : 'unread',
    ...(replyTo !== undefined && { replyTo }),
    checklist: checklist.map((text, index) => ({ text, done: done.has(index + 1) })),
    ...(deadline !== undefined && { deadlineMinutes: minutes }),
  }
}
