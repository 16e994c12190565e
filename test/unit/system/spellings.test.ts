import assert from 'node:assert/strict'
import { lstatSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { exactNames } from '../../../src/core/names.js'
import { resourceKey } from '../../../src/core/model/resource.js'
import { treeOf } from '../../../src/core/system/locate.js'
import { namesAt, resolveResource } from '../../../src/core/system/resolve.js'
import { Sandbox } from './sandbox.js'

const names = ['a', 'A', 'b ', 'b', '\u00e9', 'e\u0301', '[id]', '(x)', 'c#d', 'c', '{a,b}', 'q?', '-v', '.d', 'ß', 'ss', 'name', '...']
const folders = ['d', 'D', 'd\u00e9', 'de\u0301', 'd/in', '[d]']
const links: [string, string][] = [['up', '..'], ['d/side', '../D'], ['to', 'd/in'], ['to2', 'to'], ['self', '.']]

describe('spellings of files', () => {
  let sandbox: Sandbox
  let root: string
  const files: string[] = []

  before(function () {
    sandbox = new Sandbox()
    root = sandbox.repository('tree/repo')
    // The list of files supposes a disk that tells these names apart; others are covered by the rules of names.
    if (namesAt(root).letters !== 'exact') return this.skip()
    for (const folder of folders) mkdirSync(join(root, folder), { recursive: true })
    for (const folder of ['', ...folders]) {
      for (const name of names) {
        const path = folder === '' ? name : `${folder}/${name}`
        writeFileSync(join(root, path), '')
        files.push(path)
      }
    }
    for (const [link, target] of links) symlinkSync(target, join(root, link))
  })
  after(() => sandbox.dispose())

  /** Ways from the root to somewhere and back into it, as anybody might write them. */
  const detour = fc.array(fc.constantFrom('.', '', 'd/..', 'd/in/../..', 'self', 'd/side/..', 'to/../..', 'to2/..', 'self/.'), { maxLength: 4 })
  const spelling = fc.record({ detour, file: fc.nat(), from: fc.constantFrom('', 'd', 'd/in', 'D'), absolute: fc.boolean() }).map(({ detour, file, from, absolute }) => {
    const base = join(root, from)
    const way = [...detour, files[file % files.length]!].join('/').replace(/^\/+/, '')
    return absolute ? { base, text: `${root}/${way}` } : { base, text: from === '' ? way : `${from.split('/').map(() => '..').join('/')}/${way}` }
  })

  it('lead to one resource exactly where the system opens one file', () => {
    const tree = treeOf(root)!
    const read = ({ base, text }: { base: string; text: string }): { file: string; key: string } | undefined => {
      const path = text.startsWith('/') ? text : `${base}/${text}`
      const stat = statSync(path, { bigint: true, throwIfNoEntry: false })
      return stat?.isFile() ? { file: String(stat.ino), key: resourceKey(resolveResource(text, { tree, base, names: exactNames })) } : undefined
    }
    let compared = 0
    fc.assert(fc.property(fc.array(spelling, { minLength: 2, maxLength: 12 }), (spellings) => {
      const seen = spellings.flatMap((one) => read(one) ?? [])
      compared += seen.length
      for (const one of seen) for (const other of seen) assert.equal(one.file === other.file, one.key === other.key, `${one.key} ${other.key}`)
    }), { numRuns: 500 })
    assert.ok(compared > 500)
    const keys = files.map((path) => resourceKey(resolveResource(path, { tree, base: root, names: exactNames })))
    assert.equal(new Set(keys).size, new Set(files.map((path) => lstatSync(join(root, path)).ino)).size)
  })
})
