import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../../../scripts/projectRoot.js'
import { removeFolder } from '../../../scripts/removeFolder.js'
import { openMuster } from '../../../src/core/open.js'
import type { Muster } from '../../../src/core/muster.js'
import { appendNewerLine } from './folderFiles.js'
import type { Result } from './musterProcess.js'
import { Repository } from './repository.js'

interface Situation {
  /** Makes it what the heading says. */
  happen?(repo: Repository): Promise<unknown>
  /** What has to be true when the commands were run; `said` is what they printed, in order. */
  check(repo: Repository, said: readonly Result[]): unknown
  /** Whatever is still running. */
  over?(repo: Repository): Promise<unknown>
}

const page = readFileSync(join(projectRoot, 'docs', 'recovery.md'), 'utf8')
/** Sections with commands: what is run, and the exit code that its comment names. */
const sections = page.split(/^## /m).slice(1).flatMap((text) => {
  const commands = [...text.matchAll(/```sh\n(.*?)```/gs)].flatMap(([, block]) => block!.trim().split('\n')).map((line) => ({
    words: [...line.replace(/\s+#.*$/, '').matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!),
    exit: Number(/# exit code (\d)/.exec(line)?.[1] ?? 0),
  }))
  return commands.length === 0 ? [] : [{ heading: text.slice(0, text.indexOf('\n')), commands }]
})

const segment = (repo: Repository): string => join(repo.root, '.muster', 'ledger', '00000001.jsonl')
const file = (repo: Repository, ...path: string[]): string => readFileSync(join(repo.root, ...path), 'utf8')
const claims = async (repo: Repository): Promise<string[]> => ((await repo.json('claims')).json['claims'] as { resource: string; heldBy: string }[]).map(({ resource, heldBy }) => `${resource} ${heldBy}`).sort()

/** An agent of a process that ended before its work was done. */
async function stopped(repo: Repository, name: string, work: (m: Muster) => Promise<unknown>): Promise<void> {
  const m = await openMuster({ folder: join(repo.root, '.muster'), root: repo.root, agent: name, watch: false })
  await m.startup()
  await work(m)
  await m.close()
}

const stays = 'setInterval(() => {}, 1000)'

const situations: Record<string, Situation> = {
  'An agent is gone and its lock is in the way': {
    happen: async (repo) => {
      for (const args of [['add', '.'], ['-c', 'user.email=ada@example.com', 'commit', '--quiet', '-m', 'all']]) execFileSync('git', ['-C', repo.root, ...args])
      await stopped(repo, 'alpha', (m) => m.claim('src/a.ts'))
    },
    check: async (repo) => assert.deepEqual(await claims(repo), ['src/a.ts beta']),
  },
  'A lock is in the way, and its holder is at work': {
    happen: (repo) => repo.json('claim', 'src/a.ts', '--agent', 'alpha'),
    check: async (repo) => {
      assert.deepEqual(await claims(repo), [])
      assert.match((await repo.muster('inbox', '--agent', 'alpha')).out, /May I have it\?[^]*a person who is ill/)
    },
  },
  'Agents stopped in the middle of their work': {
    happen: async (repo) => {
      for (const name of ['alpha', 'beta']) {
        await stopped(repo, name, async (m) => {
          await m.claim(`src/${name}.ts`)
          await m.checkIn(null, { status: 'working' })
          await m.checkpoint({ done: ['the parser'], next: 'the printer' })
        })
      }
    },
    check: async (repo, [check, list, resume, wouldClear, cleared]) => {
      assert.match(check!.out, /2 incomplete agents/)
      assert.match(list!.out, /the printer/)
      assert.match(resume!.out, /Go on as alpha[^]*the printer/)
      assert.match(wouldClear!.out, /Would clear:\n {2}beta/)
      assert.match(cleared!.out, /beta/)
      assert.deepEqual((await claims(repo)).filter((claim) => claim.includes('beta')), [])
    },
  },
  'A window crashed': {
    happen: async (repo) => {
      await stopped(repo, 'alpha', (m) => m.claim('src/a.ts'))
      await repo.json('session', 'save')
    },
    check: async (repo, [list]) => {
      assert.match(list!.out, /1 lock/)
      assert.deepEqual(await claims(repo), ['src/a.ts alpha'])
    },
  },
  'The records are damaged': {
    happen: async (repo) => {
      for (const name of ['a', 'b', 'c']) await repo.json('claim', `src/${name}.ts`, '--agent', 'alpha')
      writeFileSync(segment(repo), readFileSync(segment(repo), 'utf8').replace(/(claim\.)g(ranted[^\n]*src\/b\.ts)/, '$1G$2'))
    },
    check: async (repo, said) => {
      assert.match(said.at(-1)!.out, /complete and unchanged/)
      assert.deepEqual(await claims(repo), ['src/a.ts alpha', 'src/c.ts alpha'])
      assert.ok(existsSync(join(repo.root, '.muster', 'damaged')))
    },
  },
  'The records were deleted': {
    happen: async (repo) => {
      await repo.json('claim', 'src/a.ts', '--agent', 'alpha')
      await repo.json('session', 'save')
      for (const part of ['ledger', 'snapshots', 'archive']) removeFolder(join(repo.root, '.muster', part))
    },
    check: async (repo) => assert.deepEqual(await claims(repo), ['src/a.ts alpha']),
  },
  'The records were replaced by an older copy': {
    happen: async (repo) => {
      await repo.json('claim', 'src/a.ts', '--agent', 'alpha')
      cpSync(join(repo.root, '.muster', 'ledger'), join(repo.root, 'copy'), { recursive: true })
      await repo.json('claim', 'src/b.ts', '--agent', 'alpha')
      removeFolder(join(repo.root, '.muster', 'ledger'))
      cpSync(join(repo.root, 'copy'), join(repo.root, '.muster', 'ledger'), { recursive: true })
    },
    check: async (repo) => assert.deepEqual(await claims(repo), ['src/a.ts alpha']),
  },
  'The records are from a newer Muster': {
    happen: async (repo) => {
      await repo.json('claim', 'src/a.ts', '--agent', 'alpha')
      appendNewerLine(segment(repo))
    },
    check: (_repo, [status]) => assert.match(status!.err + status!.out, /newer/),
  },
  'The disk is full': {
    happen: (repo) => stopped(repo, 'alpha', (m) => m.completeAgent('alpha')),
    check: (_repo, [said]) => assert.match(said!.out, /Nothing|would/i),
  },
  'A long job died': {
    happen: async (repo) => {
      const job = spawn(process.execPath, ['-e', stays], { stdio: 'ignore' })
      await once(job, 'spawn')
      await repo.json('run', 'start', 'sweep', '--total', '9', '--pid', String(job.pid), '--agent', 'alpha')
      job.kill('SIGKILL')
      await once(job, 'exit')
    },
    check: (_repo, [, recovered]) => assert.match(recovered!.out, /Marked as failed: [\d_-]+sweep/),
  },
  'A deployed agent does not answer': {
    happen: (repo) => repo.muster('deploy', '--name', 'alpha', '--brief', 'b', '--', process.execPath, '-e', `console.log('hello'); ${stays}`),
    check: async (repo) => assert.doesNotMatch((await repo.muster('agent', 'show', 'alpha')).out, /\brunning\b/),
    over: (repo) => repo.muster('agent', 'stop', 'alpha'),
  },
  'A document says something else than the records': {
    happen: async (repo) => {
      await repo.json('docs', 'init', '--yes')
      writeFileSync(join(repo.root, 'STATUS.md'), file(repo, 'STATUS.md').replace(/(<!-- [^\n]*-->\n)/, '$1All is well.\n'))
    },
    check: (repo, [said]) => {
      assert.doesNotMatch(file(repo, 'STATUS.md'), /All is well/)
      assert.match(said!.out, /STATUS\.md\.yours-/)
    },
  },
  'To start over': {
    happen: (repo) => repo.json('claim', 'src/a.ts', '--agent', 'alpha'),
    check: async (repo) => {
      assert.equal((await repo.muster('status')).exit, 3)
      assert.ok(existsSync(join(repo.root, 'src', 'a.ts')))
    },
  },
}

describe('docs/recovery.md', function () {
  this.timeout(900_000)
  let repo: Repository
  beforeEach(() => (repo = new Repository()))
  afterEach(() => repo.remove())

  it('has a situation here for every section with commands', () => {
    assert.deepEqual(sections.map(({ heading }) => heading), Object.keys(situations))
  })

  for (const { heading, commands } of sections) {
    it(`helps: ${heading}`, async () => {
      const situation = situations[heading]
      assert.ok(situation)
      await situation.happen?.(repo)
      const said: Result[] = []
      try {
        for (const { words: [program, ...args], exit } of commands) {
          if (program === 'rm') {
            assert.deepEqual(args, ['-rf', '.muster'])
            removeFolder(join(repo.root, '.muster'))
            continue
          }
          assert.equal(program, 'muster')
          const result = await repo.muster(...args)
          assert.equal(result.exit, exit, `muster ${args.join(' ')}\n${result.out}${result.err}`)
          said.push(result)
        }
        await situation.check(repo, said)
      } finally {
        await situation.over?.(repo)
      }
    })
  }
})
