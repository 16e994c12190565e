import { execFile } from 'node:child_process'
import { MusterError, type ErrorCode } from '../core/errors.js'
import type { Program } from './keeperProcess.js'

/** What every command says with `--json`. */
export interface Answer {
  ok: boolean
  error?: { code: ErrorCode; message: string; hint?: string }
}

/** Bytes of an answer: whole files may be in it. */
const MOST = 64 * 1024 * 1024

/**
 * What a command of Muster's command line answers, refusals included.
 * @throws MusterError as the command tells it; Error where it could not be run, or answered nothing of the kind
 */
export function runProgram<T extends Answer>({ argv: [file = '', ...before], env }: Program, args: readonly string[], place: { cwd: string; env: NodeJS.ProcessEnv; /** On its standard input. */ input?: string; /** Ends it. */ signal?: AbortSignal }): Promise<T> {
  return new Promise((resolve, reject) => {
    const options = { cwd: place.cwd, env: { ...place.env, ...env }, maxBuffer: MOST, windowsHide: true, ...(place.signal && { signal: place.signal }) }
    const child = execFile(file, [...before, ...args, '--json'], options, (problem, stdout, stderr) => {
      const answer = answerIn<T>(stdout)
      if (answer === undefined) return reject(new Error(`${args[0]} gave no answer: ${problem?.message ?? ''} ${stderr}`.trim()))
      const { error } = answer
      if (error === undefined) return resolve(answer)
      reject(new MusterError(error.code, error.message, error.hint === undefined ? {} : { hint: error.hint }))
    })
    // One that ended without reading has answered why.
    child.stdin?.on('error', () => undefined).end(place.input)
  })
}

function answerIn<T extends Answer>(text: string): T | undefined {
  try {
    const answer: unknown = JSON.parse(text)
    return typeof answer === 'object' && answer !== null && 'ok' in answer ? (answer as T) : undefined
  } catch {
    return undefined
  }
}
