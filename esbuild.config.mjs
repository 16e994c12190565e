// Builds the bundles and types that ship (dist/, or the folder named by --outdir) and, with --tests, an unbundled copy
// of sources and tests (out/) for mocha and for the child processes of the multiprocess tests.
import { build, context } from 'esbuild'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { assertPlain, toCommonJs } from './scripts/commonJs.mjs'
import { leanZod, membersUsed } from './scripts/leanZod.mjs'
import { noticesOf } from './scripts/notices.mjs'

const { values: args } = parseArgs({
  options: {
    tests: { type: 'boolean', default: false },
    watch: { type: 'boolean', default: false },
    production: { type: 'boolean', default: false },
    outdir: { type: 'string', default: 'dist' },
  },
})
const { production, outdir } = args
const require = createRequire(import.meta.url)

/**
 * zod says of itself that its modules do nothing when they are loaded, so esbuild leaves out that they are. Where a module is
 * also loaded late, its classes would then not be there yet for whoever uses them at once. Its languages are left out.
 */
const zodInOrder = {
  name: 'zod, in order',
  setup({ onResolve, resolve: find }) {
    onResolve({ filter: /^(zod(\/.*)?|\..*)$/ }, async ({ path, importer, resolveDir, kind, pluginData }) => {
      if (pluginData === 'zod' || !(path.startsWith('zod') || /[\\/]node_modules[\\/]zod[\\/]/.test(importer))) return undefined
      const found = await find(path, { importer, resolveDir, kind, pluginData: 'zod' })
      return /[\\/]locales[\\/]/.test(found.path) ? found : { ...found, sideEffects: true }
    })
  },
}

const node = {
  platform: 'node',
  target: 'node20.19',
  bundle: true,
  sourcemap: !production,
  minify: production,
  // Its other form cannot be bundled.
  alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
  logLevel: 'warning',
}

// Dependencies written as CommonJS call require(); an ES module bundle has to be given one.
const esm = {
  ...node,
  format: 'esm',
  banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url); const __here = import.meta.dirname;" },
}

// What processes become is kept compiled (src/launch/runBundle.ts), which an ES module cannot be.
const cjs = {
  ...node,
  format: 'cjs',
  define: { 'import.meta.url': '__url' },
  banner: { js: "const __url = require('node:url').pathToFileURL(__filename).href, __here = __dirname;" },
  outExtension: { '.js': '.cjs' },
  supported: { 'dynamic-import': false },
}

