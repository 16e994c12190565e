import { readFileSync } from 'node:fs'
import { inflateRawSync } from 'node:zlib'

/** Files of a zip archive by their names; without encryption and below 4 GB. */
export function readZip(file: string): Map<string, Buffer> {
  const bytes = readFileSync(file)
  const end = bytes.lastIndexOf('PK\u0005\u0006')
  const files = new Map<string, Buffer>()
  let entry = bytes.readUInt32LE(end + 16)
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left -= 1) {
    const [nameSize, extraSize, commentSize] = [28, 30, 32].map((at) => bytes.readUInt16LE(entry + at)) as [number, number, number]
    const name = bytes.toString('utf8', entry + 46, entry + 46 + nameSize)
    const local = bytes.readUInt32LE(entry + 42)
    const content = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28)
    const packed = bytes.subarray(content, content + bytes.readUInt32LE(entry + 20))
    files.set(name, bytes.readUInt16LE(entry + 10) === 0 ? packed : inflateRawSync(packed))
    entry += 46 + nameSize + extraSize + commentSize
  }
  return files
}
