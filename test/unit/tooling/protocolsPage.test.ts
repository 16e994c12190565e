import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../../../scripts/projectRoot.js'

const page = readFileSync(join(projectRoot, 'docs', 'protocols.md'), 'utf8')
const rows = page.split('\n').filter((line) => /^\| (?!in the document|---)/.test(line))

describe('docs/protocols.md', () => {
  it('has a section for each document whose scenarios are kept here', () => {
    for (const document of ['000', '001', '002', '003', '004']) assert.match(page, new RegExp(`^## ${document} `, 'm'))
    assert.ok(rows.length > 40)
  })

  it('names tests that are there', () => {
    for (const row of rows) {
      let source: string | undefined
      let titles = 0
      for (const [, file, title] of row.matchAll(/`([\w/.]+\.test\.ts)`|"([^"]+)"/g)) {
        if (file !== undefined) {
          assert.ok(existsSync(join(projectRoot, 'test', file)), file)
          source = readFileSync(join(projectRoot, 'test', file), 'utf8')
        } else {
          // Quotes within a title stand behind a backslash.
          assert.ok(source?.replaceAll('\\', '').includes(title!), `no test says "${title}": ${row}`)
          titles++
        }
      }
      assert.ok(titles > 0, row)
    }
  })
})
