import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { projectRoot } from '../../../scripts/projectRoot.js'
import { bundledPackages } from './bundled.js'

interface Locked { version: string; engines?: { node?: string }; hasInstallScript?: boolean; os?: string[]; cpu?: string[] }

const read = <T>(file: string): T => JSON.parse(readFileSync(join(projectRoot, file), 'utf8')) as T
const manifest = read<{ dependencies?: object; devDependencies: Record<string, string>; engines: { node: string } }>('package.json')
const { '': project, ...locked } = read<{ packages: Record<string, Locked> }>('package-lock.json').packages

describe('dependencies', () => {
  it('are pinned to one version, the one in the lock file', () => {
    for (const [name, version] of Object.entries(manifest.devDependencies)) {
      assert.match(version, /^\d+\.\d+\.\d+(-[\w.]+)?$/, name)
      assert.equal(locked[`node_modules/${name}`]?.version, version, name)
    }
  })

  it('run on the oldest Node that the project names', () => {
    const oldest = manifest.engines.node.replace('>=', '')
    assert.equal(project?.engines?.node, manifest.engines.node)
    for (const [path, { engines }] of Object.entries(locked)) assert.ok(includes(engines?.node ?? '*', oldest), `${path} wants ${engines?.node}`)
  })

  it('are all bundled: who installs the package installs no other', () => {
    assert.equal(manifest.dependencies, undefined)
  })

  it('that ship are plain JavaScript: no native addon, no install script, no platform', () => {
    const shipped = bundledPackages().map(({ folder }) => relative(dirname(realpathSync(join(projectRoot, 'node_modules'))), realpathSync(folder)).replaceAll('\\', '/'))
    assert.ok(shipped.length > 0)
    for (const path of shipped) {
      const { hasInstallScript, os, cpu } = locked[path] ?? assert.fail(path)
      assert.deepEqual({ hasInstallScript, os, cpu }, { hasInstallScript: undefined, os: undefined, cpu: undefined }, path)
      const files = readdirSync(join(projectRoot, path), { recursive: true, encoding: 'utf8' })
      assert.deepEqual(files.filter((file) => file.endsWith('.node') || file.endsWith('.wasm')), [], path)
      assert.ok(!existsSync(join(projectRoot, path, 'binding.gyp')), path)
    }
  })

  it('understands the ranges it reads', () => {
    for (const range of ['*', '>=20.19.0', '>= 18', '^20.19.0 || >=22.12.0', '18 || 20 || >=22', '20.x', '>=0.6.11 <=0.7.0 || >=0.7.3', '<=20.19.0']) assert.ok(includes(range, '20.19.0'), range)
    for (const range of ['>=22', '>=20.19.1', '^20.20.0', '^18', '18 || 22', '<20', '>=22 <23', '>=0.6.11 <=0.7.0']) assert.ok(!includes(range, '20.19.0'), range)
  })
})

/** Whether a range of versions, as npm writes them, includes a version; of its grammar what packages use. */
function includes(range: string, version: string): boolean {
  return range.split('||').some((part) => part.replace(/(>=|<=?|\^)\s+/g, '$1').trim().split(/\s+/).every((one) => fits(one, version)))
}

function fits(comparator: string, version: string): boolean {
  const [, operator = '', bound = ''] = /^(>=|<=|<|\^|)(.+)$/.exec(comparator) ?? []
  const wanted = bound.split('.').filter((one) => one !== '*' && one !== 'x').map(Number)
  if (wanted.some(Number.isNaN)) throw new Error(`Teach this test the range ${comparator}`)
  const is = version.split('.').map(Number)
  const difference = is.map((one, index) => one - (wanted[index] ?? 0)).find((one) => one !== 0) ?? 0
  if (operator === '>=') return difference >= 0
  if (operator === '<=') return difference <= 0
  if (operator === '<') return difference < 0
  if (operator === '^') return difference >= 0 && is[0] === wanted[0]
  return wanted.every((one, index) => one === is[index])
}
