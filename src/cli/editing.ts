import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { startable } from '../core/system/startable.js'
import { UsageError } from './usageError.js'

/** How a new version of a document is made: by a command on a copy of it, or as what comes on standard input. */
export type Edit = (text: string) => Promise<string>

/**
 * The text that `command` makes of a copy of the document: the copy's path stands where `{}` does, else at the end.
 * @throws UsageError when the command cannot be started, or ends with anything but 0: nothing is written then
 */
export function byCommand(file: string, command: readonly string[]): Edit {
  return async (text) => {
    const folder = mkdtempSync(join(tmpdir(), 'muster-edit-'))
    try {
      const copy = join(folder, basename(file))
      writeFileSync(copy, text, { mode: 0o600 })
      const args = command.includes('{}') ? command.map((word) => (word === '{}' ? copy : word)) : [...command, copy]
      await run(args)
      return readFileSync(copy, 'utf8')
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }
}

/** What it prints goes to our standard error: our standard output is the answer. */
function run(command: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const { program, args, options } = startable(command, process.cwd(), process.env)
    const child = spawn(program, args, { ...options, stdio: ['inherit', process.stderr, process.stderr] })
    child.once('error', (error) => reject(new UsageError(`"${program}" cannot be started: ${error.message}. Nothing was written.`)))
    child.once('exit', (code, signal) => (code === 0 ? resolve() : reject(new UsageError(`"${program}" ended with ${signal ?? code}. Nothing was written.`))))
  })
}

/** Standard input as the new text, whatever the old one was. */
export function byInput(): Edit {
  return async () => {
    const chunks: Buffer[] = []
    for await (const chunk of process.stdin) chunks.push(chunk as Buffer)
    return Buffer.concat(chunks).toString('utf8')
  }
}
