import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removeFolder } from '../../../scripts/removeFolder.js'
import { isMusterError } from '../../../src/core/errors.js'
import { sayInDatabase } from '../../../src/core/system/databaseFolder.js'
import type { DatabaseParts } from '../../../src/vscode/database/parts.js'
import { leavePostgres } from '../../../src/vscode/database/usePostgres.js'

const NOBODY = 'postgres://nobody@127.0.0.1:1/x'

class Cancelled extends Error {}

describe('going back to the folder in the editor', () => {
  let base: string
  let folder: string
  let said: string[]
  /** What keeps the window from taking part afterwards. */
  let wrong: string | undefined
  let answer: string | undefined
  let cancel: (() => void) | undefined

  beforeEach(() => {
    base = realpathSync(mkdtempSync(join(tmpdir(), 'muster-leave-')))
    folder = join(base, '.muster')
    mkdirSync(folder)
    sayInDatabase(folder, { ledger: 'l', space: 's' })
    said = []
    wrong = answer = cancel = undefined
  })
  afterEach(() => removeFolder(base))

  const parts = (known: string): DatabaseParts => {
    const window = {
      withProgress: (_options: unknown, work: (progress: { report(): void }, token: { onCancellationRequested(listener: () => void): void }) => Promise<unknown>) => work({ report: () => undefined }, { onCancellationRequested: (listener) => (cancel = listener) }),
      showWarningMessage: (message: string, { detail }: { detail: string }, ...buttons: string[]) => {
        said.push(`${message} | ${detail} | ${buttons.join(', ')}`)
        return Promise.resolve(answer)
      },
      showErrorMessage: (message: string) => Promise.resolve(void said.push(message)),
    }
    const t = (text: string, ...values: unknown[]): string => values.reduce<string>((all, value, index) => all.replace(`{${index}}`, String(value)), text)
    return {
      editor: { window, CancellationError: Cancelled, ProgressLocation: { Notification: 15 } } as unknown as DatabaseParts['editor'],
      t: t as DatabaseParts['t'], plural: ((_n: number, one: string) => one) as DatabaseParts['plural'], translated: (text) => text,
      folder, root: base, known,
      keep: (address) => Promise.resolve(void said.push(`kept ${address}`)),
      open: () => Promise.resolve(wrong),
      done: (text) => void said.push(text),
    }
  }
  const isInDatabase = (): boolean => existsSync(join(folder, 'database.json'))

  it('offers to stop here where the database cannot be reached, which leaves it as it is', async () => {
    await assert.rejects(leavePostgres(parts(NOBODY)), Cancelled)
    assert.match(said.join('\n'), /^The records cannot be moved back now \| .*nobody answers there.*leaves them in the database for the others.* \| Only Stop Here$/s)
    assert.equal(isInDatabase(), true, 'nobody agreed')
    said = []
    answer = 'Only Stop Here'
    await leavePostgres(parts(NOBODY))
    assert.deepEqual([isInDatabase(), said.slice(1)], [false, ['kept undefined', 'This folder has its own records again']])
  })

  it('does not say that all is well where the window could not go on', async () => {
    answer = 'Only Stop Here'
    wrong = 'Nobody may write here.'
    await leavePostgres(parts(NOBODY))
    assert.deepEqual(said.slice(2), ['This window could not open the records. Nobody may write here.'])
  })

  it('does not offer that where the records went there from this folder: nothing would be left here', async () => {
    mkdirSync(join(folder, 'ledger'))
    writeFileSync(join(folder, 'ledger', '00000001.jsonl'), '')
    await assert.rejects(leavePostgres(parts(NOBODY)), (error) => isMusterError(error))
    assert.deepEqual([said, isInDatabase()], [[], true])
  })

  it('can be given up while a database that says nothing is looked at', async () => {
    const sockets: Socket[] = []
    const server = createServer((socket) => {
      sockets.push(socket)
      cancel?.()
    })
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    await assert.rejects(leavePostgres(parts(`postgres://u:p@127.0.0.1:${(server.address() as AddressInfo).port}/x?sslmode=disable`)), Cancelled)
    assert.deepEqual([sockets.map(({ destroyed }) => destroyed), isInDatabase()], [[false], true], 'nobody waited for an answer')
    for (const socket of sockets) socket.destroy()
    server.close()
  })
})
