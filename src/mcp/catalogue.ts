import type { Tool as ListedTool } from '@modelcontextprotocol/sdk/types.js'
import * as z from 'zod'
import { allTools } from '../tools/all.js'
import { logDecisionTool } from '../tools/logDecision.js'
import type { Tool } from '../tools/tool.js'
import { resultOf } from './results.js'
import { checkInTool } from './tools/checkIn.js'
import { claimTool } from './tools/claim.js'
import { logErrorTool } from './tools/logError.js'
import { readMessagesTool } from './tools/readMessages.js'
import { releaseTool } from './tools/release.js'
import { sendMessageTool } from './tools/sendMessage.js'
import { startupTool } from './tools/startup.js'

/** What a model is offered unless all is asked for: few, so that they cost it little, and each good for more than one operation. */
const few = [startupTool, claimTool, checkInTool, releaseTool, sendMessageTool, readMessagesTool, logDecisionTool, logErrorTool] as readonly unknown[] as readonly Tool[]

/** Calls that begin something: they turn Muster on where it is not. */
const beginning = new Set(['startup', 'claim', 'check_in', 'send_message', 'log_decision', 'log_error'])

/** The tools of a server by name: the few, or those and one for each further operation there is. */
export function catalogue(which: 'few' | 'all'): ReadonlyMap<string, Tool> {
  const named = (tools: readonly Tool[]): [string, Tool][] => tools.map((tool) => [tool.name, tool])
  return new Map(which === 'few' ? named(few) : [...named(allTools), ...named(few)])
}

export function begins(tool: Tool): boolean {
  return beginning.has(tool.name)
}

/** A tool as clients list it. */
export function listing(tool: Tool): ListedTool {
  const { name, title, description, readOnly = false, destructive = false, repeatable = readOnly } = tool
  return {
    name,
    title,
    description,
    inputSchema: schemaOf(tool.input, 'input'),
    outputSchema: schemaOf(resultOf(name), 'output'),
    annotations: { title, readOnlyHint: readOnly, destructiveHint: destructive, idempotentHint: repeatable, openWorldHint: false },
  }
}

type ObjectSchema = ListedTool['inputSchema']

function schemaOf(schema: z.ZodObject, io: 'input' | 'output'): ObjectSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, override: ({ jsonSchema }) => lighten(jsonSchema) })
  return rest as ObjectSchema
}

/** Limits that only guard against abuse are checked, not told: a model pays for every word. */
function lighten(schema: z.core.JSONSchema.BaseSchema): void {
  if (schema.type === 'string') delete schema.maxLength
  if (schema.type === 'string') delete schema.minLength
  if (schema.type === 'string') delete schema.pattern
  if (schema.type === 'array') delete schema.maxItems
  if (schema.type === 'integer' && schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum
  if (schema.type === 'integer' && schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum
  if (schema.type === 'number' && schema.maximum === 525_600) {
    delete schema.maximum
    delete schema.exclusiveMinimum
  }
  if (schema.default === false || (Array.isArray(schema.default) && schema.default.length === 0) || schema.default === '') delete schema.default
}
