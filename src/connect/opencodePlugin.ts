import type { FileEdit } from './plan.js'

const first = '// Muster\'s hooks for opencode, written by: muster connect opencode (removed by the same with --remove)'

/** opencode has plugins in place of hooks: a file of ours that calls `muster hook`. */
export function opencodePlugin(launcher: readonly string[]): FileEdit {
  return {
    files: ['.opencode/plugins/muster.js'],
    put: () => pluginText(launcher),
    take: (text) => (text.startsWith(first) ? undefined : text),
  }
}

function pluginText(launcher: readonly string[]): string {
  return `${first}
import { spawn } from 'node:child_process'

const [program, ...words] = ${JSON.stringify(launcher)}
const writers = new Set(['write', 'edit', 'multiedit', 'patch', 'apply_patch', 'bash'])
const given = new Map()
const windows = process.platform === 'win32'
/** A shell takes the command line there, since programs may be .cmd files. */
const quoted = (word) => (windows && !/^[\\w.-]+$/.test(word) ? '"' + word + '"' : word)

/** What Muster answers; nothing where it is not installed. */
function ask(event, fields) {
  return new Promise((resolve) => {
    const child = spawn(quoted(program), [...words.map(quoted), 'hook', event, '--client', 'opencode'], { stdio: ['pipe', 'pipe', 'ignore'], shell: windows })
    let answer = ''
    child.on('error', () => resolve({}))
    child.stdin.on('error', () => {})
    child.stdout.on('data', (text) => { answer += text })
    child.on('close', (code) => {
      if (code === 2) return resolve({ deny: 'Muster cannot look, and its guard is closed: this edit was not made.' })
      try {
        resolve(JSON.parse(answer))
      } catch {
        resolve({})
      }
    })
    child.stdin.end(JSON.stringify({ client: 'opencode', event, ...fields }))
  })
}

export const Muster = async ({ directory }) => {
  const tell = (event, session, fields = {}) => ask(event, { session_id: session, cwd: directory, ...fields })
  return {
    event: async ({ event }) => {
      const { properties = {} } = event
      const session = properties.sessionID ?? properties.info?.id
      if (event.type === 'session.created') await tell('session-start', session)
      if (event.type === 'session.idle') await tell('stop', session)
      if (event.type === 'session.deleted') await tell('session-end', session)
    },
    'chat.message': async ({ sessionID }, { parts = [] }) => {
      await tell('prompt', sessionID, { prompt: parts.map((part) => part.text ?? '').join('\\n') })
    },
    'tool.execute.before': async ({ tool, sessionID, callID }, { args }) => {
      if (!writers.has(tool)) return
      const { deny } = await tell('before-edit', sessionID, { tool_name: tool, tool_input: args })
      if (deny) throw new Error(deny)
      given.set(callID, args)
    },
    'tool.execute.after': async ({ tool, sessionID, callID }, output) => {
      const { context } = await tell('after-edit', sessionID, { tool_name: tool, tool_input: given.get(callID) ?? {} })
      given.delete(callID)
      if (context && typeof output?.output === 'string') output.output += \`\\n\\n\${context}\`
    },
    'experimental.session.compacting': async ({ sessionID }, output) => {
      const { context } = await tell('before-compact', sessionID)
      if (context) output.context?.push(context)
    },
  }
}
`
}
