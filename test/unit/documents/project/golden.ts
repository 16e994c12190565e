import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../../../../scripts/projectRoot.js'

/** Same bytes as the file beside the tests; MUSTER_RECORD_GOLDEN=1 writes it anew, to be read before it is committed. */
export function isGolden(name: string, text: string): void {
  const file = join(projectRoot, 'test', 'unit', 'documents', 'project', 'golden', name)
  if (process.env['MUSTER_RECORD_GOLDEN'] !== undefined) writeFileSync(file, text)
  assert.equal(text, readFileSync(file, 'utf8'))
}
