import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Results } from '../../bench/figures.js'
import { peersTable, type PeerResults } from '../../bench/peers/peersTable.js'
import { allFigures, speedSummary } from '../../bench/speedTable.js'
import { projectRoot } from '../projectRoot.js'
import { commandsTable, settingsTable, type Manifest, type Texts } from './manifestTables.js'

/** Parts of pages that are made from other files, by page and by the name that stands in the page's marks. */
const PARTS: Readonly<Record<string, Readonly<Record<string, () => string>>>> = {
  'README.md': {
    peers: () => peersTable(json<PeerResults>('bench', 'results-peers.json')),
    speed: () => speedSummary(json<Results>('bench', 'results.json')),
    settings: () => settingsTable(json<Manifest>('package.json'), json<Texts>('package.nls.json')),
    commands: () => commandsTable(json<Manifest>('package.json'), json<Texts>('package.nls.json')),
  },
  'docs/figures.md': {
    all: () => allFigures(json<Results>('bench', 'results.json')),
    peers: () => peersTable(json<PeerResults>('bench', 'results-peers.json')),
  },
}

/** @returns each page as it is and as it should be */
export function pages(): { path: string; text: string; made: string }[] {
  return Object.entries(PARTS).map(([path, parts]) => {
    const text = readFileSync(join(projectRoot, path), 'utf8')
    return { path, text, made: Object.entries(parts).reduce((page, [name, make]) => withPart(page, name, make()), text) }
  })
}

/** Brings the pages up to date. */
export function writePages(): void {
  for (const { path, text, made } of pages()) {
    if (made === text) continue
    writeFileSync(join(projectRoot, path), made)
    console.log(`${path} is brought up to date.`)
  }
}

/** The page with this part in the place of the one between its marks. @throws Error where the page has no marks for it */
export function withPart(page: string, name: string, part: string): string {
  const [begin, end] = [`<!-- ${name}: made by npm run pages -->`, `<!-- end of ${name} -->`]
  const [from, to] = [page.indexOf(begin), page.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`The page has no "${begin}" and "${end}".`)
  return `${page.slice(0, from + begin.length)}\n\n${part}\n\n${page.slice(to)}`
}

function json<T>(...path: string[]): T {
  return JSON.parse(readFileSync(join(projectRoot, ...path), 'utf8')) as T
}
