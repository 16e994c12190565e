import type { z } from 'zod'
import { MusterError } from '../core/errors.js'
import type { Muster } from '../core/muster.js'

/** What belongs to one call rather than to its input. */
export interface ToolCall {
  /** Ends the waiting of an operation that waits. */
  signal?: AbortSignal | undefined
  /** Name chosen by the caller: a retry with the same name is applied once, where the operation offers that. */
  key?: string | undefined
  /** Seconds after which the caller gives up: an operation that waits answers before. */
  patience?: number | undefined
}

/**
 * One operation as it is offered to callers from outside: the MCP server lists it, the command line runs it.
 * Nothing in here knows which of the two is calling.
 */
export interface Tool<Input extends z.ZodObject = z.ZodObject, Result extends object = object> {
  /** The library's name of the operation, in snake_case. */
  readonly name: string
  readonly title: string
  /** When to use it and when not: what a model reads before it decides. */
  readonly description: string
  /** Flat, so that every client can show it as a form. Durations are minutes, fractions allowed. */
  readonly input: Input
  /** Changes nothing that others can see: clients may call it without asking a person. */
  readonly readOnly?: true
  /** Takes something away from somebody else: clients should ask a person first. */
  readonly destructive?: true
  /** Doing it again with the same input does no more than doing it once. */
  readonly repeatable?: true
  /** The library's result, refusals (`{ ok: false, … }`) included. */
  run(muster: Muster, input: z.output<Input>, call: ToolCall): Promise<Result>
}

/** Types a tool by its input schema; the tool itself is returned unchanged. */
export function defineTool<Input extends z.ZodObject, Result extends object>(tool: Tool<Input, Result>): Tool<Input, Result> {
  return tool
}

/**
 * Checks the input and runs the tool.
 * @throws MusterError INVALID_INPUT when the input does not fit, and whatever the operation throws.
 */
export async function callTool<Input extends z.ZodObject, Result extends object>(
  tool: Tool<Input, Result>,
  muster: Muster,
  input: unknown,
  call: ToolCall = {},
): Promise<Result> {
  return tool.run(muster, checkInput(tool, input), call)
}

/** @throws MusterError INVALID_INPUT that names the fields */
export function checkInput<Input extends z.ZodObject>({ input }: Pick<Tool<Input>, 'input'>, value: unknown): z.output<Input> {
  const parsed = input.safeParse(value)
  if (!parsed.success) throw invalidInput(parsed.error)
  return parsed.data
}

function invalidInput(error: z.ZodError): MusterError {
  const issues = error.issues.map((issue) => ({ field: issue.path.join('.'), message: issue.message }))
  const message = issues.map(({ field, message }) => (field === '' ? message : `${field}: ${message}`)).join('; ')
  return new MusterError('INVALID_INPUT', message, {
    hint: 'Correct it and try again.',
    details: { issues },
    cause: error,
  })
}
