import { basename, join, resolve } from 'node:path'

/** What a shell command says it writes. */
export interface ShellWrites {
  /** Absolute paths that it names as what it writes, moves away or deletes. */
  files: readonly string[]
  /** Roots that git puts files of the working tree back into as it has them: the directories it runs in. */
  git: readonly string[]
}

/** Programs that write the files they are given, and what makes them do so where they do not always. */
const inPlace: Readonly<Record<string, RegExp | undefined>> = {
  sed: /^(-[a-zA-Z]*i|--in-place)/, gsed: /^(-[a-zA-Z]*i|--in-place)/, perl: /^-[a-zA-Z]*i/, ruby: /^-[a-zA-Z]*i/,
  prettier: /^(--write|-w)$/, biome: /^--(write|fix)$/, eslint: /^--fix$/, stylelint: /^--fix$/, ruff: /^--fix$/, gofmt: /^-w$/, goimports: /^-w$/, shfmt: /^-w$/,
  'clang-format': /^-i$/, black: undefined, isort: undefined, rustfmt: undefined, tee: undefined, truncate: undefined, rm: undefined, unlink: undefined, mv: undefined,
}
const runners = new Set(['sudo', 'command', 'env', 'time', 'nice', 'npx', 'bunx', 'pnpm', 'yarn', 'exec', 'dlx', 'nohup'])
/** Of git: what rewrites files of the working tree. */
const rewriting = /^(checkout|switch|restore|reset|stash|merge|pull|rebase|cherry-pick|revert)$/

/** Whether git writes files by it; an index that is changed, a branch that begins here and what is merely shown are none. */
function rewrites(verb: string, args: readonly Word[]): boolean {
  if (!rewriting.test(verb)) return false
  const has = (flag: RegExp): boolean => args.some((word) => word !== undefined && flag.test(word))
  if (verb === 'stash') return !/^(list|show|drop|clear|create|store)$/.test(args[0] ?? '')
  if (verb === 'reset') return has(/^--(hard|merge|keep)$/)
  if (verb === 'restore') return !has(/^(-S|--staged)$/) || has(/^(-W|--worktree)$/)
  return !((verb === 'checkout' || verb === 'switch') && has(/^(-[bBcC]|--create|--force-create)$/) && operands(args).length === 1)
}

/**
 * Reads a command only as far as it is plain: words with variables, patterns or commands in them name nothing. What it says
 * nothing of is not found; what is found, the command does write, if it gets there.
 * @param cwd Directory that it starts in
 */
export function writesOf(command: string, cwd: string): ShellWrites {
  const files = new Set<string>()
  const git = new Set<string>()
  let at: string | undefined = cwd
  for (const { words, targets } of simpleCommands(withoutBodies(command.slice(0, READ)))) {
    const here: string | undefined = at
    const path = (word: string | undefined): string | undefined => (here === undefined || word === undefined || word === '' ? undefined : resolve(here, word))
    const add = (word: string | undefined): void => {
      const file = path(word)
      if (file !== undefined && !file.startsWith('/dev/')) files.add(file)
    }
    targets.forEach(add)
    const [name, ...args] = programIn(words)
    if (name === undefined) continue
    if (name === 'cd') at = args.length === 1 ? path(args[0]) : undefined
    else if (name === 'git') {
      const [dir, verb, rest] = gitVerb(args)
      const root = dir === '' ? here : path(dir)
      if (root !== undefined && verb !== undefined && rewrites(verb, rest)) git.add(root)
    } else if (name === 'cp' || name === 'mv' || name === 'install') {
      const [last, ...sources] = operands(args).reverse()
      add(last)
      for (const source of sources) {
        if (last !== undefined && source !== undefined) add(join(last, basename(source)))
        if (name === 'mv') add(source)
      }
    } else if (Object.hasOwn(inPlace, name)) {
      const flag = inPlace[name]
      if (flag === undefined || args.some((word) => word !== undefined && flag.test(word))) operands(args).forEach(add)
    }
  }
  return { files: [...files], git: [...git] }
}

/** Characters that are looked at: what is longer holds files, and says little of others. */
const READ = 20_000

/** A word that names something; undefined for one that only the shell can tell. */
type Word = string | undefined

/** Texts that are fed to commands are none. */
function withoutBodies(command: string): string {
  return command.replace(/<<(-?)[ \t]*(['"]?)([A-Za-z_][A-Za-z0-9_]*)\2([^\n]*)\n(?:[^]*?\n)?[ \t]*\3[ \t]*(?=\n|$)/g, '$4\n')
}

/** The commands between `;`, `&&`, `|` and line ends, each as words, and what its output goes to. */
function simpleCommands(text: string): { words: Word[]; targets: Word[] }[] {
  const commands: { words: Word[]; targets: Word[] }[] = []
  let [words, targets]: [Word[], Word[]] = [[], []]
  let redirects = false
  const token = /\\\n|[ \t\r]+|#[^\n]*|(\d*(?:>>|>\||>&|&>>?|>))|(<)|(&&|\|\||[;&|\n()])|((?:\\[^]|'[^']*'|"(?:\\[^]|[^"\\])*"|[^\s\\'"<>;&|()])+)|[^]/g
  for (const [whole, output, input, end, word] of text.matchAll(token)) {
    if (output !== undefined) redirects = true
    else if (input !== undefined) redirects = false
    else if (end !== undefined) {
      commands.push({ words, targets })
      ;[words, targets, redirects] = [[], [], false]
    } else if (word !== undefined) {
      if (!redirects) words.push(unquoted(word))
      else if (!/^\d+$|^-$/.test(word)) targets.push(unquoted(word))
      redirects = false
    } else if (whole === "'" || whole === '"') return commands
  }
  return [...commands, { words, targets }]
}

function unquoted(word: string): Word {
  let plain = ''
  for (const [part, single, double] of word.matchAll(/'([^']*)'|"((?:\\[^]|[^"\\])*)"|\\[^]|[^'"\\]+/g)) {
    if (single !== undefined) plain += single
    else if (double !== undefined) {
      if (/[$`]/.test(double)) return undefined
      plain += double.replace(/\\(["\\])/g, '$1')
    } else if (part.startsWith('\\')) plain += part.slice(1)
    else if (/[$`*?[{~]/.test(part)) return undefined
    else plain += part
  }
  return plain
}

/** Without what is set before it, and what only runs it. */
function programIn(words: readonly Word[]): Word[] {
  const begin = words.findIndex((word) => word === undefined || !(runners.has(word) || /^[A-Za-z_]\w*=/.test(word)))
  const [name, ...args] = begin < 0 ? [] : words.slice(begin)
  return name === undefined ? [] : [basename(name), ...args]
}

function operands(args: readonly Word[]): Word[] {
  return args.filter((word) => word === undefined || !word.startsWith('-'))
}

/** Where git is told to run, '' for here, what it is to do, and with what. */
function gitVerb(args: readonly Word[]): [dir: Word, verb: Word, rest: readonly Word[]] {
  let dir: Word = ''
  for (let index = 0; index < args.length; index++) {
    const word = args[index]
    if (word === '-C') dir = args[++index]
    else if (word === '-c') index++
    else if (word === undefined || !word.startsWith('-')) return [dir, word, args.slice(index + 1)]
  }
  return [dir, undefined, []]
}
