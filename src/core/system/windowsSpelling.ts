import { invalid } from '../errors.js'
import { tell } from '../tell.js'

const DEVICE = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])$/i

/**
 * A path as Windows reads it, with `/`: it drops dots and spaces at the end of names, and `\\?\` means nothing to us.
 * @throws MusterError INVALID_INPUT for names that stand for devices or for streams within a file
 */
export function windowsSpelling(text: string): string {
  const slashed = text.replaceAll('\\', '/').replace(/^\/\/[?.]\/UNC\//i, '//').replace(/^\/\/[?.]\/(?=[a-z]:)/i, '')
  const drive = /^[a-z]:(?=\/|$)/i.exec(slashed)?.[0] ?? ''
  const parts = slashed.slice(drive.length).split('/')
  return drive + parts.map((part, index) => (part === '' || part === '.' || part === '..' ? part : windowsName(part, index === parts.length - 1))).join('/')
}

/** @param last A symbol may follow: `a.cpp#ns::f`. */
function windowsName(part: string, last: boolean): string {
  const hash = last ? part.lastIndexOf('#') : -1
  const name = hash > 0 ? part.slice(0, hash) : part
  const bare = name.replace(/[. ]+$/, '')
  if (bare === '' || bare.includes(':') || DEVICE.test((bare.split('.')[0] ?? '').trimEnd())) {
    throw invalid(tell`"${part}" is no name of a file on Windows.`, tell`Names of devices (CON, NUL, COM1 …), with a colon, or of dots and spaces only do not stand for files. For anything else use name:<something>.`)
  }
  return hash > 0 ? (bare + part.slice(hash)).replace(/[. ]+$/, '') : bare
}
