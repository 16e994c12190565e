// What README.md says that a newcomer does, read out of its Markdown; how it has to be written is said in ../newcomer.sh.
import { spawnSync } from 'node:child_process'

/**
 * @typedef {{ text: string, exitCode: number }} Command as printed, and the code it has to end with
 * @typedef {{ commands: Command[], output: string | undefined, line: number }} Step a block of commands, the output that is printed for it, and the line of the README it begins at
 */

/**
 * @param {string} markdown
 * @returns {{ commands: Command[], tour: Step[], starts: Command[] }} the two commands, the steps of the tour, and what its sentences say that opens an editor
 */
export function readReadme(markdown) {
  const blocks = fencedBlocks(markdown)
  const first = blocks.find(({ language }) => language === 'sh')
  if (!first) throw new Error('The README has no ```sh block with its two commands.')
  const tour = blocks.filter(({ heading, language }) => /\btour\b/i.test(heading) && language === 'sh').map((block) => ({
    commands: commandsOf(block.text),
    output: block.next?.language === 'text' ? block.next.text : undefined,
    line: block.line,
  }))
  if (tour.length === 0) throw new Error('The README has no section with "tour" in its heading and ```sh blocks in it.')
  return { commands: commandsOf(first.text), tour, starts: startsIn(markdown) }
}

/** `npm start …` in a sentence of the tour. */
function startsIn(markdown) {
  const sections = markdown.replace(/^```.*?^```$/gms, '').split(/^## /m).slice(1).filter((section) => /\btour\b/i.test(section.split('\n')[0]))
  return sections.flatMap((section) => [...section.matchAll(/`(npm start\b[^`]*)`/g)].map(([, text]) => ({ text, exitCode: 0 })))
}

/** Fenced blocks in order, with the second-level heading they stand below; `next` is the block that follows with nothing between. */
function fencedBlocks(markdown) {
  const blocks = []
  let heading = ''
  let open
  let between = false
  for (const [index, line] of markdown.split(/\r?\n/).entries()) {
    if (open) {
      if (line.trimEnd() === '```') open = undefined
      else open.text += `${line}\n`
    } else if (line.startsWith('```')) {
      open = { language: line.slice(3).trim(), text: '', heading, line: index + 1 }
      const previous = blocks.at(-1)
      if (previous && !between) previous.next = open
      blocks.push(open)
      between = false
    } else {
      if (line.startsWith('## ')) heading = line.slice(3)
      between ||= line.trim() !== ''
    }
  }
  return blocks
}

/** The commands of a block: lines, taken together where bash does. */
function commandsOf(text) {
  const commands = []
  let command = ''
  for (const line of text.split('\n')) {
    if (command === '' && /^\s*(#.*)?$/.test(line)) continue
    command += command === '' ? line : `\n${line}`
    if (!isWhole(command)) continue
    commands.push({ text: command, exitCode: Number(/#.*\bexit code (\d+)/.exec(command)?.[1] ?? 0) })
    command = ''
  }
  if (command !== '') throw new Error(`Bash does not understand:\n${command}`)
  return commands
}

function isWhole(command) {
  if (/\\$/.test(command)) return false
  const { status, stderr } = spawnSync('bash', ['-n', '-c', command], { encoding: 'utf8' })
  // Of a here-document that has not ended bash only warns.
  return status === 0 && stderr === ''
}

/**
 * @param {string} expected as printed in the README
 * @param {string} actual
 * @returns {string | undefined} how they differ; undefined where they do not
 */
export function difference(expected, actual) {
  const lines = (text) => text.split(/\r?\n/).map((line) => line.trimEnd()).join('\n').replace(/^\n+|\n+$/g, '')
  const wanted = lines(expected)
  const got = lines(actual)
  const pattern = wanted.split('\n').map((line, index, all) => {
    const last = index === all.length - 1
    if (line === '…') return last ? '[^]*' : '(?:.*\\n)*'
    return `${line.split('…').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('.*')}${last ? '' : '\\n'}`
  }).join('')
  return new RegExp(`^${pattern}$`).test(got) ? undefined : `README:\n${indent(wanted)}\nprinted:\n${indent(got)}`
}

const indent = (text) => text.split('\n').map((line) => `  | ${line}`).join('\n')
