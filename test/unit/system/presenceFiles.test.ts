import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openMuster } from '../../../src/core/open.js'
import { bootId } from '../../../src/core/system/clock.js'
import { PresenceFile } from '../../../src/core/system/presenceFiles.js'
import { isSessionGone, isTagGone, ownTag, ProcessTable, processStart, startsIn } from '../../../src/core/system/processes.js'
import { posixOnly } from '../posixOnly.js'
import { Sandbox } from './sandbox.js'

const here = { boot: bootId(), machine: 'this/host' }
const own = { id: '0011223344556677', pid: process.pid, start: processStart(process.pid), ...here, host: 'host', client: 'test' }
const hash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 8)
const tagOf = (pid: number, start: string, boot = here.boot): string => `${pid}-${hash(boot)}-${hash(start)}`

describe('presence files', () => {
  let sandbox: Sandbox
  let presence: string
  const children: ChildProcess[] = []
  beforeEach(() => {
    sandbox = new Sandbox()
    presence = sandbox.path('presence')
    mkdirSync(sandbox.path('ledger'))
  })
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL')
    sandbox.dispose()
  })

  async function child(): Promise<{ process: ChildProcess; pid: number; start: string }> {
    const started = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
    children.push(started)
    await once(started, 'spawn')
    return { process: started, pid: started.pid!, start: processStart(started.pid!) }
  }

  it('tell of a connection while it is there, with a time of the disk', async () => {
    const file = new PresenceFile(sandbox.base, own)
    await file.look()
    const [name] = readdirSync(presence)
    assert.equal(name, `${own.id}-${ownTag()}.json`)
    assert.deepEqual(JSON.parse(readFileSync(join(presence, name!), 'utf8')), own)
    utimesSync(join(presence, name!), 1, 1)
    await file.look()
    assert.ok(statSync(join(presence, name!)).mtimeMs > 1_000_000)
    rmSync(presence, { recursive: true })
    await file.look()
    assert.deepEqual(readdirSync(presence), [name], 'deleted, it is made again')
    await file.close()
    assert.deepEqual(readdirSync(presence), [])
  })

  posixOnly('of processes that are gone are collected at the next look, and no others', async () => {
    const [alive, stopped, dead] = [await child(), await child(), await child()]
    stopped.process.kill('SIGSTOP')
    dead.process.kill('SIGKILL')
    await once(dead.process, 'exit')
    mkdirSync(presence)
    const put = (id: string, tag: string, facts: object): string => {
      const name = `${id}-${tag}.json`
      writeFileSync(join(presence, name), JSON.stringify({ ...own, ...facts }))
      return name
    }
    const [kernel] = here.boot.split('/')
    const kept = [
      put('a', tagOf(alive.pid, alive.start), {}),
      put('b', tagOf(stopped.pid, stopped.start), {}),
      put('c', tagOf(dead.pid, dead.start, `${kernel}/1`), { pid: dead.pid, boot: `${kernel}/1` }),
      put('d', tagOf(dead.pid, dead.start, 'other/1'), { pid: dead.pid, boot: 'other/1', machine: 'other' }),
    ]
    writeFileSync(join(presence, 'e-1-2-3.json'), 'not ours')
    writeFileSync(join(presence, `f-${tagOf(1, 'x', 'other/1')}.json`), 'cannot be read')
    kept.push('e-1-2-3.json', `f-${tagOf(1, 'x', 'other/1')}.json`)
    put('g', tagOf(dead.pid, dead.start), {})
    put('h', tagOf(alive.pid, 'another start'), {})
    put('i', tagOf(7, 'x', 'before/1'), { pid: 7, boot: 'before/1' })
    const old = put('j', tagOf(7, 'x', 'other/2'), { pid: 7, boot: 'other/2', machine: 'other' })
    utimesSync(join(presence, old), Date.now() / 1000 - 200_000, Date.now() / 1000 - 200_000)
    const file = new PresenceFile(sandbox.base, own)
    await file.look()
    await file.close()
    assert.deepEqual(readdirSync(presence).sort(), kept.sort())
  })

  it('have what is made for a moment collected once its process is gone, and the lock of a turn', async () => {
    const [alive, dead] = [await child(), await child()]
    dead.process.kill('SIGKILL')
    await once(dead.process, 'exit')
    const lock = sandbox.path('ledger/turn.lock')
    const file = new PresenceFile(sandbox.base, own)
    for (const [who, left] of [[alive, true], [dead, false]] as const) {
      mkdirSync(lock)
      mkdirSync(presence, { recursive: true })
      mkdirSync(sandbox.path(`probe-${tagOf(who.pid, who.start)}-x`))
      writeFileSync(join(presence, `a-${tagOf(who.pid, who.start)}.turn`), String(statSync(lock, { bigint: true }).ino))
      await file.look()
      assert.deepEqual([existsSync(lock), existsSync(sandbox.path(`probe-${tagOf(who.pid, who.start)}-x`)), existsSync(join(presence, `a-${tagOf(who.pid, who.start)}.turn`))], [left, left, left])
      rmSync(lock, { recursive: true, force: true })
    }
    mkdirSync(lock)
    writeFileSync(join(presence, `b-${tagOf(dead.pid, dead.start)}.turn`), '1')
    await file.look()
    assert.ok(existsSync(lock), 'somebody else has taken it since')
    await file.close()
  })

  it('are not put where a link leads', async () => {
    mkdirSync(sandbox.path('elsewhere'))
    symlinkSync(sandbox.path('elsewhere'), presence)
    const file = new PresenceFile(sandbox.base, own)
    await file.look()
    await file.close()
    assert.deepEqual(readdirSync(sandbox.path('elsewhere')), [])
  })

  it('are those of the connections that stay', async () => {
    const root = sandbox.repository()
    const options = { root, agent: 'a', folder: join(root, '.muster'), settings: { rescanSeconds: 0.02 } }
    const passing = await openMuster({ ...options, attached: false })
    await passing.startup()
    assert.equal(existsSync(join(root, '.muster/presence')), false)
    await passing.close()
    const staying = await openMuster(options)
    mkdirSync(join(root, '.muster/presence'), { recursive: true })
    const gone = join(root, '.muster/presence', `x-${tagOf(process.pid, 'another start')}.json`)
    writeFileSync(gone, '{}')
    while (existsSync(gone)) await new Promise((resolve) => setTimeout(resolve, 10))
    assert.equal(readdirSync(join(root, '.muster/presence')).length, 1)
    await staying.close()
    assert.deepEqual(readdirSync(join(root, '.muster/presence')), [])
  })
})

