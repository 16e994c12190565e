import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { Muster } from '../../../src/core/muster.js'
import { removeOld } from '../../../src/core/upkeep/cleanUp.js'
import { agentFiles } from '../../../src/core/upkeep/oldFiles.js'
import { openMuster } from '../../../src/core/open.js'
import { Repository } from '../cli/repository.js'

const LONG_AGO = new Date(Date.now() - 100 * 86_400_000)

describe('cleaning up files', () => {
  let repo: Repository
  let muster: Muster
  const path = (...names: string[]): string => join(repo.root, ...names)
  const old = (text: string, ...names: string[]): string => {
    const file = path(...names)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
    utimesSync(file, LONG_AGO, LONG_AGO)
    return file
  }
  const agentHome = (id: string): string[] => ['.muster', 'agents', id]
  const openAs = (agent?: string): Promise<Muster> => openMuster({ folder: path('.muster'), root: repo.root, ...(agent !== undefined && { agent }), attached: false, watch: false })
  const counts = (files: Record<string, { count: number }>): Record<string, number> => Object.fromEntries(Object.entries(files).map(([kind, { count }]) => [kind, count]))

  beforeEach(async () => {
    repo = new Repository()
    muster = await openAs()
    await muster.setAgent({ status: 'working' })
  })
  afterEach(async () => {
    await muster.close()
    repo.remove()
  })

  const deployed = (id: string): string[] => [
    old('log', ...agentHome(id), 'log.txt'), old('older', ...agentHome(id), 'log.1.txt'), old('{}', ...agentHome(id), 'command.json'), old('do', ...agentHome(id), 'prompt.txt'), old('{}', '.muster', 'state', `${id}.json`), old('{}', '.muster', 'responses', `${id}_response.json`),
  ]

  it('removes what a forgotten agent left, after saying so, and nothing of one that is known or not old', async () => {
    const gone = deployed('gone')
    const known = deployed('known')
    await muster.setAgent({ id: 'known', status: 'working' })
    const fresh = deployed('fresh')
    writeFileSync(fresh[0]!, 'a line just now')
    const would = await muster.cleanUp({ profile: 'production', dryRun: true })
    assert.deepEqual([would.keepDays, would.files.agents, would.total], [30, { count: 6, bytes: gone.reduce((sum, file) => sum + readFileSync(file).length, 0) }, 0])
    assert.ok(gone.every((file) => existsSync(file)), 'a dry run removes nothing')
    const did = await muster.cleanUp({ profile: 'production' })
    assert.deepEqual([did.files, did.warnings], [would.files, []])
    assert.deepEqual([gone.filter((file) => existsSync(file)), existsSync(path(...agentHome('gone')))], [[], false])
    assert.deepEqual([...known, ...fresh].filter((file) => !existsSync(file)), [])
    assert.deepEqual((await muster.cleanUp({ profile: 'production' })).files.agents, { count: 0, bytes: 0 })
  })

  it('ends when it is told to, between what belongs together', async () => {
    const [one, two] = [deployed('one'), deployed('two')]
    const stop = new AbortController()
    const groups = agentFiles(path('.muster'), () => true, Date.now() - 86_400_000)
    const { files } = await removeOld(groups, { folder: path('.muster'), before: Date.now() - 86_400_000 }, false, async () => {
      stop.abort()
      return true
    }, stop.signal)
    const left = [one, two].map((files) => files.filter((file) => existsSync(file)).length).sort()
    assert.ok(left[0]! < 6 && left[1] === 6 && files.agents.count === 6 - left[0]!, `${left}`)
    const did = await muster.cleanUp({ profile: 'production', signal: stop.signal })
    assert.deepEqual([did.stopped, did.files.agents.count, did.warnings], [true, 0, []])
    assert.equal((await muster.cleanUp({ profile: 'production' })).stopped, undefined)
    assert.deepEqual([...one, ...two].filter((file) => existsSync(file)), [])
  })

  it('takes a finished agent and its files in one go, also those of the last 3 days where 0 are kept', async () => {
    await muster.setAgent({ id: 'alpha', status: 'working' })
    await muster.completeAgent('alpha')
    writeFileSync(path('.muster', 'x'), '')
    mkdirSync(path(...agentHome('alpha')), { recursive: true })
    writeFileSync(path(...agentHome('alpha'), 'log.txt'), 'done')
    assert.deepEqual([(await muster.cleanUp({ profile: 'development' })).total, existsSync(path(...agentHome('alpha'), 'log.txt'))], [0, true])
    const would = await muster.cleanUp({ keepDays: 0, dryRun: true })
    assert.deepEqual([would.removed.agents, would.files.agents.count], [['alpha'], 1])
    assert.deepEqual((await muster.cleanUp({ keepDays: 0 })).files.agents.count, 1)
    assert.equal(existsSync(path(...agentHome('alpha'))), false)
  })

  it('keeps everything with the profile "keep"', async () => {
    const files = deployed('gone')
    const kept = await muster.cleanUp({ profile: 'keep' })
    assert.deepEqual([kept.keepDays, kept.total, counts(kept.files)], [undefined, 0, { agents: 0, saves: 0, runs: 0, requests: 0 }])
    assert.deepEqual(files.filter((file) => !existsSync(file)), [])
  })

  it('compresses into the archive instead, where nothing takes the place of anything', async () => {
    const [log] = deployed('gone')
    const first = await muster.cleanUp({ profile: 'archive' })
    assert.deepEqual([first.archived, first.files.agents.count, existsSync(log!)], [true, 6, false])
    old('another life', ...agentHome('gone'), 'log.txt')
    utimesSync(log!, new Date(LONG_AGO.getTime() + 1_000), new Date(LONG_AGO.getTime() + 1_000))
    await muster.cleanUp({ profile: 'archive' })
    const archive = path('.muster', 'archive', 'agents', 'gone')
    const texts = readdirSync(archive).filter((name) => name.endsWith('-log.txt.gz')).sort().map((name) => gunzipSync(readFileSync(join(archive, name))).toString())
    assert.deepEqual(texts, ['log', 'another life'])
    assert.deepEqual(readdirSync(archive).filter((name) => name.endsWith('.tmp')), [])
    // The records do not mind what else is in the archive.
    const again = await openAs('later')
    assert.ok((await again.setAgent({ status: 'working' })).ok)
    await again.close()
  })

  it('does not touch what is not ours, links, and files with a second name', async () => {
    const outside = old('precious', 'precious.txt')
    const note = old('mine', ...agentHome('gone'), 'notes.md')
    deployed('gone')
    symlinkSync(outside, path(...agentHome('gone'), 'log.2.txt'))
    mkdirSync(path('elsewhere'))
    const linked = old('x', 'elsewhere', 'log.txt')
    symlinkSync(path('elsewhere'), path('.muster', 'agents', 'linked'))
    const twin = old('twin', ...agentHome('twin'), 'log.txt')
    linkSync(twin, path('second-name'))
    assert.equal((await muster.cleanUp({ keepDays: 1 })).files.agents.count, 6)
    assert.deepEqual([outside, note, linked, twin].map((file) => relative(repo.root, file)).filter((file) => !existsSync(path(file))), [])
  })

  it('leaves files to persons', async () => {
    const files = deployed('gone')
    const alpha = await openAs('alpha')
    const did = await alpha.cleanUp({ keepDays: 1 })
    assert.deepEqual([did.files.agents.count, did.warnings], [0, ['Files stay: only a person may remove logs and saves.']])
    assert.equal((await alpha.cleanUp({ keepDays: 1, dryRun: true })).files.agents.count, 6)
    assert.deepEqual(files.filter((file) => !existsSync(file)), [])
    await alpha.close()
  })

  it('keeps finished agents that left changes nobody committed, and says whom', async () => {
    for (const [id, file] of [['dirty', 'src/a.ts'], ['clean', 'src/none.ts']] as const) {
      await muster.setAgent({ id, status: 'working', filesModified: [file] })
      await muster.completeAgent(id)
    }
    const did = await muster.cleanUp({ keepDays: 0 })
    assert.deepEqual([did.removed.agents, did.kept], [['clean'], ['dirty']])
    execFileSync('git', ['-C', repo.root, 'add', 'src/a.ts'])
    execFileSync('git', ['-C', repo.root, '-c', 'user.email=a@example.com', 'commit', '-qm', 'a'])
    assert.deepEqual((await muster.cleanUp({ keepDays: 0 })).removed.agents, ['dirty'])
  })

  it('removes old saves but the newest of each window, and leaves what cannot be read', async () => {
    const content = (label: string) => ({ folders: [], groups: [{ column: 1, active: true, tabs: [{ kind: 'text' as const, label, uri: `file:///${label}`, active: true }] }], unsaved: [], omitted: [], terminals: [] })
    const paths: string[] = []
    for (const label of ['a', 'b', 'c']) paths.push((await muster.saveSession({ content: content(label) })).path)
    const damaged = join(dirname(paths[0]!), '20200101T000000000Z-abcdef.json')
    writeFileSync(damaged, 'not json')
    assert.equal((await muster.cleanUp({ keepDays: 1 })).files.saves.count, 0, 'they are of today')
    assert.equal((await muster.cleanUp({ keepDays: 0 })).files.saves.count, 2)
    assert.deepEqual([...paths, damaged].map((file) => existsSync(file)), [false, false, true, true])
  })

  it('removes what runs that are over printed; not of those that can go on, are under version control, or are looked into', async () => {
    const run = (name: string, marks: Readonly<Record<string, string>>): string => {
      const folder = `2026-01-01_10-00_${name}`
      for (const [mark, text] of Object.entries(marks)) old(text, 'experiments', folder, mark)
      old('result', 'experiments', folder, 'results', 'summary.md')
      old('{"progress": "3/9"}\n', 'experiments', folder, 'logs', 'progress.txt')
      return relative(repo.root, old('much', 'experiments', folder, 'logs', 'output.txt'))
    }
    const ended = 'AGENT_ID=beta\nSTART_TIME=2026-01-01T10:00:00\nEND_TIME=2026-01-01T11:00:00\n'
    const done = run('done', { '.DONE': ended })
    const tracked = run('tracked', { '.DONE': ended })
    const resumable = run('resumable', { '.ERROR': `${ended}ERROR=boom\n` })
    const locked = run('locked', { '.LOCK': `AGENT_ID=beta\nSTART_TIME=2026-01-01T10:00:00\nPID=${process.pid}\n` })
    execFileSync('git', ['-C', repo.root, 'add', tracked])
    execFileSync('git', ['-C', repo.root, '-c', 'user.email=a@example.com', 'commit', '-qm', 'a'])
    const did = await muster.cleanUp({ profile: 'default' })
    assert.deepEqual(did.files.runs, { count: 1, bytes: 4 })
    assert.deepEqual([done, tracked, resumable, locked].map((file) => existsSync(path(file))), [false, true, true, true])
    assert.ok(existsSync(path(dirname(done), '..', 'results', 'summary.md')) && existsSync(path(dirname(done), 'progress.txt')))
  })

  it('keeps the log of a failed run while its error is open', async () => {
    const folder = '2026-01-01_10-00_boom'
    old('AGENT_ID=beta\nEND_TIME=2026-01-01T11:00:00\nERROR=boom\n', 'experiments', folder, '.ERROR')
    const log = old('why', 'experiments', folder, 'logs', 'errors.txt')
    const error = await muster.logError({ message: 'Run boom failed', resource: `experiments/${folder}/` })
    assert.equal((await muster.cleanUp({ profile: 'default' })).files.runs.count, 0)
    await muster.resolveError(error.id, 'fixed')
    assert.deepEqual([(await muster.cleanUp({ profile: 'default' })).files.runs.count, existsSync(log)], [1, false])
  })

  it('removes answered requests, and keeps what could not be read', async () => {
    const done = old('{}', '.muster', 'requests', 'done', 'one.json')
    const rejected = old('?', '.muster', 'requests', 'two.rejected')
    assert.equal((await muster.cleanUp({ profile: 'default' })).files.requests.count, 1)
    assert.deepEqual([existsSync(done), existsSync(rejected)], [false, true])
  })

  it('says what it could not do, and keeps what could not be compressed; a planted link is not followed', async () => {
    const files = deployed('gone')
    mkdirSync(path('elsewhere'))
    mkdirSync(path('.muster', 'archive'), { recursive: true })
    symlinkSync(path('elsewhere'), path('.muster', 'archive', 'agents'))
    const { warnings, files: { agents } } = await muster.cleanUp({ profile: 'archive' })
    assert.deepEqual([agents.count, warnings.length, readdirSync(path('elsewhere'))], [0, 6, []])
    assert.ok(warnings.every((warning) => / stays: .*archive.agents is no folder of its own$/.test(warning)), warnings[0])
    assert.deepEqual(files.filter((file) => !existsSync(file)), [])
  })
})
