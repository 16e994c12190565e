import { globalOptions, outcome, usageOf, type Command, type OptionSpec, type OptionSpecs, type Outcome } from './command.js'
import { UsageError, didYouMean } from './usageError.js'
import { displayWidth } from './text/width.js'

/** Help of one command. */
export function helpOf(command: Command, commands: readonly Command[]): Outcome {
  if (command.name === 'help') return overview(commands)
  return outcome({ ok: true, ...describeCommand(command) }, () => commandText(command))
}

/**
 * Help of all commands, of a group (`decision`) or of one command.
 * @throws UsageError when there is none of that name.
 */
export function helpFor(words: readonly string[], commands: readonly Command[]): Outcome {
  const name = words.join(' ')
  if (name === '') return overview(commands)
  const found = commands.find((command) => command.name === name)
  if (found) return helpOf(found, commands)
  const group = commands.filter((command) => command.name.startsWith(`${name} `))
  if (group.length === 0) {
    throw new UsageError(`Unknown command "${name}".${didYouMean(name, commands.map((command) => command.name), 'muster help ')}`, 'muster help [command]')
  }
  return outcome({ ok: true, commands: group.map(describeCommand) }, () => group.map(commandText).join('\n\n'))
}

function overview(commands: readonly Command[]): Outcome {
  const rows = commands.map((command) => [`  ${command.name}${command.words ? ` ${command.words.usage}` : ''}`, command.summary] as const)
  return outcome(
    { ok: true, commands: commands.map(describeCommand) },
    () => [
      'Muster: who works on what, so that several agents can share one code base.',
      '',
      'Usage: muster <command> [options]',
      '',
      'Commands:',
      columns(rows),
      '',
      'Options of every command:',
      optionsText(globalOptions),
      '',
      'Exit codes: 0 done, 1 refused, 2 wrong usage, 3 the folder or its records cannot be used.',
      'More about one: muster help <command>',
    ].join('\n'),
  )
}

function commandText(command: Command): string {
  const own = Object.keys(command.options).length > 0
  const others = Object.fromEntries(Object.entries(globalOptions).filter(([name]) => !(name in command.options)))
  return [
    `Usage: ${usageOf(command)}`,
    '',
    `${command.summary}.${command.details === undefined ? '' : `\n${command.details}`}`,
    ...(command.access({}) === 'start' ? ['Turns Muster on where it is off.'] : []),
    '',
    ...(own ? ['Options:', optionsText(command.options), ''] : []),
    'Options of every command:',
    optionsText(others),
    '',
    command.examples.length > 1 ? 'Examples:' : 'Example:',
    ...command.examples.map((example) => `  ${example}`),
  ].join('\n')
}

function optionsText(options: OptionSpecs): string {
  return columns(Object.entries(options).map(([name, spec]) => [`  ${optionText(name, spec)}`, notes(spec)] as const))
}

function notes(spec: OptionSpec): string {
  if (spec.type === 'list') return `${spec.help} (repeatable)`
  return spec.type === 'text' && spec.required === true ? `${spec.help} (required)` : spec.help
}

function optionText(name: string, spec: OptionSpec): string {
  if (spec.type === 'flag') return `--${name}`
  return `--${name} ${spec.type === 'choice' ? spec.choices.join('|') : spec.value}`
}

function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.min(34, Math.max(...rows.map(([first]) => displayWidth(first))))
  return rows.map(([first, second]) =>
    displayWidth(first) > width ? `${first}\n${' '.repeat(width)}  ${second}` : `${first.padEnd(width)}  ${second}`).join('\n')
}

function describeCommand(command: Command): object {
  return {
    name: command.name,
    usage: usageOf(command),
    summary: command.summary,
    options: Object.entries<OptionSpec>({ ...globalOptions, ...command.options }).map(([name, spec]) => ({
      name: `--${name}`,
      type: spec.type,
      help: spec.help,
      ...(spec.type === 'choice' ? { choices: spec.choices } : {}),
    })),
    examples: command.examples,
  }
}
