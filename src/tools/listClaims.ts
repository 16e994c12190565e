import * as z from 'zod'
import type { ClaimView } from '../core/model/operations.js'
import { defineTool } from './tool.js'

export const listClaimsTool = defineTool({
  name: 'list_claims',
  title: 'List locks',
  description:
    'What is locked, by whom, for how long, and who waits for it. Use it to choose work that nobody holds. Not before every edit: claim ' +
    'says who is in the way.',
  input: z.strictObject({
    mine: z.boolean().optional().describe('Only those you hold'),
    stale: z.boolean().optional().describe('Only those whose holder is gone or silent'),
  }),
  readOnly: true,
  async run(muster, filter): Promise<{ ok: true; claims: ClaimView[] }> {
    return { ok: true, claims: await muster.listClaims(filter) }
  },
})
