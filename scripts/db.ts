import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { startPostgres } from './postgresServer.js'

const usage = `npm run db [-- [--folder FOLDER] [--port PORT] [--verbose]]

Starts a PostgreSQL on this machine for trying out Muster with one, and says its address. Ctrl-C ends it.
  --folder FOLDER  keep its data there; otherwise they are removed at the end
  --port PORT      default 54320
  --verbose        show what the server says
  --serve          for tests: any free port; says address and process as JSON; "restart" on its input starts it again after it
                   was killed; the end of its input ends it`

const { values: options } = parseArgs({
  options: {
    folder: { type: 'string' },
    port: { type: 'string', default: '54320' },
    verbose: { type: 'boolean', default: false },
    serve: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
})

async function serve(): Promise<void> {
  const server = await startPostgres()
  const tell = (): void => void process.stdout.write(`${JSON.stringify({ address: server.address, pid: server.pid })}\n`)
  tell()
  for await (const line of createInterface(process.stdin)) {
    if (line !== 'restart') continue
    await server.restart()
    tell()
  }
  await server.stop()
  process.exit()
}

async function tryOut(): Promise<void> {
  console.log('Starting PostgreSQL …')
  const server = await startPostgres({ folder: options.folder, port: Number(options.port), ...(options.verbose && { log: (text) => process.stderr.write(text) }) }).catch((error: unknown) => {
    console.error(`${error instanceof Error ? error.message.trim() : String(error)}\nIf port ${options.port} is in use, choose another one: npm run db -- --port 54321`)
    process.exit(1)
  })
  console.log(`
  ${server.address}

Use it in a project, in this terminal or another:

  export MUSTER_LEDGER='${server.address}?space=try'
  muster startup --agent alpha

Ctrl-C ends it${options.folder === undefined ? ' and removes its data' : ''}.`)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void server.stop().finally(() => process.exit()))
}

if (options.help) console.log(usage)
else await (options.serve ? serve() : tryOut())
