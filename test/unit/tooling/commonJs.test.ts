import assert from 'node:assert/strict'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { compileFunction } from 'node:vm'
import { projectRoot } from '../../../scripts/projectRoot.js'

type Files = Map<string, { text: string; parts: { name: string; line: number }[] }>

/** Runs such files; answers what the first one gives, and which were asked for, in order. */
function run(files: Files, first: string): { exports: Record<string, unknown>; asked: string[] } {
  const asked: string[] = []
  const known = new Map<string, { exports: Record<string, unknown> }>()
  const require = (name: string): unknown => {
    asked.push(name)
    if (name === 'vscode') return { version: 1 }
    const there = known.get(name)
    if (there) return there.exports
    const module = { exports: {} as Record<string, unknown> }
    known.set(name, module)
    const { text } = files.get(name) ?? assert.fail(name)
    ;(compileFunction(text, ['exports', 'require', 'module']) as (...parts: unknown[]) => void)(module.exports, require, module)
    return module.exports
  }
  return { exports: require(first) as Record<string, unknown>, asked }
}

describe('bundles as CommonJS', () => {
  let toCommonJs: (texts: Map<string, string>, first: string) => Files
  before(async () => {
    ;({ toCommonJs } = (await import(pathToFileURL(join(projectRoot, 'scripts', 'commonJs.mjs')).href)) as { toCommonJs: typeof toCommonJs })
  })

  const texts = new Map([
    ['./first.cjs', 'import{made as a}from"./shared.cjs";import{b}from"./middle.cjs";import*as v from"vscode";import*as w from"vscode";import{version as n}from"vscode";\nconst later=()=>import("./late.cjs"),again=()=>import("./middle.cjs"),same=()=>v===w;\nexport{a,b,n,later as open,again,same};\n'],
    ['./middle.cjs', 'import"./order.cjs";import{made as a}from"./shared.cjs";\nconst b=[a];\nexport{b};\n//# sourceMappingURL=middle.cjs.map\n'],
    ['./order.cjs', 'import"./shared.cjs";\n'],
    ['./shared.cjs', 'const a={made:true};\nexport{a as made};\n'],
    ['./late.cjs', 'import{made}from"./shared.cjs";import{other}from"./other.cjs";const again=()=>import("./shared.cjs");\nexport{made,other,again};\n'],
    ['./other.cjs', 'const other=2;\nexport{other};\n'],
  ])

  it('are one file as far as the first needs others at once, and ask for everything once', async () => {
    const files = toCommonJs(texts, './first.cjs')
    assert.deepEqual([...files.keys()], ['./first.cjs', './late.cjs', './other.cjs'])
    const { exports, asked } = run(files, './first.cjs')
    assert.deepEqual(asked, ['./first.cjs', 'vscode'])
    const { a, b, n, same, again, open } = exports as { a: object; b: object[]; n: number; same(): boolean; again(): Promise<object>; open(): Promise<{ made: object; other: number; again(): Promise<object> }> }
    assert.equal(b[0], a)
    assert.equal(n, 1)
    assert.ok(same())
    assert.deepEqual(await again(), { b })
    const late = await open()
    assert.equal(late.made, a, 'what is loaded later has the same')
    assert.equal(late.other, 2)
    assert.deepEqual(await late.again(), { made: a })
    assert.deepEqual(asked, ['./first.cjs', 'vscode', './late.cjs', './other.cjs', './first.cjs', './first.cjs'])
  })

  it('tell where each file begins in the one, for source maps, of which only the last is named', () => {
    const { text, parts } = toCommonJs(texts, './first.cjs').get('./first.cjs') ?? assert.fail()
    const lines = text.split('\n')
    assert.deepEqual(parts.map(({ name }) => name), ['./shared.cjs', './middle.cjs', './first.cjs'])
    const wanted = ['const a=', 'const b=', 'const later=']
    for (const [index, { line }] of parts.entries()) assert.ok(lines.slice(line, line + 2).join('\n').includes(wanted[index]!), lines[line])
    assert.ok(!text.includes('middle.cjs.map'))
  })

  it('are refused where they have something that cannot be told so', () => {
    assert.throws(() => toCommonJs(new Map([['./first.cjs', 'export*from"./other.cjs";\n'], ['./other.cjs', '']]), './first.cjs'), /What is this/)
    assert.throws(() => toCommonJs(new Map([['./first.cjs', 'import*as a from"./other.cjs";\nexport{a};\n'], ['./other.cjs', '']]), './first.cjs'), /All of \.\/other/)
  })
})
