import assert from 'node:assert/strict'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, win32 } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build, type Plugin } from 'esbuild'
import { projectRoot } from '../../../scripts/projectRoot.js'
import { removeFolder } from '../../../scripts/removeFolder.js'
import type { NameRules } from '../../../src/core/names.js'
import type * as Sources from './windowsSources.js'

/** NTFS as Muster records it. */
const names: NameRules = { letters: 'simple', forms: 'exact' }

/** What is on the disk of the machine that the sources run on here: names in the spelling they were made with, found in any. */
const folders = ['C:\\', 'C:\\Work', 'C:\\Work\\Shop', 'C:\\Work\\Shop\\.git', 'C:\\Work\\Shop\\src', 'C:\\Work\\Shop-Other', 'D:\\', 'D:\\Work', 'D:\\Work\\Shop', '\\\\server\\share\\', '\\\\server\\share\\Shop', '\\\\server\\share\\Shop\\.git']
const deep = `C:\\Work\\Shop\\${'a-folder-with-a-long-name\\'.repeat(12)}end.ts`
const files = ['C:\\Work\\Shop\\src\\Auth.ts', 'C:\\Work\\Shop\\src\\[id].tsx', 'C:\\Work\\Shop\\a#b.txt', '\\\\server\\share\\Shop\\a.ts', 'C:\\Work\\Shop-Other\\a.ts', 'D:\\Work\\Shop\\a.ts', deep]
/** Junctions: what they lead to. */
const links = new Map([['C:\\Work\\Shop\\lib', 'C:\\Work\\Shop\\src'], ['C:\\Work\\Shop\\out', 'C:\\Work\\Shop-Other']])

const plain = (path: string): string => win32.resolve(path).replace(/(?<=[^:\\])\\$/, '')
const find = (all: Iterable<string>, path: string): string | undefined => [...all].find((one) => plain(one).toLowerCase() === plain(path).toLowerCase())

function real(path: string): string {
  for (let above = plain(path); win32.dirname(above) !== above; above = win32.dirname(above)) {
    const link = find(links.keys(), above)
    if (link !== undefined) return real(win32.join(links.get(link)!, win32.relative(above, plain(path))))
  }
  const found = find([...folders, ...files], path)
  if (found === undefined) throw Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' })
  return plain(found)
}

function stat(path: string): object | undefined {
  try {
    const place = real(path)
    const isFolder = find(folders, place) !== undefined
    return { isDirectory: () => isFolder, isFile: () => !isFolder, isSymbolicLink: () => false, ino: [...folders, ...files].findIndex((one) => plain(one) === place), dev: place.charCodeAt(0) }
  } catch {
    return undefined
  }
}

/** The parts of `node:fs` that the sources use. */
const disk = {
  statSync: stat,
  lstatSync: (path: string) => (find(links.keys(), path) === undefined ? stat(path) : { isSymbolicLink: () => true, isDirectory: () => false, isFile: () => false }),
  readlinkSync: (path: string) => links.get(find(links.keys(), path) ?? '') ?? assert.fail(path),
  realpathSync: Object.assign(real, { native: real }),
}

/** The sources as they are on Windows: with its paths, its name, and that disk. */
const onWindows: Plugin = {
  name: 'on Windows',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:(fs|path)$/, namespace: 'file' }, ({ path }) => ({ path: path.slice('node:'.length), namespace: 'windows' }))
    onLoad({ filter: /./, namespace: 'windows' }, ({ path }) => ({ contents: path === 'path' ? 'module.exports = require("node:path").win32' : 'module.exports = globalThis.windowsDisk', loader: 'js' }))
    onResolve({ filter: /^node:/, namespace: 'windows' }, ({ path }) => ({ path, external: true }))
  },
}

