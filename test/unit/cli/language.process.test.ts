import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { removeFolder } from '../../../scripts/removeFolder.js'
import { Repository } from './repository.js'

describe('muster --language', () => {
  const repo = new Repository()
  after(() => repo.remove())

  /** The same command in English and in German. */
  async function both(...args: string[]): Promise<[english: Record<string, unknown>, german: Record<string, unknown>]> {
    const [english, german] = [await repo.json(...args), await repo.json(...args, '--language=de')]
    assert.equal(german.exit, english.exit)
    return [english.json, german.json]
  }

  it('tells in it why an agent cannot be connected, and what is to be known of one that was', async () => {
    writeFileSync(join(repo.root, '.mcp.json'), '{ "mcpServers": [] }')
    const [english, german] = await both('connect', 'claude-code', '--dry-run')
    assert.deepEqual(english['error'], { code: 'INVALID_INPUT', message: '.mcp.json: "mcpServers" is not an object, so nothing was changed.', hint: 'Repair it, then connect again.' })
    assert.deepEqual(german['error'], { code: 'INVALID_INPUT', message: '.mcp.json: „mcpServers“ ist kein Objekt, darum wurde nichts geändert.', hint: 'Bring sie in Ordnung und verbinde dann noch einmal.' })
    assert.match((await repo.muster('connect', 'claude-code', '--dry-run', '--language', 'de')).err, /„mcpServers“ ist kein Objekt/)
    rmSync(join(repo.root, '.mcp.json'))
    const [{ notes, ...before }, { notes: inGerman, ...same }] = await both('connect', 'cursor', '--command', 'muster', '--dry-run')
    assert.deepEqual([notes, inGerman], [['Cursor asks once whether the server "muster" may be used.'], ['Cursor fragt einmal, ob der Server „muster“ verwendet werden darf.']])
    assert.deepEqual(same, before)
  })

  it('tells in it why a document was not written', async () => {
    await repo.json('docs', 'init', '--yes', '--phase', 'Basis')
    const file = join(repo.root, 'STATUS.md')
    writeFileSync(file, readFileSync(file, 'utf8').replace(/^<!-- muster:end .*\n/m, ''))
    const hintOf = (answer: Record<string, unknown>): string => (answer['documents'] as { hint?: string }[]).flatMap(({ hint }) => hint ?? []).join()
    const [english, german] = (await both('docs', 'render')).map(hintOf)
    assert.match(english!, /^The part "\w+" has lost one of its marks\. Put this line back where Muster's text ends, /)
    assert.match(german!, /^Dem Teil „\w+“ fehlt eine seiner Marken\. Setz diese Zeile wieder ein, wo der Text von Muster endet, /)
    rmSync(file)
    mkdirSync(file)
    assert.deepEqual((await both('docs', 'render')).map(hintOf), ['STATUS.md is no file of its own. Put a file in its place.', 'STATUS.md ist keine eigene Datei. Leg eine Datei an ihre Stelle.'])
    removeFolder(file)
    assert.deepEqual((await both('docs', 'accept', 'D-9')).map(({ hint }) => hint), ['D-9 is not in DECISIONS.md. Bring it back first: muster docs render', 'D-9 steht nicht in DECISIONS.md. Hol es zuerst zurück: muster docs render'])
  })

  it('changes nothing of what is recorded and written', async () => {
    const written = async (...language: string[]): Promise<string[]> => {
      const other = new Repository()
      try {
        const say = (...args: string[]): Promise<unknown> => other.json(...args, '--agent', 'ada', ...language)
        await say('claim', 'src/a.ts')
        await other.json('agent', 'set', '--role', 'worker', '--agent', 'bea', ...language)
        await other.json('claim', 'src/a.ts', '--agent', 'bea', ...language)
        await say('decision', 'propose', '--title', 'Connect again.', '--context', 'Connect again.')
        await say('docs', 'init', '--yes', '--phase', 'Basis')
        await say('connect', 'generic', '--yes', '--command', 'muster')
        const { json } = await other.json('log', ...language)
        // Times, sums and the name of the folder are of each.
        const plain = (text: string): string => text.replace(/\d{4}-\d\d-\d\d([T ][\d:.]+Z?)?/g, 'then').replace(/(muster:begin \w+) \w+/g, '$1').replaceAll(basename(other.root), 'shop')
        const told = (json['entries'] as { by: string; event: object; text: string }[]).map(({ by, event, text }) => [by, event, text])
        assert.ok(told.length > 4)
        return [...['STATUS.md', 'DECISIONS.md', 'AGENTS.md'].map((file) => readFileSync(join(other.root, file), 'utf8')), JSON.stringify(told)].map(plain)
      } finally {
        other.remove()
      }
    }
    assert.deepEqual(await written('--language=de'), await written())
  })
})
