import { readFileSync, writeSync } from 'node:fs'
import { runHook } from './run.js'

/* A hook as a process: `node hook.mjs <event>`, what the client tells on stdin. Starts in a moment, so it loads nothing it may not need. */

/** Read at once: opening stdin as a stream takes longer than all the rest. */
async function stdin(): Promise<string> {
  try {
    return readFileSync(0, 'utf8')
  } catch {
    // A pipe that does not wait.
    const { text } = await import('node:stream/consumers')
    return text(process.stdin)
  }
}

async function main(): Promise<void> {
  const { out, problem, exit } = await runHook(process.argv.slice(2), await stdin(), { cwd: process.cwd(), env: process.env })
  if (problem !== '') writeSync(2, `${problem}\n`)
  if (out !== '') writeSync(1, `${out}\n`)
  process.exit(exit)
}

void main()