/** Where a file makes schemas: with zod, or of others. */
const makesSchemas = /^import (?!type\b)[^\n]* from '(zod|[^']*\/(model|protocol)\/[^']*)'/m
/** Folders that the extension's schemas are in. */
const haveSchemas = /^src[\\/](core|runs|supervisor|protocol)[\\/]/

/** What the extension's bundle can do without: methods of schemas that nobody calls, and what lets files wait for others to close where ours wait by themselves. */
const lean = {
  name: 'lean',
  setup({ onLoad, onResolve }) {
    onLoad({ filter: /[\\/]zod[\\/]v4[\\/]classic[\\/]schemas\.js$/ }, ({ path }) => {
      const used = sources('src').filter((file) => haveSchemas.test(file)).map((file) => readFileSync(file, 'utf8')).filter((text) => makesSchemas.test(text))
      return { contents: leanZod(readFileSync(path, 'utf8'), membersUsed(used.join('\n'))) }
    })
    onResolve({ filter: /^graceful-fs$/ }, () => ({ path: 'node:fs', external: true }))
  },
}

/**
 * The extension begins with little and loads the rest when it is needed, from files that share what both use. Only ES modules
 * can be divided so; each file becomes CommonJS afterwards, which starts sooner and gets `vscode` in every version of the
 * editor, without the copy that would be made of its six hundred properties for each module that imports it.
 */
const asCommonJs = {
  name: 'as CommonJS',
  setup({ onEnd }) {
    onEnd(({ outputFiles = [], metafile, errors }) => {
      if (errors.length > 0) return
      assertPlain(metafile, (path) => readFileSync(path, 'utf8'))
      const others = Object.keys(metafile.inputs).filter((path) => path.startsWith('src/') && !haveSchemas.test(path) && /^import .* from 'zod'/m.test(readFileSync(path, 'utf8')))
      if (others.length > 0) throw new Error(`${others} would not be looked through for what it uses of zod.`)
      // Files of an earlier build have other names.
      mkdirSync(outdir, { recursive: true })
      for (const name of readdirSync(outdir)) if (/^extension[\w-]*\.cjs(\.map)?$/.test(name)) rmSync(join(outdir, name))
      // They are named in each other some hundred times.
      const hashed = /\bextension-[0-9A-Z]{8}(?=\.cjs)/g
      const names = new Map([...new Set(outputFiles.flatMap(({ path }) => path.match(hashed) ?? []))].sort().map((name, index) => [name, `extension-${index.toString(36)}`]))
      const named = (text) => text.replace(hashed, (name) => names.get(name) ?? name)
      const given = new Map(outputFiles.map(({ path, text }) => [`./${basename(named(path))}`, named(text)]))
      for (const [name, { text, parts }] of toCommonJs(new Map([...given].filter(([name]) => name.endsWith('.cjs'))), './extension.cjs')) {
        writeFileSync(join(outdir, name), text)
        const sections = parts.flatMap(({ name: part, line }) => (given.has(`${part}.map`) ? { offset: { line, column: 0 }, map: JSON.parse(given.get(`${part}.map`)) } : []))
        if (sections.length > 0) writeFileSync(join(outdir, `${name}.map`), JSON.stringify(sections.length === 1 ? sections[0].map : { version: 3, sections }))
      }
    })
  },
}

/** What is loaded late, and only by some, is a file of its own that all bundles share: what speaks to a database, asks a person for one or for what to lock, sees to agents' processes and notes what becomes of them, keeps documents and takes in what is written there, hands work on, asks for locks and answers, changes the plan, writes tickets, commits checkpoints, cleans up, decides what to clean, follows runs, changes a document, asks git for commits, exports what is known, restores a window and gives back its locks, watches a folder, notes what commands in terminals did, takes turns. */
const late = {
  postgres: { entry: 'src/core/ledger/postgres/openPostgresLedger.ts', filter: /\/openPostgresLedger\.js$/ },
  'use-postgres': { entry: 'src/vscode/database/usePostgres.ts', filter: /\/database\/usePostgres\.js$/ },
  'lock-other': { entry: 'src/vscode/locking/lockOther.ts', filter: /\/locking\/lockOther\.js$/ },
  documents: { entry: 'src/documents/keeper.ts', filter: /\/documents\/keeper\.js$/ },
  plan: { entry: 'src/core/rules/plan.ts', filter: /\/rules\/plan\.js$/ },
  'request-rules': { entry: 'src/core/rules/request.ts', filter: /\/rules\/request\.js$/ },
  'ticket-rules': { entry: 'src/core/rules/ticket.ts', filter: /\/rules\/ticket\.js$/ },
  'deploy-rules': { entry: 'src/core/rules/deploy.ts', filter: /\/rules\/deploy\.js$/ },
  'hand-off-rule': { entry: 'src/core/rules/handOff.ts', filter: /\/rules\/handOff\.js$/ },
  'hand-over-rule': { entry: 'src/core/rules/handOver.ts', filter: /\/rules\/handOver\.js$/ },
  'take-in': { entry: 'src/core/rules/takeIn.ts', filter: /\/rules\/takeIn\.js$/ },
  'checkpoint-branch': { entry: 'src/core/checkpointCommit.ts', filter: /\/checkpointCommit\.js$/ },
  'clean-up-rule': { entry: 'src/core/rules/cleanUp.ts', filter: /\/rules\/cleanUp\.js$/ },
  'clean-up': { entry: 'src/core/upkeep/cleanUp.ts', filter: /\/upkeep\/cleanUp\.js$/ },
  tickets: { entry: 'src/documents/tickets/apart.ts', filter: /\/tickets\/(outputs|tickets)\.js$/ },
  // Its parts by their own names, as operations load them.
  runs: { entry: 'src/runs/apart.ts', filter: /\/runs\/(begin|compare|plan|readRun|recover|register|report|setAside|turns|validate)\.js$/ },
  supervision: { entry: 'src/supervisor/apart.ts', filter: /^\.\/deploy\.js$|\/supervisor\/(resume|tend)\.js$/ },
  requests: { entry: 'src/supervisor/requests.ts', filter: /\/supervisor\/requests\.js$/ },
  'follow-log': { entry: 'src/supervisor/followLog.ts', filter: /\/supervisor\/followLog\.js$/ },
  'give-back': { entry: 'src/core/saves/giveBack.ts', filter: /\/saves\/giveBack\.js$/ },
  update: { entry: 'src/core/documentUpdates.ts', filter: /\/documentUpdates\.js$/ },
  watch: { entry: 'chokidar', filter: /^chokidar$/ },
  'restore-plan': { entry: 'src/vscode/sessions/restorePlan.ts', filter: /\/restorePlan\.js$/ },
  commits: { entry: 'src/core/system/commits.ts', filter: /\/system\/commits\.js$/ },
  'terminal-conflicts': { entry: 'src/vscode/terminalConflicts.ts', filter: /\/terminalConflicts\.js$/ },
  exported: { entry: 'src/vscode/dashboard/exported.ts', filter: /\/exported\.js$/ },
  turns: { entry: 'proper-lockfile', filter: /^proper-lockfile$/ },
}

const shared = {
  name: 'files that all share, loaded late',
  setup({ onResolve }) {
    for (const [name, { filter }] of Object.entries(late)) onResolve({ filter }, ({ kind }) => (kind === 'dynamic-import' ? { path: `./${name}.cjs`, external: true } : undefined))
  },
}

/** Fields that constructors set are not declared as well, which is shorter. */
const assignedFields = { compilerOptions: { useDefineForClassFields: false, strict: true, verbatimModuleSyntax: true } }

/** The extension itself, the library, and the pages. Only the extension may import `vscode`. */
const bundles = [
  { ...node, format: 'esm', splitting: true, chunkNames: 'extension-[hash]', plugins: [shared, lean, asCommonJs], tsconfigRaw: assignedFields, write: false, metafile: true, external: ['vscode'], entryPoints: { extension: 'src/vscode/extension.ts' }, outExtension: { '.js': '.cjs' }, outdir },
  { ...esm, plugins: [shared, zodInOrder], entryPoints: { index: 'src/library.ts' }, outExtension: { '.js': '.mjs' }, outdir },
  { ...cjs, plugins: [shared, lean], entryPoints: Object.fromEntries(Object.entries(late).map(([name, { entry }]) => [name, entry])), outdir },
  // The pages: one script each, that loads nothing more.
  { platform: 'browser', target: 'chrome120', format: 'iife', bundle: true, sourcemap: production ? false : 'inline', minify: production, logLevel: 'warning', entryPoints: { dashboard: 'src/dashboard/main.ts', document: 'src/dashboard/document.ts' }, outdir },
]

/**
 * Where a process begins has to be an ES module by its name. Within, it asks for Node's modules by require(): importing one
 * reads everything it exports, parts included that Node loads only when asked for, and costs longer than the rest of the launcher.
 */
const launcher = {
  ...cjs,
  define: {},
  banner: { js: "const require = (process.getBuiltinModule ? process.getBuiltinModule('module') : await import('node:module')).createRequire(import.meta.url), __here = import.meta.dirname, module = {};" },
}

/** In the order in which they are built: each is told what those before it are. A hook's process starts with little, and loads the rest only where Muster is turned on. */
const programs = [
  { name: 'mcp', entry: 'src/mcp/main.ts' },
  { name: 'hook-work', entry: 'src/hooks/work.ts' },
  { name: 'program', entry: 'src/cli/program.ts' },
]

/** Where processes begin: small, and with the name they have always had. */
const launchers = [
  { name: 'cli', entry: 'src/cli/main.ts' },
  { name: 'mcp', contents: "import('./src/mcp/main.js')" },
]

/** Parts of Node that take a millisecond or two to load, and that most starts do not need: loaded at the first use of what they export. */
const lateModules = ['child_process', 'zlib', 'fs/promises', 'readline/promises']

const loadLate = {
  name: 'parts of Node, loaded late',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: new RegExp(`^(node:)?(${lateModules.join('|')})$`) }, ({ path, namespace }) =>
      namespace === 'late' ? undefined : { path: path.replace('node:', ''), namespace: 'late' })
    onLoad({ filter: /./, namespace: 'late' }, ({ path }) => ({
      contents: `for (const name of ${JSON.stringify(Object.keys(require(path)))}) Object.defineProperty(exports, name, { enumerable: true, get: () => require('node:${path}')[name] })`,
    }))
  },
}

