import assert from 'node:assert/strict'
import { parseCall } from '../../../src/cli/arguments.js'
import { commands } from '../../../src/cli/commands.js'
import { UsageError } from '../../../src/cli/usageError.js'

const parse = (...args: string[]): ReturnType<typeof parseCall> => parseCall(args, commands)

function usageError(...args: string[]): UsageError {
  try {
    parse(...args)
  } catch (error) {
    assert.ok(error instanceof UsageError, String(error))
    return error
  }
  assert.fail(`"${args.join(' ')}" was accepted`)
}

describe('arguments of the command line', () => {
  it('reads words, options and global options wherever they stand', () => {
    const call = parse('--json', 'claim', 'src/a.ts', '--minutes', '0.5', 'src/b.ts', '--shared', '--agent=beta', '--folder', '/x/.muster')
    assert.equal(call.command.name, 'claim')
    assert.deepEqual(call.words, ['src/a.ts', 'src/b.ts'])
    assert.deepEqual({ json: call.global.json, agent: call.global.agent, folder: call.global.folder }, { json: true, agent: 'beta', folder: '/x/.muster' })
    assert.equal(call.options['minutes'], 0.5)
    assert.equal(call.options['shared'], true)
    assert.equal(call.options['wait'], false)
    assert.equal(call.options['note'], undefined)
  })

  it('finds the commands of a group, with options between their words', () => {
    assert.equal(parse('decision', 'list').command.name, 'decision list')
    assert.equal(parse('agent', '--json', 'show', 'alpha').command.name, 'agent show')
  })

  it('gathers repeated options into a list', () => {
    const { options } = parse('decision', 'propose', '--title', 'T', '--alternative', 'a', '--alternative', 'b')
    assert.deepEqual(options['alternative'], ['a', 'b'])
  })

  it('takes what follows -- as words', () => {
    assert.deepEqual(parse('claim', '--', '--odd-name', '-x').words, ['--odd-name', '-x'])
  })

  it('accepts values that begin with a dash, unless they are options themselves', () => {
    assert.equal(parse('send', '--to', 'a', '--body', '- a list').options['body'], '- a list')
    assert.equal(parse('send', '--to', 'a', '--body=--json').options['body'], '--json')
    assert.match(usageError('send', '--to', 'a', '--body', '--json').message, /--body needs a value/)
  })

  it('takes --agent as who speaks, and leaves it to the commands that end or go on with that agent', () => {
    for (const line of [['log'], ['error', 'list'], ['recovery', 'check'], ['recovery', 'list'], ['report']]) {
      const { global, options } = parse(...line, '--agent', 'alpha', '--of', 'beta')
      assert.equal(global.agent, 'alpha', line.join(' '))
      assert.equal(options['of'], 'beta')
    }
    for (const verb of ['clear', 'resume']) {
      const { global, options } = parse('recovery', verb, '--agent', 'beta')
      assert.equal(global.agent, undefined)
      assert.equal(options['agent'], 'beta')
    }
  })

  it('lets the last of a global option count, for wrappers that add one', () => {
    assert.equal(parse('status', '--folder', '/a', '--folder', '/b').global.folder, '/b')
    assert.match(usageError('release', 'a', '--message', 'x', '--message', 'y').message, /more than once/)
  })

  const wrong: [string[], RegExp][] = [
    [['clam', 'a'], /Unknown command "clam"\. Did you mean muster claim\?/],
    [['xyzzy'], /Unknown command "xyzzy"\.$/],
    [['decision'], /needs to know what to do: propose, list, approve, reject/],
    [['decision', 'aprove', 'D-1'], /Did you mean muster decision approve\?/],
    [['claim', 'a', '--minuts', '3'], /Unknown option --minuts\. Did you mean --minutes\?/],
    [['claim', 'a', '-x'], /Unknown option -x/],
    [['--jsno', 'status'], /Unknown option --jsno\. Did you mean --json\?/],
    [['claim'], /Missing <resource…>/],
    [['claim', ''], /Empty/],
    [['release', 'a', 'b'], /"b" is not expected/],
    [['claim', 'a', '--minutes'], /--minutes needs a value/],
    [['claim', 'a', '--minutes', 'ten'], /--minutes is a number; not "ten"/],
    [['claim', 'a', '--minutes', '1e9999'], /is a number/],
    [['release', 'a', '--token', '1.5'], /--token is a whole number/],
    [['claim', 'a', '--shared=no'], /--shared takes no value/],
    [['send', '--body', 'x'], /Missing --to A/],
    [['send', '--to', 'a', '--priority', 'hihg'], /--priority is one of low, normal, high, urgent; not "hihg"\. Did you mean high\?/],
    [['--json'], /A command is missing/],
  ]
  for (const [args, message] of wrong) {
    it(`refuses "muster ${args.join(' ')}"`, () => assert.match(usageError(...args).message, message))
  }

  it('shows the usage of the command that was meant', () => {
    assert.equal(usageError('send', '--too', 'a').usage, 'muster send --to A [options]')
  })

  it('shows help for --help and -h, even where words are missing, and an overview without any command', () => {
    assert.equal(parse('claim', '--help').help, true)
    assert.equal(parse('claim', '-h').help, true)
    assert.equal(parse().command.name, 'help')
    assert.equal(parse('--help').command.name, 'help')
    assert.deepEqual([parse('decision', '--help').command.name, parse('decision', '--help').words], ['help', ['decision']])
    assert.equal(parse('--version').command.name, 'version')
    assert.equal(parse('-V').command.name, 'version')
  })
})
