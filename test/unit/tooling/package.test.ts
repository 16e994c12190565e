import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { join, posix } from 'node:path'
import { projectRoot } from '../../../scripts/projectRoot.js'
import { npm, run } from '../../../scripts/packaging.js'
import { parseCall } from '../../../src/cli/arguments.js'
import { commands } from '../../../src/cli/commands.js'
import { bundledPackages } from './bundled.js'
import { pack, type Packed } from './packed.js'
import { readZip } from './zip.js'

const tsc = join(projectRoot, 'node_modules', 'typescript', 'bin', 'tsc')
const network = ['http', 'https', 'http2', 'net', 'tls', 'dns', 'dgram', 'inspector']

/** What the extension begins with, and what it loads later. */
const isExtension = (path: string): boolean => /^dist\/extension(-\w+)?\.cjs$/.test(path)

describe('the package', function () {
  this.timeout(900_000)
  let packed: Packed
  before(() => { packed = pack() })
  after(() => packed?.remove())
  const read = (path: string): string => readFileSync(join(packed.package, path), 'utf8')

  it('holds what is used, and nothing else', () => {
    const paths = packed.files.map(({ path }) => path)
    for (const path of paths) assert.match(path, /^(package(\.nls(\.\w+)?)?\.json|l10n\/bundle\.l10n(\.\w+)?\.json|README\.md|CHANGELOG\.md|LICENSE|dist\/[\w-]+\.(cjs|mjs|js)|dist\/(index\.d\.ts|ThirdPartyNotices\.txt)|docs\/\w+\.md|docs\/examples\/\w+\.py|docs\/images\/[\w-]+\.(png|svg)|media\/[\w-]+\.(svg|png)|media\/walkthrough\/\w+((\.nls\.\w+)?\.md|\.svg))$/)
    const { main, bin, exports, icon } = JSON.parse(read('package.json')) as { main: string; bin: object; exports: object; icon: string }
    const named = JSON.stringify([main, bin, exports, icon]).matchAll(/"(?:\.\/)?([\w./]+\.\w+)"/g)
    for (const [, path = ''] of named) if (path !== '.') assert.ok(paths.includes(path), path)
    for (const path of ['package.nls.json', 'package.nls.de.json', 'l10n/bundle.l10n.json', 'l10n/bundle.l10n.de.json', 'LICENSE', 'CHANGELOG.md', 'media/muster.svg']) assert.ok(paths.includes(path), path)
    for (const page of paths.filter((path) => path.endsWith('.md'))) {
      for (const [, to = ''] of read(page).matchAll(/\]\((?!https?:|command:|#)([^)#]+)[^)]*\)/g)) assert.ok(paths.includes(posix.join(posix.dirname(page), to)), `${page} links to ${to}`)
    }
    // What is not in it, and is linked to here, is still named.
    assert.ok(read('docs/security.md').includes('`unit/hooks/injection.test.ts`'))
  })

  it('is for the editor without the pages of docs/, to which nothing links', () => {
    const files = readZip(packed.vsix)
    const names = [...files.keys()]
    for (const name of names) assert.match(name, /^(extension\.vsixmanifest|\[Content_Types\]\.xml|extension\/(package(\.nls(\.\w+)?)?\.json|l10n\/bundle\.l10n(\.\w+)?\.json|readme\.md|changelog\.md|LICENSE\.txt|dist\/[\w-]+\.(cjs|mjs|js)|dist\/ThirdPartyNotices\.txt|media\/[\w-]+\.(svg|png)|media\/walkthrough\/\w+((\.nls\.\w+)?\.md|\.svg)))$/)
    for (const { path } of packed.files) if (/^(dist|media|l10n)\/.*(?<!\.d\.ts)$/.test(path)) assert.ok(names.includes(`extension/${path}`), path)
    const page = (name: string): string => files.get(`extension/${name}`)?.toString() ?? ''
    for (const name of ['readme.md', 'changelog.md']) assert.deepEqual(page(name).match(/\]\((?!https?:|#)[^)]*\)/g), null, name)
    const { main, scripts, dependencies } = JSON.parse(page('package.json')) as { main: string; scripts?: object; dependencies?: object }
    assert.ok(names.includes(`extension/${main.replace('./', '')}`))
    assert.deepEqual([scripts, dependencies], [undefined, undefined])
  })

  it('has a page for people who have it installed, which names what there is', () => {
    const shown = readZip(packed.vsix).get('extension/readme.md')?.toString() ?? ''
    assert.match(shown, /^# Muster$/m)
    assert.doesNotMatch(shown, /\bnpm\b|\bnpx\b|\bclone\b|\.vsix|desk/)
    assert.ok(shown.length > 3_000, String(shown.length))
    const texts = JSON.parse(read('package.nls.json')) as Record<string, string>
    const { contributes: { commands: contributed, configuration } } = JSON.parse(read('package.json')) as { contributes: { commands: { title: string }[]; configuration: { properties: object }[] } }
    const known = contributed.map(({ title }) => texts[title.replaceAll('%', '')])
    const said = [...shown.matchAll(/\*\*Muster: ([^*]+)\*\*/g)].map(([, title = '']) => title)
    assert.ok(said.length > 10, String(said.length))
    for (const title of said) assert.ok(known.includes(title), title)
    for (const [, setting = ''] of shown.matchAll(/`(muster\.\w+)`/g)) assert.ok(configuration.some(({ properties }) => setting in properties), setting)
    const calls = [...shown.matchAll(/(?:^|`)(muster [a-z][^`\n]*)/gm)].map(([, call = '']) => call)
    assert.ok(calls.length >= 8, calls.join())
    for (const call of calls) {
      const [, ...words] = [...call.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word ?? '')
      assert.doesNotThrow(() => parseCall(words, commands), call)
    }
  })

  it('says of all that is bundled what its licence is, and all of them let it be passed on', () => {
    const notices = [...read('dist/ThirdPartyNotices.txt').matchAll(/^(\S+) (\d\S+) \((.+)\)$/gm)]
    const bundled = [...new Set(bundledPackages().map(({ name, version }) => `${name} ${version}`))]
    assert.ok(bundled.some((name) => name.startsWith('zod ')) && bundled.some((name) => name.startsWith('lit-html ')))
    assert.deepEqual(notices.map(([, name, version]) => `${name} ${version}`), bundled)
    for (const [line, , , licence = ''] of notices) assert.match(licence, /^(MIT|ISC|BSD-[23]-Clause|0BSD|Apache-2\.0|BlueOak-1\.0\.0|Unlicense)$/, line)
    assert.ok(read('dist/ThirdPartyNotices.txt').split(/copyright/i).length > notices.length)
  })

  it('is installed by npm with no network, and is a command of the project', () => {
    const repository = join(packed.folder, 'installed')
    mkdirSync(repository)
    run('git', ['init', '--quiet'], repository)
    const npx = (...args: string[]): string => run(npm, ['exec', '--offline', '--', 'muster', ...args], repository, { npm_config_cache: join(packed.folder, 'cache') })
    npx('claim', 'a.ts', '--agent', 'alpha')
    assert.match(npx('status'), /a\.ts/)
  })

  it('is small: 2 MB, the extension 600 KB, of which it begins with 170 KB', () => {
    assert.ok(packed.size <= 2_000_000, `${packed.size} bytes`)
    assert.ok(statSync(packed.vsix).size <= 2_000_000, `${statSync(packed.vsix).size} bytes`)
    const extension = packed.files.filter(({ path }) => isExtension(path)).reduce((sum, { size }) => sum + size, 0)
    assert.ok(extension > 0 && extension <= 600_000, `${extension} bytes`)
    const first = packed.files.find(({ path }) => path === 'dist/extension.cjs')?.size ?? 0
    assert.ok(first > 0 && first <= 170_000, `${first} bytes`)
  })

  it('needs nothing but Node, and only the extension the editor; nothing of it talks to a network but what asks a database', () => {
    for (const file of packed.files.map(({ path }) => path).filter((path) => /\.[cm]?js$/.test(path))) {
      const text = read(file)
      const imported = new Set([...text.matchAll(/(?:\bfrom|\bimport|[\w$]+\()\s*"([@\w:./-]+)"/g)].map(([, name = '']) => name))
      const modules = [...imported].filter((name) => builtinModules.includes(name.replace('node:', ''))).map((name) => name.replace('node:', ''))
      // The command line's beginning only hands over to the other bundles; the pages know nothing of Node, and rules look at nothing.
      if (file === 'dist/dashboard.js' || file === 'dist/document.js') assert.deepEqual(modules, [])
      else if (!['dist/cli.mjs', 'dist/postgres.cjs', 'dist/plan.cjs', 'dist/clean-up-rule.cjs', 'dist/hand-off-rule.cjs', 'dist/hand-over-rule.cjs', 'dist/request-rules.cjs', 'dist/ticket-rules.cjs', 'dist/deploy-rules.cjs', 'dist/take-in.cjs', 'dist/commits.cjs', 'dist/exported.cjs', 'dist/restore-plan.cjs', 'dist/follow-log.cjs', 'dist/give-back.cjs'].includes(file) && !/extension-/.test(file)) assert.ok(modules.includes('fs') && modules.includes('path'), `${file}: ${modules}`)
      assert.deepEqual([...new Set(modules.filter((name) => network.includes(name)))], file === 'dist/postgres.cjs' ? ['net', 'tls'] : [], file)
      assert.doesNotMatch(text, /\bfetch\(|\bnew WebSocket\(/, file)
      if (!/extension-/.test(file)) assert.equal(imported.has('vscode'), isExtension(file), file)
      for (const [, name = ''] of text.matchAll(/^import\b[^"']*["']([^"']+)["']/gm)) assert.ok(builtinModules.includes(name.replace('node:', '')), `${file} imports ${name}`)
    }
  })

  it('holds no address that anything could be sent to, and nothing that sends', () => {
    const found = new Map<string, string>()
    for (const file of packed.files.map(({ path }) => path).filter((path) => /\.[cm]?js$/.test(path))) {
      for (const [address] of read(file).matchAll(/\b(?:https?|wss?|ftp):\/\/[\w%{}$][^\s"'`\\<>)]*/g)) found.set(address, file)
      assert.doesNotMatch(read(file), /XMLHttpRequest|sendBeacon|EventSource|applicationinsights|TelemetryLogger|TelemetryReporter/i, file)
    }
    // Names of schemas, which nobody fetches, and where a component's page is, in a warning.
    const names = /^(https?:\/\/json-schema\.org\/|https:\/\/opencode\.ai\/config\.json$|https:\/\/raw\.githubusercontent\.com\/ajv-validator\/ajv\/master\/lib\/refs\/data\.json#|https:\/\/vscode-elements\.github\.io\/components\/icon\/)/
    assert.ok(found.size > 0)
    for (const [address, file] of found) assert.match(address, names, file)
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