describe('paths on Windows', () => {
  let folder: string
  let sources: typeof Sources
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'muster-windows-'))
    const outfile = join(folder, 'sources.cjs')
    await build({ entryPoints: [join(projectRoot, 'test', 'unit', 'system', 'windowsSources.ts')], outfile, bundle: true, platform: 'node', format: 'cjs', plugins: [onWindows], define: { 'process.platform': '"win32"' }, logLevel: 'warning' })
    Object.assign(globalThis, { windowsDisk: disk })
    sources = ((await import(pathToFileURL(outfile).href)) as { default: typeof Sources }).default
  })
  after(() => {
    Reflect.deleteProperty(globalThis, 'windowsDisk')
    removeFolder(folder)
  })

  const tree = { root: 'C:\\Work\\Shop', id: '', gitDir: undefined, commonDir: undefined }
  const share = { ...tree, root: '\\\\server\\share\\Shop' }
  const at = (text: string, base = 'C:\\Work\\Shop', of = tree): string => {
    const resource = sources.resolveResource(text, { tree: of, base, names })
    return `${resource.kind} ${sources.resourceLabel(resource)}`
  }
  const key = (text: string, base?: string): string => sources.resourceKey(sources.resolveResource(text, { tree, base: base ?? tree.root, names }))

  it('are one resource in every spelling of one file', () => {
    const spellings = ['src/Auth.ts', 'src\\Auth.ts', '.\\src\\..\\src\\auth.TS', 'C:\\Work\\Shop\\src\\Auth.ts', 'c:/work/SHOP/src/auth.ts', '\\\\?\\C:\\Work\\Shop\\src\\Auth.ts', '//?/c:/Work/Shop/src/Auth.ts', 'lib\\auth.ts', 'src\\Auth.ts.', 'src \\Auth.ts ']
    for (const text of spellings) assert.equal(key(text), key('src/Auth.ts'), text)
    assert.equal(key('auth.ts', 'c:\\work\\shop\\SRC'), key('src/Auth.ts'))
    assert.equal(at('c:/work/shop/SRC/auth.ts'), 'file src/Auth.ts')
    // Before there is one.
    assert.equal(key('SRC\\New.ts'), key('src/new.ts'))
    assert.notEqual(key('src/new.ts'), key('src/Auth.ts'))
  })

  it('have slashes in their names, whatever they are written with', () => {
    assert.equal(at('src\\'), 'folder src/')
    assert.equal(at('.'), 'folder ./')
    assert.equal(at('src\\**\\*.ts'), 'glob src/**/*.ts')
    assert.equal(at('src\\[id].tsx'), 'file src/[id].tsx')
    assert.equal(at('src\\Auth.ts#Router.handle'), 'symbol src/Auth.ts#Router.handle')
    assert.equal(at('src\\Auth.cpp#ns::f'), 'symbol src/Auth.cpp#ns::f')
    assert.equal(at('a#b.txt'), 'file a#b.txt')
    assert.equal(at('name:build'), 'name name:build')
  })

  it('outside of the working tree are refused: beside it, above it, behind a junction, on another drive, on another machine', () => {
    for (const text of ['..', '..\\Shop-Other\\a.ts', 'C:\\Work\\Shop-Other\\a.ts', 'C:\\Work', 'C:\\', 'out\\a.ts', 'D:\\Work\\Shop\\a.ts', 'D:\\new.ts', '\\\\server\\share\\Shop\\a.ts', '//server/share/new.ts', '\\\\?\\UNC\\server\\share\\Shop\\a.ts', '\\Windows\\win.ini']) {
      assert.throws(() => at(text), { code: 'OUTSIDE_ROOT' }, text)
    }
  })

  it('on a share are of a tree there, also as the system writes them', () => {
    for (const text of ['a.ts', '\\\\server\\share\\Shop\\a.ts', '//SERVER/Share/shop/A.ts', '\\\\?\\UNC\\server\\share\\Shop\\a.ts']) assert.equal(at(text, share.root, share), 'file a.ts', text)
    assert.throws(() => at('C:\\Work\\Shop\\src\\Auth.ts', share.root, share), { code: 'OUTSIDE_ROOT' })
  })

  it('may be long', () => {
    assert.ok(deep.length > 300)
    assert.equal(key(deep), key(`\\\\?\\${deep}`))
    assert.match(at(deep.toUpperCase()), /^file a-folder-with-a-long-name\/.*\/end\.ts$/)
    assert.match(at(`${'new\\'.repeat(100)}a.ts`), /^file (new\/){100}a\.ts$/)
  })

  it('are refused where they stand for a device, a stream, or nothing', () => {
    for (const text of ['NUL', 'src\\con.txt', 'COM1', 'lpt¹.log', 'aux ', 'a.ts:stream', 'src\\a.ts::$DATA', 'C:relative.ts', '...', 'src\\ . \\a.ts', 'conin$', 'a\0b']) assert.throws(() => at(text), { code: 'INVALID_INPUT' }, text)
    for (const text of ['console.ts', 'nullable.ts', 'com.ts', 'com10', 'auxiliary']) assert.match(at(text), /^file /, text)
  })

  it('collide in patterns as the files do', () => {
    const collide = (one: string, other: string): boolean => {
      const [a, b] = [one, other].map((text) => sources.resolveResource(text, { tree, base: tree.root, names }))
      return sources.overlaps(a!, b!)
    }
    for (const [one, other] of [['SRC\\**', 'src/auth.ts'], ['src\\*.TS', 'src\\Auth.ts'], ['src', 'src\\new\\a.ts'], ['lib\\**', 'src\\x.ts']] as const) assert.equal(collide(one, other), true, `${one} ${other}`)
    for (const [one, other] of [['src\\*.ts', 'src\\new\\a.ts'], ['src', 'srcs\\a.ts'], ['src\\*.js', 'src\\Auth.ts']] as const) assert.equal(collide(one, other), false, `${one} ${other}`)
  })

  it('give agents ids that are names of files there', () => {
    for (const name of ['con', 'NUL', 'aux.1', 'com1', 'a:b', 'a\\b', 'a/b', 'a.', 'a ', 'x?*<>|"']) {
      const id = sources.agentIdOf(name)
      assert.match(id, /^[a-z0-9](?:[a-z0-9._-]*[a-z0-9_-])?$/, name)
      assert.doesNotThrow(() => sources.windowsSpelling(`${id}.json`), name)
    }
  })
})
