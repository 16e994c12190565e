import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { join } from 'node:path'
import { projectRoot } from '../../../scripts/projectRoot.js'
import { pack, run, type Packed } from './packed.js'

const tsc = join(projectRoot, 'node_modules', 'typescript', 'bin', 'tsc')
const network = ['http', 'https', 'http2', 'net', 'tls', 'dns', 'dgram', 'inspector']

/** What the extension begins with, and what it loads later. */
const isExtension = (path: string): boolean => /^dist\/extension(-\w+)?\.cjs$/.test(path)

describe('the package', function () {
  this.timeout(300_000)
  let packed: Packed
  before(() => { packed = pack() })
  after(() => packed?.remove())
  const read = (path: string): string => readFileSync(join(packed.package, path), 'utf8')

  it('holds what is used, and nothing else', () => {
    const paths = packed.files.map(({ path }) => path)
    for (const path of paths) assert.match(path, /^(package(\.nls(\.\w+)?)?\.json|l10n\/bundle\.l10n(\.\w+)?\.json|README\.md|CHANGELOG\.md|LICENSE|dist\/[\w-]+\.(cjs|mjs|js)|dist\/index\.d\.ts|docs\/\w+\.md|docs\/images\/[\w-]+\.png|media\/[\w-]+\.(svg|png)|media\/walkthrough\/\w+((\.nls\.\w+)?\.md|\.svg))$/)
    const { main, bin, exports, icon } = JSON.parse(read('package.json')) as { main: string; bin: object; exports: object; icon: string }
    const named = JSON.stringify([main, bin, exports, icon]).matchAll(/"(?:\.\/)?([\w./]+\.\w+)"/g)
    for (const [, path = ''] of named) if (path !== '.') assert.ok(paths.includes(path), path)
    for (const path of ['package.nls.json', 'package.nls.de.json', 'l10n/bundle.l10n.json', 'l10n/bundle.l10n.de.json', 'LICENSE', 'CHANGELOG.md', 'media/muster.svg']) assert.ok(paths.includes(path), path)
    for (const [, path = ''] of read('README.md').matchAll(/\]\((?!https?:)([^)#]+)\)/g)) assert.ok(paths.includes(path), `README.md links to ${path}`)
  })

  it('is chosen in the same way for npm and for the editor', () => {
    assert.equal(readFileSync(join(projectRoot, '.vscodeignore'), 'utf8'), readFileSync(join(projectRoot, '.npmignore'), 'utf8'))
  })

  it('is small: 2 MB, the extension 600 KB, of which it begins with 100 KB', () => {
    assert.ok(packed.size <= 2_000_000, `${packed.size} bytes`)
    const extension = packed.files.filter(({ path }) => isExtension(path)).reduce((sum, { size }) => sum + size, 0)
    assert.ok(extension > 0 && extension <= 600_000, `${extension} bytes`)
    const first = packed.files.find(({ path }) => path === 'dist/extension.cjs')?.size ?? 0
    assert.ok(first > 0 && first <= 100_000, `${first} bytes`)
  })

  it('needs nothing but Node, and only the extension the editor; nothing of it talks to a network but what asks a database', () => {
    for (const file of packed.files.map(({ path }) => path).filter((path) => /\.[cm]?js$/.test(path))) {
      const text = read(file)
      const imported = new Set([...text.matchAll(/(?:\bfrom|\bimport|[\w$]+\()\s*"([@\w:./-]+)"/g)].map(([, name = '']) => name))
      const modules = [...imported].filter((name) => builtinModules.includes(name.replace('node:', ''))).map((name) => name.replace('node:', ''))
      // The command line's beginning only hands over to the other bundles; the pages know nothing of Node, and rules look at nothing.
      if (file === 'dist/dashboard.js' || file === 'dist/document.js') assert.deepEqual(modules, [])
      else if (!['dist/cli.mjs', 'dist/postgres.cjs', 'dist/plan.cjs', 'dist/ticket-rules.cjs'].includes(file) && !/extension-/.test(file)) assert.ok(modules.includes('fs') && modules.includes('path'), `${file}: ${modules}`)
      assert.deepEqual(modules.filter((name) => network.includes(name)), file === 'dist/postgres.cjs' ? ['net', 'tls'] : [], file)
      assert.doesNotMatch(text, /\bfetch\(|\bnew WebSocket\(/, file)
      if (!/extension-/.test(file)) assert.equal(imported.has('vscode'), isExtension(file), file)
      for (const [, name = ''] of text.matchAll(/^import\b[^"']*["']([^"']+)["']/gm)) assert.ok(builtinModules.includes(name.replace('node:', '')), `${file} imports ${name}`)
    }
  })

  it('gives a program strict types and runs, as the README has it', () => {
    const repository = join(packed.folder, 'repo')
    mkdirSync(repository)
    run('git', ['init', '--quiet'], repository)
    const [, example = ''] = /```ts\n(.*?)```/s.exec(read('README.md')) ?? []
    assert.ok(example.includes('/repo/.muster'))
    writeFileSync(join(packed.folder, 'example.ts'), example.replace('/repo/.muster', join(repository, '.muster').replaceAll('\\', '/')))
    writeFileSync(join(packed.folder, 'strictness.ts'), `
      import { isMusterError, open, type ClaimOptions, type ErrorCode } from 'muster'
      export const options: ClaimOptions = { mode: 'shared', signal: new AbortController().signal }
      // @ts-expect-error not an option
      export const one = open({ nonsense: true })
      // @ts-expect-error not a mode
      export const two: ClaimOptions = { mode: 'all' }
      export async function three(): Promise<string> {
        const claimed = await (await open()).claim('a', options)
        // @ts-expect-error only refusals have a holder
        return claimed.ok ? claimed.heldBy : claimed.heldBy ?? ''
      }
      export const codeOf = (error: unknown): ErrorCode | undefined => (isMusterError(error) ? error.code : undefined)
    `)
    const strict = { strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, skipLibCheck: false, target: 'ES2022' }
    check('nodenext', { ...strict, module: 'NodeNext', moduleResolution: 'NodeNext', lib: ['ES2022'], types: ['node'] })
    check('bundler', { ...strict, module: 'ESNext', moduleResolution: 'Bundler', types: [], noEmit: true })
    assert.equal(run(process.execPath, ['example.js'], packed.folder), '')
    const log = run(process.execPath, [join(packed.package, 'dist', 'cli.mjs'), 'log', '--json'], repository)
    const { entries } = JSON.parse(log) as { entries: { event: { type: string } }[] }
    for (const type of ['claim.granted', 'claim.renewed', 'claim.ended']) assert.ok(entries.some(({ event }) => event.type === type), type)
  })

  it('has types that need no other package', () => {
    const types = read('dist/index.d.ts').replace(/\/\*\*.*?\*\//gs, '')
    assert.deepEqual(types.match(/\bimport\b|\brequire\(|\bz\.|\bany\b|\/\/\/ <reference/g), null)
  })

  function check(name: string, compilerOptions: object): void {
    writeFileSync(join(packed.folder, `${name}.json`), JSON.stringify({ compilerOptions, files: ['example.ts', 'strictness.ts'] }))
    run(process.execPath, [tsc, '-p', `${name}.json`], packed.folder)
  }
})
