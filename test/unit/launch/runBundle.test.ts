import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { projectRoot } from '../../../scripts/projectRoot.js'
import { removeFolder } from '../../../scripts/removeFolder.js'
import { cleanEnvironment } from '../../../scripts/runCommand.js'

describe('starting a bundle', () => {
  let base: string
  let folder: string
  const runner = pathToFileURL(join(projectRoot, 'out', 'src', 'launch', 'runBundle.js')).href

  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'muster-launch-'))
    folder = join(base, 'muster', 'code')
    writeFileSync(join(base, 'start.mjs'), `
      const { runBundle } = await import(${JSON.stringify(runner)})
      const [, , id, kind] = process.argv
      const { say } = runBundle(${JSON.stringify(join(base, 'bundle.cjs'))}, id, kind)
      console.log(say())`)
    bundle('one')
  })
  afterEach(() => {
    chmodSync(base, 0o700)
    removeFolder(base)
  })

  function bundle(word: string): void {
    writeFileSync(join(base, 'bundle.cjs'), `(function (exports, require, module, __filename, __dirname) { exports.say = () => require('node:path').basename(__filename) + ' ' + require('./word.json') + ' ${word}' })`)
    writeFileSync(join(base, 'word.json'), '"says"')
  }

  function start(id = 'a', kind = 'x', env: NodeJS.ProcessEnv = {}, flags: string[] = []): string {
    const { NODE_OPTIONS: _none, ...clean } = cleanEnvironment()
    const { stdout, stderr, status } = spawnSync(process.execPath, [...flags, join(base, 'start.mjs'), id, kind], { encoding: 'utf8', env: { ...clean, XDG_CACHE_HOME: base, ...env } })
    assert.deepEqual([stderr, status], ['', 0])
    return stdout.trim()
  }

  const files = (): string[] => readdirSync(folder).sort()
  const kept = (): string => join(folder, files()[0]!)
  const kindsOf = (file: string): unknown => (JSON.parse(readFileSync(file, 'latin1').split('\n')[0]!) as { kinds: unknown }).kinds

  it('runs it with its own require and names', () => {
    assert.equal(start(), 'bundle.cjs says one')
    assert.equal(start(), 'bundle.cjs says one')
  })

  it('runs what was compiled before, of this id only', () => {
    start()
    // V8 compares nothing but the length: what was compiled of the old text runs, which is why an id belongs to one text.
    bundle('two')
    assert.equal(start(), 'bundle.cjs says one')
    assert.equal(start('b'), 'bundle.cjs says two')
    assert.equal(files().length, 2)
  })

  it('adds what another command needs, and writes nothing when nothing is new', () => {
    start('a', 'x')
    assert.deepEqual(kindsOf(kept()), ['x'])
    start('a', 'y')
    assert.deepEqual(kindsOf(kept()), ['x', 'y'])
    const { ino } = statSync(kept())
    start('a', 'x')
    assert.equal(statSync(kept()).ino, ino)
    assert.equal(files().length, 1)
  })

  for (const [what, spoil] of Object.entries<(file: string) => void>({
    'a byte of it changed': (file) => {
      const all = readFileSync(file)
      all[all.length - 20]! ^= 0xff
      writeFileSync(file, all)
    },
    'it is cut off': (file) => writeFileSync(file, readFileSync(file).subarray(0, 300)),
    'it is empty': (file) => writeFileSync(file, ''),
    'it is something else': (file) => writeFileSync(file, '{"sum":1}\nnothing'),
  })) {
    it(`does without it, and writes it again, where ${what}`, () => {
      start()
      bundle('two')
      spoil(kept())
      assert.equal(start(), 'bundle.cjs says two')
      bundle('six')
      assert.equal(start(), 'bundle.cjs says two', 'what was written again is used')
    })
  }

  it('uses nothing that others can write', function () {
    if (process.platform === 'win32') return this.skip()
    start()
    bundle('two')
    for (const place of [folder, kept()]) {
      const { mode } = statSync(place)
      chmodSync(place, 0o777)
      assert.equal(start('a', 'x'), 'bundle.cjs says two', place)
      // It may have been written again meanwhile.
      chmodSync(place, mode & 0o777)
      rmSync(folder, { recursive: true })
      bundle('one')
      start()
      bundle('two')
    }
  })

  it('keeps nothing when told so, or with flags that change what is compiled', () => {
    for (const [env, flags] of [[{ NODE_DISABLE_COMPILE_CACHE: '1' }, []], [{ NODE_OPTIONS: '--no-warnings' }, []], [{}, ['--no-warnings']]] as const) start('a', 'x', env, [...flags])
    assert.throws(files, { code: 'ENOENT' })
  })

  it('runs where nothing can be kept', () => {
    writeFileSync(join(base, 'muster'), 'a file')
    assert.equal(start(), 'bundle.cjs says one')
  })

  it('removes what nobody needed for a month', () => {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const old = join(folder, 'old.bin')
    writeFileSync(old, '')
    utimesSync(old, 0, 0)
    start()
    assert.ok(!files().includes('old.bin'))
  })
})
