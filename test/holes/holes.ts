/** A rule that closes a hole, how to take it out of the source, and the test that has to fail then. */
export interface Hole {
  /** What is left out. */
  rule: string
  file: string
  /** Must stand in the file exactly once. */
  from: string
  to: string
  /** Test file, without its ending. */
  test: string
  /** Part of the test's full title. */
  title: string
}

const coordinator = { test: 'test/unit/simulation/coordinator.simulation.test', title: 'keeps its word' }
const disk = { test: 'test/unit/ledger/simulation/folder.simulation.test', title: 'keeps every promise' }
const files = 'test/unit/ledger/folderFiles.test'
const faults = 'test/unit/ledger/folderFaults.test'
const hostile = 'test/unit/system/hostile.test'
const snapshots = 'test/unit/ledger/folderSnapshots.test'
const postgres = 'test/contract/postgres.test'
const moved = 'test/unit/ledger/moved.test'
const moving = 'test/multiprocess/postgres/migrate.test'
const replaced = 'test/unit/ledger/folderReplaced.test'

export const holes: Hole[] = [
  { rule: 'the sum at its fixed place', file: 'src/core/ledger/line.ts', from: 'if (sumOf(bytes.subarray(start, tail)) !== sum) return undefined', to: '', test: 'test/unit/ledger/line.test', title: 'takes every changed byte for junk' },
  { rule: 'the head at its fixed places', file: 'src/core/ledger/line.ts', from: 'if (d < 0 || cursor > tail) return undefined', to: 'if (cursor > tail) return undefined', test: 'test/unit/ledger/line.test', title: '' },
  { rule: 'a fence before a line that follows a torn one', file: 'src/core/ledger/folder/store.ts', from: 'this.tail.tailOpen ? Buffer.concat([FENCE, bytes]) : bytes', to: 'bytes', test: faults, title: 'lets the line after one that was cut off count' },
  { rule: 'a fence that cannot complete a line', file: 'src/core/ledger/folder/store.ts', from: "Buffer.from('!\\n')", to: "Buffer.from('\\n')", test: faults, title: 'the last 1 bytes are not written' },
  { rule: 'damage is told from remnants', file: 'src/core/ledger/classify.ts', from: "return line.d > this.seq ? 'damaged' : 'void'", to: "return 'void'", test: files, title: 'when a saved line was changed' },
  { rule: 'remnants are told from damage', file: 'src/core/ledger/classify.ts', from: "return line.d > this.seq ? 'damaged' : 'void'", to: "return 'damaged'", test: 'test/unit/ledger/classify.test', title: 'a line after a hole, nothing of which was on disk' },
  { rule: 'forks are noticed', file: 'src/core/ledger/classify.ts', from: "if (mine !== undefined && mine !== line.prev) return 'fork'", to: '', test: files, title: 'when another history goes on' },
  { rule: 'a line that lost is no commit', file: 'src/core/ledger/folder/store.ts', from: 'return { accepted: this.replica.ownSum === line.sum,', to: 'return { accepted: true,', ...disk },
  { rule: 'bytes are written again after a flush that failed', file: 'src/core/ledger/folder/flusher.ts', from: '    try {\n      this.rewrite(tail, reached)', to: '    try {\n      this.fs.fdatasyncSync(tail.fd)', test: faults, title: 'writes the same bytes again' },
  { rule: 'the next segment is created only where there is none', file: 'src/core/ledger/folder/layout.ts', from: "if (errnoOf(error) === 'EEXIST') return\n    throw error", to: "fs.unlink(path)\n    fd = fs.open(path, 'create')", ...disk },
  { rule: 'an archive is what its stub says', file: 'src/core/ledger/folder/archive.ts', from: "createHash('sha256').update(bytes).digest('hex') === stub.sha256", to: 'true', test: files, title: 'notices when an archive is not what was put there' },
  { rule: 'the file is the one at the path', file: 'src/core/ledger/folder/segmentTail.ts', from: 'return there !== undefined && there.ino === here.ino && there.dev === here.dev && here.links === 1n', to: 'return there !== here', test: replaced, title: 'notices that it was deleted' },
  { rule: 'what was read before is still there', file: 'src/core/ledger/folder/segmentTail.ts', from: 'if (length < kept || buffer.compare(this.before, REMEMBERED - kept, REMEMBERED, 0, kept) !== 0) return false', to: '', test: replaced, title: 'written in place' },
  { rule: 'heads are read whatever the version of the rest', file: 'src/core/ledger/line.ts', from: 'if (v < 1 ||', to: 'if (v !== PROTOCOL ||', test: 'test/unit/ledger/line.test', title: 'accepts a line of a newer version' },
  { rule: 'what is shown is on disk', file: 'src/core/ledger/folder/liveLedger.ts', from: 'if (!this.health.isBroken) this.readOn()\n        await this.reveal()', to: 'if (!this.health.isBroken) this.readOn()', test: faults, title: 'shows nothing that a power loss could take back' },
  { rule: 'what is acknowledged is on disk', file: 'src/core/ledger/folder/liveLedger.ts', from: "if (attempt.result !== 'settled') return attempt\n      await this.reveal()", to: "if (attempt.result !== 'settled') return attempt", ...disk },
  { rule: 'a segment is on disk before the next one is written to', file: 'src/core/ledger/folder/reading.ts', from: 'this.parts.flusher.flushNow()', to: '', ...disk },
  { rule: 'the name of a segment is on disk before it is written to', file: 'src/core/ledger/folder/store.ts', from: 'this.fs.fsyncFolder(this.layout.ledger)\n    for (', to: 'for (', ...disk },
  { rule: 'what a snapshot stands on is on disk', file: 'src/core/ledger/folder/writeSnapshot.ts', from: 'await store.flusher.reveal(seq)', to: '', test: snapshots, title: 'never stand on lines that are not on disk' },
  { rule: 'a snapshot ahead of the ledger is not used', file: 'src/core/ledger/folder/segmentTail.ts', from: ` || !bytes.toString('latin1').endsWith(\`,"sum":"\${sum}"}\\n\`)`, to: '', test: snapshots, title: 'that are ahead of an older copy' },
  { rule: 'a snapshot of another ledger is not used', file: 'src/core/ledger/folder/snapshotFile.ts', from: "if (ledger !== undefined && header.ledger !== ledger) throw new Unfit('it belongs to another ledger')", to: '', test: snapshots, title: 'of another ledger' },
  { rule: 'an archive is whole before its segment goes', file: 'src/core/ledger/folder/archiver.ts', from: 'if (checked === undefined) return undefined', to: '', test: snapshots, title: 'never takes a segment that is not whole' },
  { rule: 'a stub is no segment to go on in', file: 'src/core/ledger/folder/segmentTail.ts', from: 'start.length && start.equals(STUB)', to: '-1', test: snapshots, title: 'archive' },
  { rule: 'the file is still there when a commit is answered', file: 'src/core/ledger/folder/liveLedger.ts', from: ' && this.store.ensureInPlace()) return attempt', to: ') return attempt', test: replaced, title: 'notices that it was deleted' },
  { rule: 'a file that got a second name is not written to', file: 'src/core/ledger/folder/segmentTail.ts', from: ' && here.links === 1n', to: '', test: replaced, title: 'a file that got a second name' },
  { rule: 'a file with a second name is not opened', file: 'src/core/ledger/folder/segmentTail.ts', from: "if (this.facts.links > 1n) throw notOurs(path, tell`has a second name (hard link)`)", to: '', test: hostile, title: 'change nothing where a ledger with a second name is' },
  { rule: 'links are not followed', file: 'src/core/plainFiles.ts', from: '(constants.O_NOFOLLOW as number | undefined) ?? 0', to: '0', test: hostile, title: 'lead nowhere: .muster/ledger/00000001.jsonl' },
  { rule: 'a folder is shared for all when it is for one', file: 'src/core/ledger/folder/sharedMode.ts', from: 'return this.parts.store.replica.facts.shared !== undefined', to: 'return this.parts.why !== undefined && this.parts.store.replica.facts.shared !== undefined', test: 'test/unit/ledger/sharedMode.test', title: 'by those who would have taken it for a disk of their own' },
  { rule: 'where it is shared, a line is read back', file: 'src/core/ledger/folder/store.ts', from: 'if (this.replica.facts.shared !== undefined && this.replica.ownSum === line.sum) this.confirm(bytes)', to: '', test: 'test/unit/ledger/sharedMode.test', title: 'acknowledges no line that is not there' },
  { rule: 'nothing follows in a ledger that has moved', file: 'src/core/ledger/replica.ts', from: "if (line.movesTo === undefined) this.block('FOLDER_UNUSABLE', tell`These records have moved to another place; they go on there.`, tell`Open the place it was moved to.`)", to: '', test: files, title: 'that has moved away' },
  { rule: 'a newer ledger is not written to', file: 'src/core/ledger/replica.ts', from: "return this.block('LEDGER_NEWER', tell`The records were written by a newer Muster (format ${line.v}).`, updateHint())", to: 'return', test: files, title: 'reads a newer version' },
  { rule: 'a segment that others follow has its end', file: 'src/core/ledger/folder/reading.ts', from: 'this.isLast ||= !this.hasLines(number + 1)', to: 'this.isLast = true', test: files, title: 'when the line that closes a segment was' },
  { rule: 'a new ledger goes on behind the one that was deleted', file: 'src/core/ledger/folder/store.ts', from: 'this.lost = replica.chain.seq >= known.seq ? undefined : known', to: 'this.lost = undefined', test: replaced, title: 'numbers a new one behind the old' },
  { rule: 'numbers go on behind those that were lost', file: 'src/core/ledger/folder/store.ts', from: 'Math.max(this.lost.seq, this.replica.chain.seq) + 1', to: 'this.replica.chain.seq + 1', test: replaced, title: 'older copy is renamed over' },
  { rule: 'a key is applied once', file: 'src/core/ledger/batch.ts', from: "if (applied !== undefined) return { type: 'known', seq: applied }", to: '', test: 'test/unit/core/muster.test', title: 'applies an operation with a key once' },
  { rule: 'a key that was forgotten is too old', file: 'src/core/state/keys.ts', from: "(parsed.counter <= mark - KEPT ? 'too-old' : undefined)", to: 'undefined', test: 'test/unit/rules/keys.test', title: 'then too old' },
  { rule: 'an applied operation changes nothing again', file: 'src/core/state/fold.ts', from: 'if (appliedOf(state, op.key) !== undefined) return', to: '', test: 'test/unit/rules/keys.test', title: 'change nothing when they come again' },
  { rule: 'one grant of a resource a line', file: 'src/core/rules/release.ts', from: 'if (held.claim.token === context.stamp.seq) return { later: true }', to: '', test: 'test/unit/core/muster.test', title: 'never give one token to two grants' },
  { rule: 'an old token is refused', file: 'src/core/rules/release.ts', from: 'if (claim && (token === undefined || token === claim.token || claim.alsoUnder?.includes(token))) return { claim }', to: 'if (claim) return { claim }', ...coordinator },
  { rule: 'a delivery never goes back', file: 'src/core/rules/message.ts', from: 'if (ladder[mine.status] < ladder[command.status])', to: 'if (true)', test: 'test/unit/rules/message.test', title: 'never down' },
  { rule: 'the same message is sent once', file: 'src/core/rules/message.ts', from: 'if (same && JSON.stringify(earlier.checklist) === JSON.stringify(fields.checklist) && sameAbout(earlier, fields) && !earlier.closed) return earlier', to: '', test: 'test/unit/rules/message.test', title: 'sent twice within ten minutes are one' },
  { rule: 'only a person approves', file: 'src/core/rules/decision.ts', from: 'if (!isPerson(state.agents.get(context.agent))) {', to: 'if (false) {', test: 'test/unit/rules/message.test', title: 'is to approve or reject a decision, once' },
  { rule: 'a decision is made once', file: 'src/core/rules/decision.ts', from: "if (decision.status !== 'proposed') {", to: 'if (false) {', test: 'test/unit/rules/message.test', title: 'is to approve or reject a decision, once' },
  { rule: 'nothing is granted from the queue to the dead', file: 'src/core/rules/presence.ts', from: '  if (wait.attached && sessions.every((session) => sessionGone(session, context))) return false', to: '  if (sessions.length === 0) return true', ...coordinator },
  { rule: 'nobody overtakes who is in line before', file: 'src/core/rules/conflicts.ts', from: 'if (wait.id === before?.id) return undefined', to: 'if (wait.id !== undefined) return undefined', ...coordinator },
  { rule: 'a living holder is asked first', file: 'src/core/rules/presence.ts', from: "return isChallenged(state, claim) && context.graceOver(claim) ? 'allowed' : 'challenge'", to: "return 'allowed'", ...coordinator },
  { rule: 'a living holder answers', file: 'src/core/connection.ts', from: 'if (kept.length === 0) return', to: 'if (kept.length >= 0) return', ...coordinator },
  { rule: 'ages are taken from the uptime, not the wall clock', file: 'src/core/rules/presence.ts', from: 'since.boot === now.boot ? now.up - since.up : now.at - since.at', to: 'now.at - since.at', ...coordinator },
  { rule: 'a time far in the future is over, not immortal', file: 'src/core/rules/presence.ts', from: 'return age < -CLOCK_TOLERANCE ? Number.POSITIVE_INFINITY : age', to: 'return age', ...coordinator },
  { rule: 'claims that collide are refused', file: 'src/core/rules/conflicts.ts', from: "(claim) => claim.holder !== agent && !(mode === 'shared' && claim.mode === 'shared') && collides(claim.resource, resource)", to: "(claim) => claim.holder !== agent && !(mode === 'shared' && claim.mode === 'shared') && claim.resource.kind === resource.kind && collides(claim.resource, resource)", ...coordinator },
  { rule: 'an identity is held by one living process', file: 'src/core/rules/join.ts', from: 'if (holder) return { refusal: inUse(choice.id, holder, context) }', to: '', test: 'test/unit/rules/join.test', title: 'is held by one living connection' },
  { rule: 'a line in a database follows the newest one', file: 'src/core/ledger/postgres/schema.ts', from: 'else in_seq = head_seq + 1 and in_prev = head_sum\n    end;\n    if head_seq is null', to: 'else in_prev = head_sum\n    end;\n    if head_seq is null', test: postgres, title: 'takes no line that leaves a gap' },
  { rule: 'whoever loses three times takes a turn', file: 'src/core/ledger/postgres/postgresLedger.ts', from: 'const turn = this.turns.due(losses)', to: 'const turn = false', test: postgres, title: 'gives a distant client its turn' },
  { rule: 'a head that a database lacks is missed', file: 'src/core/ledger/postgres/store.ts', from: 'if (rows.length === 0 && from > 0) return false', to: '', test: postgres, title: 'so that no token is given twice' },
  { rule: 'what writes nothing is not answered from memory', file: 'src/core/ledger/postgres/postgresLedger.ts', from: 'if (!turn) await store.catchUp(query)', to: '', test: 'test/contract/ledger.contract.test', title: 'ledger contract: postgres decides on what others' },
  { rule: 'who left a folder writes there no more', file: 'src/core/ledger/replica.ts', from: 'return movedTo !== undefined && movedTo !== this.home', to: 'return false', test: moved, title: 'is read-only for who has it open' },
  { rule: 'nothing counts behind the line by which a folder was left', file: 'src/core/ledger/line.ts', from: "line.closes = line.movesTo === 'database'", to: '', test: moved, title: 'takes nothing that is written behind' },
  { rule: 'what comes back is not judged by what another disk held', file: 'src/core/ledger/classify.ts', from: "if (this.movedTo === 'database') return this.isNext(line) ? 'accept' : 'void'", to: '', test: moved, title: 'after a power loss left holes' },
  { rule: 'a server that offers no encryption is told nothing', file: 'src/core/ledger/postgres/dial.ts', from: "throw problem('NO_TLS')", to: 'return socket', test: 'test/contract/postgresTls.test', title: 'is told nothing where it offers no encryption' },
  { rule: 'a move that was given up is never taken', file: 'src/core/ledger/postgres/schema.ts', from: "raise exception 'this move was given up' using errcode = 'MU002';", to: 'null;', test: moving, title: 'given up by the database for good' },
  { rule: 'what arrives is what was sent', file: 'src/core/ledger/postgres/schema.ts', from: 'if wrong > 0 or not has_left', to: 'if not has_left', test: moving, title: 'do not count in the database where a line of them was changed' },
  { rule: 'nobody begins records where others are arriving', file: 'src/core/ledger/postgres/schema.ts', from: "raise exception 'records are arriving here' using errcode = 'MU001';", to: 'null;', test: moving, title: 'are where they were again when a move' },
  { rule: 'only members of a space write to it', file: 'src/core/ledger/postgres/schema.ts', from: 'if not muster.may(in_space) then', to: 'if false then', test: 'test/multiprocess/postgres/views.test', title: 'shows a team nothing of others' },
  { rule: 'who left a database writes there no more', file: 'src/core/ledger/postgres/schema.ts', from: 'l.seq = head_seq) then next := false;', to: 'l.seq = head_seq) then null;', test: moving, title: 'take nothing that is written to the database behind' },
  { rule: 'a move ends in the place that it named', file: 'src/core/ledger/move/toDatabase.ts', from: "if (left !== undefined && left.moved?.into !== arrival.mark) throw elsewhere('database')", to: '', test: moving, title: 'are where they were again when a move' },
]
