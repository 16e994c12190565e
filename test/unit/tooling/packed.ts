import { existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeTarball, makeVsix, npm, run, stage, type Tarball } from '../../../scripts/packaging.js'
import { projectRoot } from '../../../scripts/projectRoot.js'
import { removeFolder } from '../../../scripts/removeFolder.js'

/** What ships, made of the production build: the package for npm in a project of its own that has it installed and nothing else, and the one for the editor. */
export interface Packed extends Tarball {
  /** The project; `node_modules/muster` is the package. */
  folder: string
  package: string
  vsix: string
  remove(): void
}

export function pack(): Packed {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'muster-package-')))
  const source = join(folder, 'source')
  stage(source)
  // Must not be packed.
  for (const name of ['secret.txt', 'docs/secret.txt', 'dist/secret.txt']) writeFileSync(join(source, name), 'x')
  const tarball = makeTarball(source)
  const vsix = makeVsix(source, folder)
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
  // With a cache that has nothing in it and no network: the package needs no other.
  run(npm, ['install', '--offline', '--no-audit', '--no-fund', join(source, tarball.filename)], folder, { npm_config_cache: join(folder, 'cache') })
  const others = readdirSync(join(folder, 'node_modules')).filter((name) => !name.startsWith('.') && name !== 'muster')
  if (others.length > 0 || existsSync(join(folder, 'node_modules', 'muster', 'node_modules'))) throw new Error(`The package brought others with it: ${others}`)
  rmSync(source, { recursive: true })
  mkdirSync(join(folder, 'node_modules', '@types'))
  symlinkSync(join(projectRoot, 'node_modules', '@types', 'node'), join(folder, 'node_modules', '@types', 'node'), 'junction')
  return { ...tarball, folder, package: join(folder, 'node_modules', 'muster'), vsix, remove: () => removeFolder(folder) }
}
