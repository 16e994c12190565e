import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { measuredOn, type Results } from '../../../bench/figures.js'
import { said } from '../../../bench/machine.js'
import { peersTable, type PeerResults } from '../../../bench/peers/peersTable.js'
import { PEERS } from '../../../bench/peers/peers.js'
import { speedSummary } from '../../../bench/speedTable.js'
import { commandsTable, settingsTable, type Manifest } from '../../../scripts/pages/manifestTables.js'
import { pages, withPart } from '../../../scripts/pages/pages.js'
import { projectRoot } from '../../../scripts/projectRoot.js'

const json = (...path: string[]): unknown => JSON.parse(readFileSync(join(projectRoot, ...path), 'utf8'))
const manifest = json('package.json') as Manifest
const texts = json('package.nls.json') as Record<string, string>

describe('tables that are made of other files', () => {
  for (const { path, text, made } of pages()) {
    it(`are up to date in ${path} (npm run pages)`, () => {
      assert.equal(text, made)
    })
  }

  it('have their place between marks and nowhere else', () => {
    const page = 'a\n<!-- x: made by npm run pages -->\nold\n<!-- end of x -->\nb'
    assert.equal(withPart(page, 'x', 'new'), 'a\n<!-- x: made by npm run pages -->\n\nnew\n\n<!-- end of x -->\nb')
    assert.equal(withPart(withPart(page, 'x', 'new'), 'x', 'new'), withPart(page, 'x', 'new'))
    assert.throws(() => withPart(page, 'y', 'new'), /no "<!-- y/)
  })

  it('name every setting with its default, and every command with where it is found', () => {
    const settings = settingsTable(manifest, texts)
    for (const { properties } of manifest.contributes.configuration) {
      for (const [name, setting] of Object.entries(properties)) assert.ok(settings.includes(`| \`${name}\` | \`${JSON.stringify(setting.default)}\` | `), name)
    }
    const commands = commandsTable(manifest, texts).split('\n')
    // Above a view, what its rows have as well has another name, which nobody needs.
    const listed = manifest.contributes.commands.filter(({ command }) => !/^muster\.title[A-Z]/.test(command))
    assert.match(commands.find((row) => row.includes('`muster.checkIn`'))!, /above Agents/)
    for (const { command } of listed) {
      const row = commands.find((line) => line.includes(`\`${command}\``))!
      // What is a step of something else, and called from a page or a notification, stands in no menu.
      assert.ok(row.split(' | ')[2] !== '' || command === 'muster.fixDocument', row)
    }
    assert.equal(commands.length, listed.length + 2)
    assert.ok(commands.some((row) => /Lock This File.*palette.*menu of a file.*`alt\+m l`/.test(row)), commands.join('\n'))
    assert.throws(() => settingsTable(manifest, {}), /package.nls.json has no/)
  })
})

describe('what the README says of speed', () => {
  const results = json('bench', 'results.json') as Results

  it('names each goal that is not met', () => {
    const summary = speedSummary(results)
    const missed = results.rows.filter(({ met }) => met === false)
    for (const { name } of missed) assert.ok(summary.slice(summary.indexOf('Goals that are not met')).includes(name), name)
    assert.match(speedSummary({ ...results, rows: results.rows.map((row) => ({ ...row, met: true })) }), /Every goal is met/)
    assert.throws(() => speedSummary({ ...results, rows: [] }), /has no/)
  })

  it('says when and where, of each part that was measured again by itself', () => {
    const machine = results.machines.records
    const whole = { ...results, machines: { records: machine, editor: machine, database: machine } }
    assert.equal(measuredOn(whole), said(machine))
    const later = { ...machine, date: '2030-01-02' }
    assert.equal(measuredOn({ ...whole, machines: { ...whole.machines, editor: later } }), `records and database: ${said(machine)}; editor: ${said(later)}`)
  })

  it('says where another is faster, and what came of the race', () => {
    const peers = json('bench', 'results-peers.json') as PeerResults
    assert.deepEqual(peers.peers.map(({ name, version }) => [name, version]), PEERS.map(({ name, version }) => [name, version]))
    const [own, ...others] = peers.peers
    assert.ok(own!.races.every(({ several, none, errors }) => several === 0 && none === 0 && errors === 0), 'Muster granted one file to exactly one')
    const slow = { ...own!, claimMicroseconds: 1e9, sendMicroseconds: 1e9, inbox: { ...own!.inbox, milliseconds: 1e6 } }
    for (const { name } of others) assert.match(peersTable({ ...peers, peers: [slow, ...others] }), new RegExp(`${name} claims, sends and reads an inbox faster`))
    const quick = { ...own!, claimMicroseconds: 0, sendMicroseconds: 0, inbox: { ...own!.inbox, milliseconds: 0 } }
    assert.match(peersTable({ ...peers, peers: [quick, ...others] }), /Muster was the fastest in each/)
    assert.match(peersTable({ ...peers, peers: [{ ...own!, races: own!.races.map((race) => ({ ...race, several: 3, none: 1, errors: 2 })) }, ...others] }), /in 3 of \d+\*\*, nobody in 1, 2 calls failed/)
  })
})
