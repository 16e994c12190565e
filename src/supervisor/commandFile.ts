import * as z from 'zod'
import { commandInput } from '../core/model/deployOperations.js'
import { placesOf, readSmall, writePrivate } from './files.js'

/** What starting an agent takes and its record does not hold: the command may carry secrets. In a file that only its user reads. */
export const commandFile = z.object({
  /** Of the deployment it belongs to. */
  number: z.number().int(),
  command: commandInput,
  cwd: z.string(),
  env: z.record(z.string(), z.string()),
  brief: z.string().optional(),
  model: z.string().optional(),
  /** Id of the window's person it was deployed from. */
  window: z.string().optional(),
  logBytes: z.number().int().positive(),
  logsKept: z.number().int().nonnegative(),
  restartSeconds: z.number().nonnegative(),
  saveSeconds: z.number().positive(),
})
export type CommandFile = z.infer<typeof commandFile>

/** @throws what the file system throws */
export async function writeCommand(folder: string, id: string, command: CommandFile): Promise<void> {
  await writePrivate(placesOf(folder, id).command, JSON.stringify(command))
}

/** Undefined where it is not there, damaged, or of another deployment. */
export async function readCommand(folder: string, id: string, number?: number): Promise<CommandFile | undefined> {
  try {
    const found = commandFile.parse(JSON.parse(await readSmall(placesOf(folder, id).command, 2_000_000)))
    return number === undefined || found.number === number ? found : undefined
  } catch {
    return undefined
  }
}
