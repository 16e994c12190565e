import * as z from 'zod'
import { claimOptions, resourceInput, type ClaimAllResult, type ClaimResult } from '../../core/model/operations.js'
import { defineTool } from '../../tools/tool.js'

const options = claimOptions.shape

export const claimTool = defineTool({
  name: 'claim',
  title: 'Lock files before working on them',
  description:
    'Lock files, folders, globs, symbols (src/a.ts#Router.handle) or names (name:build, port:3000) before you change or use them; several ' +
    'together, all or none. Claiming again renews. If refused, the answer says who holds it and what to do: do not edit it. Not for reading.',
  input: z.strictObject({
    resources: z.array(resourceInput).min(1).max(500).describe('Paths from the root of the working tree'),
    mode: options.mode,
    minutes: options.minutes.describe('Lease; your work renews it. Default 30'),
    estimatedMinutes: options.estimatedMinutes.describe('Work expected'),
    note: options.note.describe('What you will do, one line'),
    wait: options.wait.describe('Queue for what others hold; may answer QUEUED: then claim again'),
    timeoutMinutes: options.timeoutMinutes.describe('Longest wait'),
    priority: options.priority,
    takeOver: options.takeOver.describe('Take what a holder left who is gone or silent'),
    force: options.force.describe('Very broad globs; take over uncommitted changes'),
  }),
  repeatable: true,
  run(muster, { resources, timeoutMinutes = Infinity, ...input }, { signal, key, patience = Infinity }): Promise<ClaimResult | ClaimAllResult> {
    const longest = Math.min(timeoutMinutes, patience / 60)
    const options = { ...input, keepPlace: true, ...(Number.isFinite(longest) && { timeoutMinutes: longest }), ...(signal && { signal }), ...(key !== undefined && { key }) }
    const [only, ...others] = resources
    return only !== undefined && others.length === 0 ? muster.claim(only, options) : muster.claimAll(resources, options)
  },
})