/**
 * Modules of schemas are loaded at the first use of what they export: to make all of them takes longer than most commands,
 * which use a few. What imports one gets its exports one by one, when it asks for them.
 */
const schemasLate = {
  name: 'schemas, loaded late',
  setup({ onResolve, onLoad, esbuild }) {
    const folder = resolve('src/core/model')
    onResolve({ filter: /\.js$/ }, ({ path, kind, resolveDir, namespace }) => {
      const source = join(resolveDir, path.replace(/js$/, 'ts'))
      if (namespace === 'schemas' || kind !== 'import-statement' || dirname(source) !== folder || !/^import \* as z from 'zod'$/m.test(readFileSync(source, 'utf8'))) return undefined
      return { path: source, namespace: 'schemas' }
    })
    onLoad({ filter: /./, namespace: 'schemas' }, async ({ path }) => {
      const { metafile } = await esbuild.build({ entryPoints: [path], bundle: true, packages: 'external', format: 'esm', write: false, metafile: true, outdir })
      const names = Object.values(metafile.outputs)[0].exports
      // What a module only passes on is asked for where it comes from.
      const from = (name) => readFileSync(path, 'utf8').match(new RegExp(`^export \\{.*\\b${name}\\b.*\\} from '(.*)'$`, 'm'))?.[1]
      return {
        contents: `for (const [name, of] of Object.entries({ ${names.map((name) => `${name}: () => require(${JSON.stringify(from(name) ?? path)}).${name}`).join(', ')} })) Object.defineProperty(exports, name, { enumerable: true, get: of })`,
        resolveDir: folder,
      }
    })
  },
}

