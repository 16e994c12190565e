// Builds the bundles that ship (dist/) and, with --tests, an unbundled copy of sources and tests (out/)
// for mocha and for the child processes of the multiprocess tests.
import { build, context } from 'esbuild'
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const args = new Set(process.argv.slice(2))
const production = args.has('--production')

const node = {
  platform: 'node',
  target: 'node20.19',
  bundle: true,
  sourcemap: true,
  minify: production,
  keepNames: production,
  logLevel: 'warning',
}

// Dependencies written as CommonJS call require(); an ES module bundle has to be given one.
const esm = {
  ...node,
  format: 'esm',
  banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" },
}

// Only the extension may import `vscode`. It stays a build error everywhere else.
const bundles = [
  { ...node, format: 'cjs', external: ['vscode'], entryPoints: { extension: 'src/vscode/extension.ts' }, outExtension: { '.js': '.cjs' }, outdir: 'dist' },
  {
    ...esm,
    entryPoints: { cli: 'src/cli/main.ts', index: 'src/library.ts' },
    outExtension: { '.js': '.mjs' },
    outdir: 'dist',
    define: { 'import.meta.MUSTER_BUNDLED': 'true' },
  },
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

if (args.has('--tests')) {
  await buildTests()
} else if (args.has('--watch')) {
  for (const options of bundles) await (await context(options)).watch()
} else {
  await Promise.all(bundles.map((options) => build(options)))
}
