import assert from 'node:assert/strict'
import { isMusterError } from '../../../src/core/errors.js'
import { parseAddress } from '../../../src/core/ledger/postgres/address.js'
import { literal } from '../../../src/core/ledger/postgres/session.js'

describe('the address of a database', () => {
  it('is read in the forms that hosts give out', () => {
    const { servers, user, password, database, space } = parseAddress('postgresql://an%40n:p%3Aw%2F:x@db.example.com:6543/app%20one?sslmode=require&space=team%20a&channel_binding=prefer')
    assert.deepEqual({ servers, user, password, database, space }, { servers: [{ host: 'db.example.com', port: 6543 }], user: 'an@n', password: 'p:w/:x', database: 'app one', space: 'team a' })
    const typed = parseAddress('postgres://ann:p@ss:w@rd@db.example.com/app?sslmode=require')
    assert.deepEqual([typed.user, typed.password, typed.servers], ['ann', 'p@ss:w@rd', [{ host: 'db.example.com', port: 5432 }]])
    assert.deepEqual(parseAddress('postgres://u@a,b:1,[::1]:2/d').servers, [{ host: 'a', port: 5432 }, { host: 'b', port: 1 }, { host: '::1', port: 2 }])
    assert.deepEqual(parseAddress('postgres://u@/d?host=/run/postgresql').servers, [{ host: '/run/postgresql', port: 5432 }])
    assert.equal(parseAddress('postgres://u@localhost').database, 'u')
    assert.equal(parseAddress('postgres://u@localhost/d').space, undefined)
  })

  it('asks for TLS of every server that is not this machine, unless it says otherwise', () => {
    const tls = (rest: string): unknown => parseAddress(`postgres://u@${rest}`).tls
    for (const here of ['localhost', '127.0.0.1', '[::1]', 'localhost,127.0.0.2', '/d?host=/tmp']) assert.equal(tls(here), false, here)
    for (const there of ['db.example.com', '10.0.0.1', 'localhost,10.0.0.1', '127.0.0.1.example.com/d', 'localhost.example.com']) assert.deepEqual(tls(there), { ca: undefined, rejectUnauthorized: true }, there)
    assert.deepEqual(tls('db.example.com/d?sslmode=require'), { rejectUnauthorized: false })
    assert.equal(tls('db.example.com/d?sslmode=disable'), false)
    assert.deepEqual(tls('localhost/d?sslmode=require'), { rejectUnauthorized: false })
    assert.deepEqual(tls('db.example.com/d?sslmode=verify-full'), { ca: undefined, rejectUnauthorized: true })
    assert.deepEqual(tls('db.example.com/d?sslrootcert=system'), { ca: undefined, rejectUnauthorized: true })
  })

  it('is refused where it cannot be read, without being repeated', () => {
    for (const text of ['', 'mysql://u@h/d', 'postgres://u@h:99x/d', 'postgres://u@/d?host=', 'postgres://%zz@h/d', 'postgres://u@h/d?sslmode=prefer', 'postgres://u@h/d?sslmode=verify-ca', 'postgres://u@h/d?sslmode=verify-ca&sslrootcert=system', 'postgres://u@h/d?space=', `postgres://u@h/d?space=${'x'.repeat(201)}`, 'postgres://u@h/d?space=a%00b']) {
      assert.throws(() => parseAddress(text), (error) => isMusterError(error) && error.code === 'INVALID_INPUT' && error.hint !== undefined && (text === '' || !error.message.includes(text)), text)
    }
  })
})

describe('a text in SQL', () => {
  it('ends nowhere but at its end', () => {
    assert.equal(literal(`it's \\' "x"`), String.raw`E'it''s \\'' "x"'`)
    assert.throws(() => literal('a\0b'), RangeError)
  })
})