/** Dynamic imports of a program become a start of its bundle. */
function startOf(ids) {
  return {
    name: 'start of a bundle',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /\.js$/ }, ({ path, kind, resolveDir }) => {
        const found = kind === 'dynamic-import' && programs.find(({ entry }) => join(resolveDir, path) === resolve(entry.replace(/ts$/, 'js')))
        return found && ids[found.name] ? { path: found.name, namespace: 'bundle' } : undefined
      })
      onLoad({ filter: /./, namespace: 'bundle' }, ({ path: name }) => ({
        contents: `
          const { join } = require('node:path')
          const { runBundle } = require('./src/launch/runBundle.ts')
          const [kind = ''] = process.argv.slice(${name === 'hook-work' ? 3 : 2})
          module.exports = runBundle(join(__here, '${name}.cjs'), '${name}-${ids[name]}', /^[\\w-]{1,24}$/.test(kind) ? kind : '')`,
        resolveDir: import.meta.dirname,
      }))
    },
  }
}

/** A bundle is the function that a CommonJS module is: to make one of it at each start would copy all of it. */
const asFunction = ['(function (exports, require, module, __filename, __dirname) {', '})']

/** What those that ship were made of. */
const metafiles = []

async function ship(options) {
  metafiles.push((await build({ ...options, metafile: true })).metafile)
}

async function buildPrograms() {
  const ids = {}
  for (const { name, entry } of programs) {
    await ship({ ...cjs, entryPoints: { [name]: entry }, plugins: [startOf(ids), shared, loadLate, schemasLate, zodInOrder], outdir })
    const bundle = join(outdir, `${name}.cjs`)
    // Read byte by byte, as it is compiled (src/launch/runBundle.ts): what esbuild left as it was, in patterns and comments, is written as escapes.
    const text = `${asFunction[0]}${readFileSync(bundle, 'utf8').replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n${asFunction[1]}`
    writeFileSync(bundle, text)
    ids[name] = createHash('sha256').update(text).digest('hex').slice(0, 16)
  }
  for (const { name, entry, contents } of launchers) {
    const from = entry ? { entryPoints: { [name]: entry } } : { stdin: { contents, resolveDir: import.meta.dirname, sourcefile: `${name}.js` } }
    await ship({ ...launcher, ...from, plugins: [startOf(ids)], ...(entry ? { outdir, outExtension: { '.js': '.mjs' } } : { outfile: join(outdir, `${name}.mjs`) }) })
  }
}

function sources(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
    .map((file) => join(folder, file))
}

async function buildTests() {
  rmSync('out', { recursive: true, force: true })
  await build({
    entryPoints: ['src', 'test', 'bench', 'scripts'].flatMap(sources),
    outdir: 'out',
    outbase: '.',
    platform: 'node',
    target: 'node20.19',
    format: 'esm',
    sourcemap: true,
    logLevel: 'warning',
  })
}

async function buildTypes() {
  const { libraryTypes } = await import('./scripts/libraryTypes.mjs')
  writeFileSync(join(outdir, 'index.d.ts'), libraryTypes('src/library.ts', 'tsconfig.json'))
}

if (args.tests) {
  await buildTests()
} else if (args.watch) {
  for (const options of bundles) await (await context(options)).watch()
} else {
  await Promise.all([...bundles.map(ship), buildPrograms()])
  await buildTypes()
  writeFileSync(join(outdir, 'ThirdPartyNotices.txt'), noticesOf(metafiles))
}
