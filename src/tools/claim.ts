import * as z from 'zod'
import { claimOptions, resourceInput, type ClaimAllResult, type ClaimResult } from '../core/model/operations.js'
import { defineTool } from './tool.js'

const options = claimOptions.shape

export const claimTool = defineTool({
  name: 'claim',
  title: 'Lock files before working on them',
  description:
    'Lock files, folders, globs, symbols (src/a.ts#Router.handle) or names (name:build, port:3000) before you change or use them. ' +
    'Several are locked together: all or none. Claiming again what you hold renews it. When somebody else holds it the answer says who, ' +
    'how far they are and what to do: wait, ask them to release it, or work elsewhere. Do not edit what you were refused. ' +
    'Not needed for reading.',
  input: z.strictObject({
    resources: z.array(resourceInput).min(1).max(500).describe('Paths relative to the root of the working tree, or name:… / port:…'),
    mode: options.mode.describe('shared: several may hold it at once, for example to read a stable version'),
    minutes: options.minutes.describe('How long the lock lasts without renewal; default 30. Any work of yours renews it'),
    estimatedMinutes: options.estimatedMinutes.describe('How long you expect to need; shown to those who wait'),
    note: options.note.describe('What you are going to do, in one line'),
    wait: options.wait.describe('Queue up when somebody else holds it'),
    timeoutMinutes: options.timeoutMinutes.describe('With wait: how long to wait for it before answering "queued"'),
    priority: options.priority.describe('Place in the queue; normal unless it blocks others'),
    takeOver: options.takeOver.describe('Take over a stale lock, whose holder is gone or silent'),
    force: options.force.describe('Lock a very broad glob, or take over a lock with uncommitted changes'),
  }),
  run(muster, { resources, ...rest }, { signal, key }): Promise<ClaimResult | ClaimAllResult> {
    const [only, ...others] = resources
    const options = { ...rest, ...(signal && { signal }), ...(key !== undefined && { key }) }
    return only !== undefined && others.length === 0 ? muster.claim(only, options) : muster.claimAll(resources, options)
  },
})
