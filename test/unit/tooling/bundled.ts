import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { projectRoot } from '../../../scripts/projectRoot.js'

const dist = join(projectRoot, 'dist')

/** Packages that have code in a bundle, as the source maps of the development build in `dist/` say, sorted by name. */
export function bundledPackages(): { name: string; version: string; folder: string }[] {
  const folders = new Set(readdirSync(dist).flatMap((file) => sourcesOf(mapOf(file)).flatMap((source) => {
    const [folder] = /^.*node_modules[\\/](@[^\\/]+[\\/])?[^\\/]+(?=[\\/])/.exec(resolve(dist, source)) ?? []
    return folder ?? []
  })))
  const packages = [...folders].map((folder) => ({ ...(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name: string; version: string }), folder }))
  return packages.map(({ name, version, folder }) => ({ name, version, folder })).sort((a, b) => (`${a.name} ${a.version}` < `${b.name} ${b.version}` ? -1 : 1))
}

/** Of one file, or of several that were put together. */
interface SourceMap {
  sources?: string[]
  sections?: { map: SourceMap }[]
}

function sourcesOf({ sources = [], sections = [] }: SourceMap = {}): string[] {
  return [...sources, ...sections.flatMap(({ map }) => sourcesOf(map))]
}

function mapOf(file: string): SourceMap | undefined {
  const text = readFileSync(join(dist, file), 'utf8')
  if (file.endsWith('.map')) return JSON.parse(text) as SourceMap
  // Pages carry theirs in themselves.
  const inline = /\/\/# sourceMappingURL=data:application\/json;base64,(\S+)\s*$/.exec(text)?.[1]
  return inline === undefined ? undefined : JSON.parse(Buffer.from(inline, 'base64').toString()) as SourceMap
}
