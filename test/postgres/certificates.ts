import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import { isIP } from 'node:net'

/** A certificate and its key, as PEM. */
export interface Certificate {
  certificate: string
  key: string
  /** As TLS shows it. */
  serial: string
}

export interface CertificateOptions {
  /** Names and addresses it is for. Default: none, for an authority. */
  names?: readonly string[]
  /** Default: by itself. */
  signedBy?: Certificate
  /** Default: in an hour. */
  until?: Date
}

const DAY = 86_400_000
let serials = 0x10

/** Makes a certificate: Node has no way to, and not every machine has openssl. */
export function makeCertificate({ names = [], signedBy, until = new Date(Date.now() + DAY) }: CertificateOptions = {}): Certificate {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const key = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const serial = ++serials
  const authority = signedBy === undefined
  const [issuer, signer] = authority ? [NAME, pair.privateKey as KeyObject | string] : [NAME, signedBy.key]
  const algorithm = sequence(oid('2a8648ce3d040302'))
  const alternatives = names.map((name) => (isIP(name) === 4 ? der(0x87, Buffer.from(name.split('.').map(Number))) : der(0x82, Buffer.from(name))))
  const extensions = [
    ...(authority ? [sequence(oid('551d13'), der(0x01, Buffer.from([0xff])), der(0x04, sequence(der(0x01, Buffer.from([0xff])))))] : []),
    ...(alternatives.length > 0 ? [sequence(oid('551d11'), der(0x04, sequence(...alternatives)))] : []),
  ]
  const body = sequence(
    der(0xa0, integer(2)), integer(serial), algorithm, issuer,
    sequence(time(new Date(Math.min(Date.now(), until.getTime()) - DAY)), time(until)),
    authority ? NAME : sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from('a server'))))),
    pair.publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  )
  const signed = sequence(body, algorithm, der(0x03, Buffer.concat([Buffer.from([0]), sign('sha256', body, signer)])))
  const certificate = `-----BEGIN CERTIFICATE-----\n${signed.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`
  return { certificate, key, serial: serial.toString(16).toUpperCase() }
}

/** What all authorities are called. */
const NAME = sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from('an authority')))))

/** A value as DER has it: its kind, its length, itself. */
function der(tag: number, content: Buffer): Buffer {
  const { length } = content
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

function sequence(...parts: Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts))
}

function integer(value: number): Buffer {
  return der(0x02, Buffer.from([value]))
}

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'))
}

function time(date: Date): Buffer {
  return der(0x18, Buffer.from(`${date.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`))
}
