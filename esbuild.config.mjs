// Builds the bundles and types that ship (dist/, or the folder named by --outdir) and, with --tests, an unbundled copy
// of sources and tests (out/) for mocha and for the child processes of the multiprocess tests.
import { build, context } from 'esbuild'
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
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

const node = {
  platform: 'node',
  target: 'node20.19',
  bundle: true,
  sourcemap: !production,
  minify: production,
  keepNames: production,
  // Its other form cannot be bundled.
  alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
  logLevel: 'warning',
}

// Dependencies written as CommonJS call require(); an ES module bundle has to be given one.
const esm = {
  ...node,
  format: 'esm',
  banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" },
}

// What the command line becomes when it is asked to is loaded from bundles of their own.
const programs = { '../mcp/main.js': './mcp.mjs', '../hooks/main.js': './hook.mjs', './program.js': './program.mjs' }
const ownBundle = {
  name: 'own bundle',
  setup: ({ onResolve }) => onResolve({ filter: /\/(main|program)\.js$/ }, ({ path, kind }) => (kind === 'dynamic-import' && programs[path] ? { path: programs[path], external: true } : undefined)),
}

// A hook's process starts with little, and loads the rest only where Muster is turned on.
const hookWork = {
  name: 'hook-work',
  setup: ({ onResolve }) => onResolve({ filter: /\/work\.js$/ }, ({ kind }) => (kind === 'dynamic-import' ? { path: './hook-work.mjs', external: true } : undefined)),
}

// Only the extension may import `vscode`. It stays a build error everywhere else.
const bundles = [
  { ...node, format: 'cjs', external: ['vscode'], entryPoints: { extension: 'src/vscode/extension.ts' }, outExtension: { '.js': '.cjs' }, outdir },
  { ...esm, entryPoints: { cli: 'src/cli/main.ts', program: 'src/cli/program.ts', mcp: 'src/mcp/main.ts', index: 'src/library.ts' }, plugins: [ownBundle], outExtension: { '.js': '.mjs' }, outdir },
  { ...esm, entryPoints: { hook: 'src/hooks/main.ts', 'hook-work': 'src/hooks/work.ts' }, plugins: [hookWork], outExtension: { '.js': '.mjs' }, outdir },
  // The pages: one script each, that loads nothing more.
  { platform: 'browser', target: 'chrome120', format: 'iife', bundle: true, sourcemap: production ? false : 'inline', minify: production, logLevel: 'warning', entryPoints: { dashboard: 'src/dashboard/main.ts', document: 'src/dashboard/document.ts' }, outdir },
].map((options) => ({ ...options, entryPoints: Object.fromEntries(Object.entries(options.entryPoints).filter(([, file]) => existsSync(file))) }))
  .filter((options) => Object.keys(options.entryPoints).length > 0)

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
  await Promise.all(bundles.map((options) => build(options)))
  await buildTypes()
}
