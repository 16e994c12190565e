import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { projectRoot } from '../../../scripts/projectRoot.js'
import { run } from '../../../scripts/packaging.js'

/** Makes a folder a project that has the library as it is in this checkout, with its types. */
export async function installLibrary(folder: string): Promise<void> {
  const library = join(folder, 'node_modules', 'muster')
  mkdirSync(join(folder, 'node_modules', '@types'), { recursive: true })
  mkdirSync(library)
  symlinkSync(join(projectRoot, 'node_modules', '@types', 'node'), join(folder, 'node_modules', '@types', 'node'), 'junction')
  const script = pathToFileURL(join(projectRoot, 'scripts', 'libraryTypes.mjs')).href
  const { libraryTypes } = (await import(script)) as { libraryTypes(entry: string, config: string): string }
  writeFileSync(join(library, 'index.d.ts'), libraryTypes(join(projectRoot, 'src', 'library.ts'), join(projectRoot, 'tsconfig.json')))
  writeFileSync(join(library, 'index.js'), `export * from ${JSON.stringify(pathToFileURL(join(projectRoot, 'out', 'src', 'library.js')).href)}\n`)
  writeFileSync(join(library, 'package.json'), JSON.stringify({ name: 'muster', type: 'module', exports: './index.js', types: './index.d.ts' }))
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
}

/** Checks a program's types against the library's, strictly, and answers where it can be run. @throws Error with what the compiler says */
export function compileWithLibrary(folder: string, name: string, code: string): string {
  const compilerOptions = { strict: true, noUncheckedIndexedAccess: true, target: 'ES2022', module: 'NodeNext', types: ['node'] }
  writeFileSync(join(folder, `${name}.ts`), code)
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: [`${name}.ts`] }))
  run(process.execPath, [join(projectRoot, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', folder], folder)
  return join(folder, `${name}.js`)
}

/** Code blocks of a page in docs/, by the language they say. */
export function codeBlocks(page: string, language: string): string[] {
  const text = readFileSync(join(projectRoot, 'docs', page), 'utf8')
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, code = '']) => code)
}
