// The licences of what is bundled, from what the bundles were made of.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A package's folder in the path of one of its files; of nested ones the innermost. */
const packageFolder = /^.*(?:^|[\\/:])node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+(?=[\\/])/

/**
 * @param {readonly import('esbuild').Metafile[]} metafiles of all bundles
 * @returns {string} name, version, licence and its text, of each package that has code in one of them
 * @throws Error where a package does not say what its licence is
 */
export function noticesOf(metafiles) {
  const inputs = metafiles.flatMap(({ outputs }) => Object.values(outputs).flatMap((output) => Object.entries(output.inputs)))
  const folders = new Set(inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).flatMap(([path]) => packageFolder.exec(path)?.[0].replace(/^[\w-]+:/, '') ?? []))
  const notices = new Map([...folders].map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    if (typeof license !== 'string') throw new Error(`${name} does not say what its licence is.`)
    return [`${name} ${version}`, `${name} ${version} (${license})\n\n${licenceText(folder) ?? `Its licence: ${license}; its package brings no text of it.`}\n`]
  }))
  const sorted = [...notices].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text)
  return `Muster is under the licence in LICENSE. Its bundles hold code of these packages:\n\n${sorted.join(`\n${'-'.repeat(80)}\n\n`)}`
}

function licenceText(folder) {
  const name = readdirSync(folder).find((file) => /^licen[cs]e(\.\w+)?$/i.test(file) && existsSync(join(folder, file)))
  return name && readFileSync(join(folder, name), 'utf8').replace(/\r\n/g, '\n').trim()
}
