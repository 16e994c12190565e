import { command, outcome } from '../command.js'
import { helpFor } from '../help.js'

export const helpCommands = [
  command({
    name: 'help',
    summary: 'Show what there is, or everything about one command',
    words: { usage: '[command]', min: 0, max: 2 },
    options: {},
    access: 'nothing',
    examples: ['muster help', 'muster help claim', 'muster decision propose --help'],
    async run({ commands }, _options, words) {
      return helpFor(words, commands)
    },
  }),
  command({
    name: 'version',
    summary: 'Show the version; --version does the same',
    options: {},
    access: 'nothing',
    examples: ['muster --version'],
    async run({ host }) {
      const version = host.version()
      return outcome({ ok: true, version }, () => version)
    },
  }),
]
