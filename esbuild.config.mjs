// Builds the bundles and types that ship (dist/, or the folder named by --outdir) and, with --tests, an unbundled copy
// of sources and tests (out/) for mocha and for the child processes of the multiprocess tests.
import { build, context, transform } from 'esbuild'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'

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

/** What speaks to a database is loaded where there is one, from a file of its own that all bundles share. */
const database = {
  name: 'the database, loaded late',
  setup({ onResolve }) {
    onResolve({ filter: /\/openPostgresLedger\.js$/ }, ({ kind }) => (kind === 'dynamic-import' ? { path: './postgres.cjs', external: true } : undefined))
  },
}

/** The extension itself, the library, and the pages. Only the extension may import `vscode`. */
const bundles = [
  { ...node, format: 'esm', splitting: true, chunkNames: 'extension-[hash]', plugins: [database, zodInOrder, toCommonJs()], write: false, sourcemap: production ? false : 'inline', external: ['vscode'], entryPoints: { extension: 'src/vscode/extension.ts' }, outExtension: { '.js': '.cjs' }, outdir },
  { ...esm, plugins: [database, zodInOrder], entryPoints: { index: 'src/library.ts' }, outExtension: { '.js': '.mjs' }, outdir },
  { ...cjs, entryPoints: { postgres: 'src/core/ledger/postgres/openPostgresLedger.ts' }, outdir },
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
 * A module that imports the editor's API whole is given a copy of it, six hundred properties each with a function of its own,
 * for there might be a default export. Forty modules do, and need none.
 * @throws Error where esbuild has come to write it otherwise
 */
function withoutCopies(code) {
  const direct = code.replace(/[\w$]+\((require\("vscode"\))(?:, ?1)?\)/g, '$1')
  if (direct.split('require("vscode")').length !== direct.split(/= ?require\("vscode"\)[,;]/).length) throw new Error('The API of the editor is copied again.')
  return direct
}

/**
 * The extension begins with little and loads the rest when it is needed, from files that share what both use. Only ES modules
 * can be divided so; each file becomes CommonJS afterwards, which starts sooner and gets `vscode` in every version of the editor.
 */
function toCommonJs() {
  return {
    name: 'to CommonJS',
    setup({ onEnd }) {
      onEnd(async ({ outputFiles = [] }) => {
        const files = await Promise.all(outputFiles.map(async ({ path, text }) => ({
          path,
          ...(await transform(text, { format: 'cjs', platform: 'node', target: node.target, minify: production, sourcemap: !production, sourcefile: basename(path), supported: { 'dynamic-import': false } })),
        })))
        // Files of an earlier build have other names.
        mkdirSync(outdir, { recursive: true })
        for (const name of readdirSync(outdir)) if (/^extension[\w-]*\.cjs(\.map)?$/.test(name)) rmSync(join(outdir, name))
        for (const { path, code, map } of files) {
          writeFileSync(path, production ? withoutCopies(code) : `${withoutCopies(code)}//# sourceMappingURL=${basename(path)}.map\n`)
          if (!production) writeFileSync(`${path}.map`, map)
        }
      })
    },
  }
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

async function buildPrograms() {
  const ids = {}
  for (const { name, entry } of programs) {
    await build({ ...cjs, entryPoints: { [name]: entry }, plugins: [startOf(ids), database, loadLate, zodInOrder], outdir })
    const bundle = join(outdir, `${name}.cjs`)
    // Read byte by byte (src/launch/runBundle.ts): what esbuild left as it was, in patterns and comments, is written as escapes.
    const text = readFileSync(bundle, 'utf8').replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    writeFileSync(bundle, text)
    ids[name] = createHash('sha256').update(text).digest('hex').slice(0, 16)
  }
  for (const { name, entry, contents } of launchers) {
    const from = entry ? { entryPoints: { [name]: entry } } : { stdin: { contents, resolveDir: import.meta.dirname, sourcefile: `${name}.js` } }
    await build({ ...launcher, ...from, plugins: [startOf(ids)], ...(entry ? { outdir, outExtension: { '.js': '.mjs' } } : { outfile: join(outdir, `${name}.mjs`) }) })
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
  await Promise.all([...bundles.map((options) => build(options)), buildPrograms()])
  await buildTypes()
}
