import { said, type Machine } from '../machine.js'
import type { PeerFigures } from './measure.js'
import { PEERS } from './peers.js'

export interface PeerResults {
  readonly machine: Machine
  readonly peers: readonly PeerFigures[]
}

/** A row for what was measured, a column for each tool; then what each does not guarantee, and where another is faster. */
export function peersTable({ machine, peers }: PeerResults): string {
  const row = (name: string, of: (peer: PeerFigures) => string): string => `| ${name} | ${peers.map(of).join(' | ')} |`
  const [own, ...others] = peers
  const processes = own?.races.map((race) => race.processes) ?? []
  const raced = (peer: PeerFigures, count: number): string => {
    const race = peer.races.find((one) => one.processes === count)!
    const also = [...(race.none > 0 ? [`nobody in ${race.none}`] : []), ...(race.errors > 0 ? [`${race.errors} calls failed`] : [])]
    return [race.several === 0 ? `in none of ${race.rounds}` : `**in ${race.several} of ${race.rounds}**`, ...also].join(', ')
  }
  const known = (peer: PeerFigures): (typeof PEERS)[number] => PEERS.find(({ name }) => name === peer.name)!
  const faster = others.flatMap((peer) => {
    const what = [
      ...(peer.claimMicroseconds < own!.claimMicroseconds ? ['claims'] : []),
      ...(peer.sendMicroseconds < own!.sendMicroseconds ? ['sends'] : []),
      ...(peer.inbox.milliseconds < own!.inbox.milliseconds ? ['reads an inbox'] : []),
    ]
    return what.length === 0 ? [] : [`${peer.name} ${what.join(', ').replace(/, ([^,]*)$/, ' and $1')} faster`]
  })
  return [
    `\`npm run bench:peers\`, ${said(machine)}. Medians, one process at a time; each tool's own calls, in turns on one disk.`,
    '',
    `| | ${peers.map(({ name, version }) => (version === undefined ? name : `${name} ${version}`)).join(' | ')} |`,
    `|${' --- |'.repeat(peers.length + 1)}`,
    row('claim a free file', (peer) => time(peer.claimMicroseconds)),
    row('send a message', (peer) => time(peer.sendMicroseconds)),
    row('read an inbox', (peer) => `${time(peer.inbox.milliseconds * 1000)}: ${peer.inbox.returned.toLocaleString('en-US')} of ${peer.inbox.waiting.toLocaleString('en-US')}`),
    ...processes.map((count) => row(`${count} processes ask for one file at once: more than one is told that it has it`, (peer) => raced(peer, count))),
    row('what it says is done is', (peer) => known(peer).durable),
    row('does not guarantee', (peer) => known(peer).lacks),
    '',
    faster.length === 0 ? 'Muster was the fastest in each of them.' : `${faster.join('; ')} than Muster.`,
  ].join('\n')
}

function time(microseconds: number): string {
  const digits = (value: number): string => (value >= 100 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(2))))
  return microseconds < 1000 ? `${digits(microseconds)} µs` : `${digits(microseconds / 1000)} ms`
}
