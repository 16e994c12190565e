import * as z from 'zod'
import { MusterError } from '../core/errors.js'
import { defineTool } from './tool.js'

export const updateDocumentTool = defineTool({
  name: 'update_document',
  title: 'Change a document that several edit',
  description:
    'Replace a passage of a shared text file (a plan, a status page, a registry) so that no change of others is lost: it is looked up in the ' +
    'file as it is now. Use it for documents that several agents edit. Not for code: claim the file and edit it.',
  input: z.strictObject({
    path: z.string().min(1).max(4_096).describe('The file'),
    find: z.string().max(200_000).describe('The passage to replace; it must be there exactly once. Empty: add at the end'),
    replace: z.string().max(200_000).describe('What stands there from now on'),
  }),
  run: (muster, { path, find, replace }) => muster.updateDocument(path, (text) => replaced(text, find, replace)),
})

/** @throws MusterError INVALID_INPUT unless the passage is there exactly once */
function replaced(text: string, find: string, replace: string): string {
  if (find === '') return text + replace
  const at = text.indexOf(find)
  if (at < 0) throw new MusterError('INVALID_INPUT', 'The passage is not in the document (any more).', { hint: 'Read the document again: somebody may have changed it.' })
  if (text.indexOf(find, at + 1) >= 0) throw new MusterError('INVALID_INPUT', 'The passage is in the document several times.', { hint: 'Name more of the text around it.' })
  return text.slice(0, at) + replace + text.slice(at + find.length)
}
