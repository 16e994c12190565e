import assert from 'node:assert/strict'
import { build } from 'esbuild'
import { projectRoot } from '../../../scripts/projectRoot.js'

/** The packages of others that are loaded when a source file is: not those it loads later, when something needs them. */
async function loadedWith(entry: string): Promise<string[]> {
  const { files, packages } = await loads(entry)
  assert.ok(files.length > 10, `${entry}: ${files}`)
  return packages
}

async function filesOf(entry: string): Promise<string[]> {
  return (await loads(entry)).files
}

async function loads(entry: string): Promise<{ files: string[]; packages: string[] }> {
  const { metafile } = await build({ absWorkingDir: projectRoot, entryPoints: [entry], bundle: true, write: false, metafile: true, outdir: 'out', platform: 'node', format: 'esm', packages: 'external' })
  const seen = new Set<string>()
  const packages = new Set<string>()
  const visit = (file: string): void => {
    if (seen.has(file)) return
    seen.add(file)
    for (const { path, kind, external } of metafile.inputs[file]?.imports ?? []) {
      if (kind === 'dynamic-import') continue
      if (external) packages.add(path)
      else visit(path)
    }
  }
  visit(entry)
  return { files: [...seen], packages: [...packages].filter((name) => !name.startsWith('node:')) }
}

describe('what starts', function () {
  this.timeout(300_000)
  it('shows the version and help of the command line without loading what commands need', async () => {
    assert.deepEqual(await loadedWith('src/cli/program.ts'), [])
  })

  it('hands a hook over before it loads anything, and the hook loads little', async () => {
    assert.deepEqual(await filesOf('src/cli/main.ts'), ['src/cli/main.ts'])
    assert.deepEqual((await filesOf('src/hooks/main.ts')).filter((file) => !/^src\/(hooks|core\/system)\/|^src\/core\/(errors|marked)\.ts$/.test(file)), [])
  })

  it('starts a window without schemas, what reads records, and what commands do', async () => {
    const { files, packages } = await loads('src/vscode/extension.ts')
    assert.deepEqual(packages.sort(), ['vscode'])
    const later = files.filter((file) => /^src\/(core\/(ledger|rules)|connect|guard|tools|protocol)\/|^src\/core\/(coordinator|connection|parts|open)\.ts$|^src\/vscode\/commands\/(?!table|context)|^src\/vscode\/dashboard\/(?!dashboard\.ts)/.test(file))
    assert.deepEqual(later, ['src/connect/launcher.ts'], 'finding the command line is part of every window')
  })

  it('finds the packages that are loaded', async () => {
    assert.deepEqual((await loadedWith('src/core/open.ts')).sort(), ['zod'])
  })
})
