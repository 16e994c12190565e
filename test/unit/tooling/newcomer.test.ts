import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { projectRoot } from '../../../scripts/projectRoot.js'

interface Command { text: string; exitCode: number }
interface Step { commands: Command[]; output?: string; line: number }
interface Readme {
  readReadme(markdown: string): { commands: Command[]; tour: Step[]; starts: Command[] }
  difference(expected: string, actual: string): string | undefined
}

const onPosix = process.platform === 'win32' ? describe.skip : describe

onPosix('what a newcomer does', function () {
  this.timeout(900_000)
  let readme: Readme
  before(async () => { readme = await import(pathToFileURL(join(projectRoot, 'test', 'newcomer', 'readme.mjs')).href) as Readme })

  it('is read out of the README: two commands, and a tour with what each step prints', () => {
    const { commands, tour } = readme.readReadme(page('one', 'two'))
    assert.deepEqual(commands.map(({ text }) => text), ['npm ci && npm start -- --demo  # opens it', 'npm ci && npm test'])
    assert.deepEqual(tour.map(({ commands: all }) => all), [
      [{ text: 'mkdir ../place && cd ../place', exitCode: 0 }, { text: 'cat > a.txt <<EOF\none\n\nEOF', exitCode: 0 }],
      [{ text: 'cat a.txt \\\n  b.txt  # exit code 1', exitCode: 1 }],
    ])
    assert.deepEqual(tour.map(({ output }) => output), [undefined, 'two\n'])
    assert.throws(() => readme.readReadme('```sh\nnpm test\n```\n'), /tour/)
  })

  it('differs where a line does, but for what the README leaves open', () => {
    assert.equal(readme.difference('a.ts · beta · 30 min\n', 'a.ts · beta · 30 min'), undefined)
    assert.equal(readme.difference('a.ts · … · 30 min\n…\nend', 'a.ts · beta · 30 min\n1\n2\nend\n'), undefined)
    assert.equal(readme.difference('begin\n…', 'begin\nall\nthe rest'), undefined)
    assert.equal(readme.difference('[1] (a|b)?', '[1] (a|b)?'), undefined)
    for (const [expected, actual] of [['a', 'b'], ['a', 'a\nb'], ['a\nb', 'a'], ['a …', 'a \nb'], ['a.c', 'abc'], ['…\nend', 'end?']] as const) assert.match(readme.difference(expected, actual) ?? '', /README:/, actual)
  })

  it('is done in a clone, and every difference is told', () => {
    const missing = 'cat: b.txt: No such file or directory\n'
    const good = newcomer(page('one', `one\n\n${missing}`))
    assert.equal(good.status, 0, good.output)
    assert.match(good.output, /As the README says/)
    assert.match(good.output, /npm start -- --demo/)
    assert.match(newcomer(page('one', `one\n\n${missing}`), '').output, /ended with 7 before it ran/)
    const hanging = newcomer(page('one', `one\n\n${missing}`), 'exec sleep 1000', '--patience', '0.05')
    assert.equal(hanging.status, 1, hanging.output)
    assert.match(hanging.output, /npm start -- --demo {2}# opens it` hung: it did not say within 3 s that it runs/)
    assert.match(newcomer(page('one', `one\n\n${missing}`), 'trap "" INT; echo "Press Ctrl-C to stop."; sleep 1000', '--patience', '0.05').output, /npm start.* hung/)
    const other = newcomer(page('one', `two\n\n${missing}`))
    assert.equal(other.status, 1, other.output)
    assert.match(other.output, /README line 19.*\nREADME:\n {2}\| two\n/s)
    const code = newcomer(page('one', `one\n\n${missing}`).replace('# exit code 1', ''))
    assert.equal(code.status, 1, code.output)
    assert.match(code.output, /ended with 1 instead of 0/)
  })

  it('is done with the network that there is: the way to packages is that of whoever runs it, and nothing else of their npm', () => {
    const { output } = newcomer(page('one', 'other'), 'env >&2; echo "Press Ctrl-C to stop."; exec sleep 1000')
    for (const line of ['npm_config_registry=https://packages.example/', 'npm_config_https_proxy=http://proxy.example:8080']) assert.ok(output.includes(`${line}\n`), line)
    assert.doesNotMatch(output, /npm_config_ignore_scripts|npm_lifecycle_event/)
  })

  it('opens the editor as a sentence of the tour says: as many windows, on that folder', () => {
    const missing = 'cat: b.txt: No such file or directory\n'
    const said = (windows: number): string => page('one', `one\n\n${missing}`).replace('\n## More', `\nNow \`npm start -- ../place --windows ${windows}\` opens them.\n\n## More`)
    // As in the browser: the address stands there once for each window; the folder is named as a person sees it.
    const start = (windows: number): string => `shift; if [ "$2" = ../place ]; then echo "It is running on $(cd ../place && pwd -P)"; for n in $(seq ${windows}); do echo "  window $n: data:text/html,workbench"; done; fi; echo "Press Ctrl-C to stop."; exec sleep 1000`
    const good = newcomer(said(2), start(2))
    assert.equal(good.status, 0, good.output)
    assert.match(good.output, /── npm start -- \.\.\/place --windows 2/)
    const fewer = newcomer(said(2), start(1))
    assert.equal(fewer.status, 1, fewer.output)
    assert.match(fewer.output, /--windows 2` opened 1 windows instead of 2/)
    assert.match(newcomer(said(1), 'echo "Press Ctrl-C to stop."; exec sleep 1000').output, /does not say that it is open on .*\/place/)
  })

  it('is in the README of this project', () => {
    const { commands, starts } = readme.readReadme(readFileSync(join(projectRoot, 'README.md'), 'utf8'))
    assert.equal(commands.length, 2)
    assert.match(commands[0]!.text, /npm start/)
    assert.match(commands[1]!.text, /npm test/)
    assert.deepEqual(starts.map(({ text }) => text), ['npm start -- ../desk --windows 2'])
  })
})

function page(written: string, printed: string): string {
  return `# It

\`\`\`sh
npm ci && npm start -- --demo  # opens it
npm ci && npm test
\`\`\`

## A three-minute tour

Go:
\`\`\`sh
mkdir ../place && cd ../place
cat > a.txt <<EOF
${written}

EOF
\`\`\`
Then:
\`\`\`sh
# Look at it.
cat a.txt \\
  b.txt  # exit code 1
\`\`\`

\`\`\`text
${printed.trimEnd()}
\`\`\`

## More

\`\`\`sh
false
\`\`\`
`
}

/** What an npm that runs this says of itself and of the network. */
const npms = { npm_config_registry: 'https://packages.example/', npm_config_https_proxy: 'http://proxy.example:8080', npm_config_ignore_scripts: 'true', npm_lifecycle_event: 'test' }

/** `test/newcomer.sh --without-tests` in a repository with this README, and an npm that starts what runs until it is interrupted. */
function newcomer(markdown: string, start = 'echo "Press Ctrl-C to stop."; exec sleep 1000', ...options: string[]): { status: number | null; output: string } {
  const folder = mkdtempSync(join(tmpdir(), 'muster-newcomer-test-'))
  try {
    const root = join(folder, 'root')
    mkdirSync(join(root, 'test'), { recursive: true })
    for (const path of ['newcomer.sh', 'newcomer']) cpSync(join(projectRoot, 'test', path), join(root, 'test', path), { recursive: true })
    writeFileSync(join(root, 'README.md'), markdown)
    const git = (...args: string[]): unknown => execFileSync('git', ['-C', root, '-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args])
    git('init', '--quiet')
    git('add', '.')
    git('commit', '--quiet', '-m', 'all')
    mkdirSync(join(folder, 'bin'))
    writeFileSync(join(folder, 'bin', 'npm'), `#!/bin/sh\ncase "$1" in ci) exit 0;; start) ${start || 'exit 7'};; *) exit 9;; esac\n`)
    chmodSync(join(folder, 'bin', 'npm'), 0o755)
    const { status, stdout, stderr } = spawnSync('bash', [join(root, 'test', 'newcomer.sh'), '--without-tests', ...options], { encoding: 'utf8', env: { ...process.env, ...npms, LC_ALL: 'C', PATH: `${join(folder, 'bin')}${delimiter}${process.env['PATH']}` } })
    return { status, output: stdout + stderr }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