describe('processes', () => {
  it('that are dead and not yet asked about by their parent are gone', async function () {
    if (process.platform !== 'linux') return this.skip()
    // A shell that starts a child, becomes somebody who never asks about children, and tells the child's pid.
    const parent = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] })
    try {
      const [text] = (await once(parent.stdout, 'data')) as [Buffer]
      const pid = Number(String(text).trim())
      const stat = (): string => readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1] ?? ''
      while (!stat().startsWith('Z')) await new Promise((resolve) => setTimeout(resolve, 5))
      assert.equal(isSessionGone({ pid, start: processStart(pid), ...here }, here), true)
    } finally {
      parent.kill('SIGKILL')
    }
  })

  it('are told by their tags', () => {
    assert.equal(isTagGone(`x-${ownTag()}.json`), false)
    assert.equal(isTagGone(`.REGISTRY.md.${ownTag()}-3.tmp`), false)
    assert.equal(isTagGone(`one.json.${tagOf(process.pid, 'another start')}.taking`), true)
    assert.equal(isTagGone(tagOf(process.pid, 'another start')), true)
    assert.equal(isTagGone(tagOf(999_999_999, 'x')), true)
    assert.equal(isTagGone(tagOf(process.pid, own.start, 'other/1')), undefined)
    assert.equal(isTagGone('probe-0123456789ab-a'), undefined)
  })

  it('are asked about in the background, at once for all, and again after a while', async () => {
    let time = 0
    const asked: number[][] = []
    let start = 'monday'
    const table = new ProcessTable((pids) => {
      asked.push([...pids])
      return Promise.resolve(new Map(pids.filter((pid) => pid !== 9).map((pid) => [pid, start])))
    }, () => time)
    assert.deepEqual([table.startOf(7), table.startOf(8)], ['', ''])
    await table.know([7, 8, 9])
    assert.deepEqual(asked, [[7, 8, 9]])
    assert.deepEqual([table.startOf(7), table.startOf(9)], ['monday', ''])
    assert.equal(asked.length, 1)
    time = 3000
    start = 'tuesday'
    assert.equal(table.startOf(7), 'monday', 'as known, until it is known better')
    await table.know([7])
    assert.equal(table.startOf(7), 'tuesday')
    const failing = new ProcessTable(() => Promise.reject(new Error('no such program')))
    await failing.know([7])
    assert.equal(failing.startOf(7), '')
  })

  it('are read from what programs print', () => {
    assert.deepEqual([...startsIn('    1 Sat Nov  1 14:23:00 2026    \n  345 Mon Jan 12 01:02:03 2026\n')], [[1, 'Sat Nov  1 14:23:00 2026'], [345, 'Mon Jan 12 01:02:03 2026']])
    assert.deepEqual([...startsIn('12 638000000000000000\r\n\r\n13 638000000000000001\r\n')], [[12, '638000000000000000'], [13, '638000000000000001']])
    assert.deepEqual([...startsIn('')], [])
  })
})
