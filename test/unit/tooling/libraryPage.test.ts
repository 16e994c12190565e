import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ts from 'typescript'
import { projectRoot } from '../../../scripts/projectRoot.js'
import { removeFolder } from '../../../scripts/removeFolder.js'
import { codeBlocks, compileWithLibrary, installLibrary } from './libraryProject.js'
import { run } from '../../../scripts/packaging.js'

const page = readFileSync(join(projectRoot, 'docs', 'library.md'), 'utf8')
const sections = new Map(page.split(/^### /m).slice(1).map((section) => [section.split('\n')[0]!.trim(), section] as const))
const blocks = codeBlocks('library.md', 'ts')

/** The names and comments of an interface's members, as the source has them. */
function membersOf(file: string, name: string): { name: string; documented: boolean }[] {
  const source = ts.createSourceFile(file, readFileSync(join(projectRoot, file), 'utf8'), ts.ScriptTarget.Latest, true)
  const found = source.statements.find((one): one is ts.InterfaceDeclaration => ts.isInterfaceDeclaration(one) && one.name.text === name)
  assert.ok(found, `${file} has no interface ${name}`)
  return found.members.map((member) => ({ name: member.name!.getText(), documented: ts.getJSDocCommentsAndTags(member).length > 0 }))
}

/** The interfaces that make up Muster, with their files; what only its own documents are made from is not the library's. */
const parts = partsOfMuster().filter(([name]) => name !== 'DocumentCalls')

function partsOfMuster(): [name: string, file: string][] {
  const [, names = ''] = /^export interface Muster extends ([\w, ]+) \{/m.exec(readFileSync(join(projectRoot, 'src/core/muster.ts'), 'utf8')) ?? []
  const others = names.split(', ').map((name): [string, string] => [name, `src/core/${name[0]!.toLowerCase()}${name.slice(1)}.ts`])
  assert.ok(others.length > 1)
  return [['Muster', 'src/core/muster.ts'], ...others]
}

describe('docs/library.md', function () {
  this.timeout(900_000)
  const operations = parts.flatMap(([name, file]) => membersOf(file, name)).map(({ name }) => name)

  it('has a section for every part of Muster and none for others, each with an example', () => {
    assert.deepEqual([...sections.keys()].flatMap((heading) => heading.split(', ')).sort(), ['open', 'repair', 'migrate', ...operations].sort())
    const code = blocks.join('\n')
    for (const name of operations) assert.match(code, new RegExp(`\\.${name}\\b`), name)
  })

  it('names every error code', () => {
    const [, codes = ''] = /type ErrorCode =(.*?)\n\n/s.exec(readFileSync(join(projectRoot, 'src/core/errors.ts'), 'utf8')) ?? []
    assert.ok(codes.includes("'CLOSED'"))
    for (const [, code = ''] of codes.matchAll(/'(\w+)'/g)) assert.ok(page.includes(`\`${code}\``), code)
  })

  it('has examples that fit the types, run, and print what it says', async () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'muster-page-')))
    try {
      const repository = join(folder, 'repo')
      mkdirSync(repository)
      run('git', ['init', '--quiet'], repository)
      await installLibrary(folder)
      const text = blocks.join('\n').replaceAll('/repo', repository.replaceAll('\\', '/'))
      const printed = run(process.execPath, [compileWithLibrary(folder, 'page', text)], folder).trimEnd().split('\n')
      const promised = [...text.matchAll(/\bconsole\.log\(.*\) \/\/ (.*)$/gm)].map(([, line]) => line)
      assert.equal(promised.length, text.split('console.log(').length - 1, 'each console.log says what it prints')
      assert.deepEqual(printed, promised)
    } finally {
      removeFolder(folder)
    }
  })
})

describe('the interface of the library', () => {
  for (const [name, file] of [...parts, ['OpenOptions', 'src/core/muster.ts'], ['Settings', 'src/core/muster.ts']] as const) {
    it(`says what each part of ${name} is`, () => {
      assert.deepEqual(membersOf(file, name).filter((member) => !member.documented), [])
    })
  }
})
