import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { projectRoot } from '../../../scripts/projectRoot.js'
import { commands } from '../../../src/cli/commands.js'
import { commandsFor, quick } from '../../../src/cli/commandsFor.js'

/** The packages of others that are loaded when a source file is: not those it loads later, when something needs them. */
async function loadedWith(entry: string): Promise<string[]> {
  const { files, packages } = await loads(entry)
  assert.ok(files.length > 10, `${entry}: ${files}`)
  return packages
}

async function filesOf(entry: string): Promise<string[]> {
  return (await loads(entry)).files
}

/** @param late Files that are not loaded yet when what imports them is. */
async function loads(entry: string, late = (_file: string): boolean => false): Promise<{ files: string[]; packages: string[] }> {
  const { metafile } = await build({ absWorkingDir: projectRoot, entryPoints: [entry], bundle: true, write: false, metafile: true, outdir: 'out', platform: 'node', format: 'esm', packages: 'external' })
  const seen = new Set<string>()
  const packages = new Set<string>()
  const visit = (file: string): void => {
    if (seen.has(file)) return
    seen.add(file)
    for (const { path, kind, external } of metafile.inputs[file]?.imports ?? []) {
      if (kind === 'dynamic-import') continue
      if (external) packages.add(path)
      else if (!late(path)) visit(path)
    }
  }
  visit(entry)
  return { files: [...seen], packages: [...packages].filter((name) => !name.startsWith('node:')) }
}

describe('what starts', function () {
  this.timeout(900_000)
  it('shows the version and help of the command line without loading what commands need', async () => {
    assert.deepEqual(await loadedWith('src/cli/program.ts'), [])
  })

  it('looks at the records without schemas: those of core/model are loaded at their first use (esbuild.config.mjs), and nothing else on the way has any', async () => {
    const schemas = (file: string): boolean => file.startsWith('src/core/model/') && readFileSync(join(projectRoot, file), 'utf8').includes("import * as z from 'zod'")
    for (const entry of ['src/core/open.ts', 'src/cli/commands/overview.ts', 'src/cli/commands/claims.ts']) {
      const { packages } = await loads(entry, schemas)
      assert.ok(!packages.includes('zod'), entry)
    }
    assert.ok(schemas('src/core/model/input.ts'))
  })

  it('makes a table of a few commands where one of those is called, which are the same as in the table of all', async () => {
    for (const [word, load] of Object.entries(quick)) {
      const named = (list: readonly { name: string }[]): unknown[] => list.filter(({ name }) => name.split(' ')[0] === word)
      assert.ok(named(commands).length > 0, word)
      assert.deepEqual(named(await load()), named(commands), word)
    }
    assert.equal((await commandsFor(['--agent', 'claim', '--json', 'status', 'x'])).length, (await quick['status']!()).length)
    for (const args of [[], ['--version'], ['help', 'claim'], ['constructor']]) assert.equal(await commandsFor(args), commands)
  })

  it('hands a hook over before it loads anything, and the hook loads little', async () => {
    assert.deepEqual(await filesOf('src/cli/main.ts'), ['src/cli/main.ts', 'src/core/hookWords.ts'], 'no more than what tells a hook')
    assert.deepEqual((await filesOf('src/hooks/main.ts')).filter((file) => !/^src\/(hooks|core\/system)\/|^src\/core\/(errors|hookWords|marked|plainFiles|tell)\.ts$/.test(file)), [])
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
