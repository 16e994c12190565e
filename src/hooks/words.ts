import { relative, resolve } from 'node:path'

/** A name that a shell reads as it stands and that is no option. */
const plain = /^(?!-)[\w./@+-]{1,200}$/

/**
 * A file as a command within a sentence of ours names it, seen from `cwd`. Of a name that could be read as anything else,
 * by a shell or by a model, there is only the place where it belongs.
 */
export function fileWord(file: string | undefined, cwd: string): string {
  const path = file === undefined ? '' : relative(cwd, resolve(cwd, file))
  return plain.test(path) ? `'${path}'` : '<file>'
}
