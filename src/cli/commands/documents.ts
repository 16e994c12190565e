import { command, outcome } from '../command.js'
import { oneLine, say } from '../text/escape.js'
import { UsageError } from '../usageError.js'

export const documentCommands = [
  command({
    name: 'edit-safe',
    summary: 'Change a document that several edit; nobody\'s change is lost',
    details:
      'The new text comes from a command that changes a copy (its path stands where {} does, else at the end), from standard input, or from your editor ($VISUAL, $EDITOR). ' +
      'It is written only if the document is still as it was when it was read; else your version is saved beside it as NAME.<agent>.backup.',
    words: { usage: '<file> [-- command…]', min: 1, max: 1_000 },
    options: {
      base: { type: 'text', value: 'SHA256', help: 'With standard input: the version it was made from' },
      timeout: { type: 'number', value: 'S', help: 'Wait so long for somebody else\'s lock on it, in seconds; default 10' },
    },
    access: 'start',
    examples: ['muster edit-safe STATE.md -- sed -i s/running/done/', 'muster edit-safe STATE.md --base "$(sha256sum < STATE.md | cut -c1-64)" < new.md'],
    async run({ muster, host }, { base, timeout }, [file = '', ...program]) {
      const { byCommand, byInput } = await import('../editing.js')
      const editor = host.env['VISUAL'] || host.env['EDITOR']
      const changes = program.length > 0 ? program : process.stdin.isTTY && editor ? editor.split(' ') : undefined
      if (changes === undefined && process.stdin.isTTY) throw new UsageError('Say how it is to be changed: muster edit-safe FILE -- COMMAND, new text on standard input, or an editor in $EDITOR.')
      const edit = changes ? byCommand(file, changes) : byInput()
      const result = await muster.updateDocument(file, edit, { ...(base !== undefined && { base }), ...(timeout !== undefined && { waitSeconds: timeout }) })
      return outcome(result, () => (result.ok ? say`${result.file} ${result.changed ? 'is written.' : 'stays as it is: there is no change.'}` : oneLine(result.hint)))
    },
  }),
]
