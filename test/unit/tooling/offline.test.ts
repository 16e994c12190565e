import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cleanEnvironment } from '../../../scripts/runCommand.js'
import { pack, type Packed } from './packed.js'

/** Notes and refuses whatever would leave the machine. Sockets of the file system, as between a keeper and its process, stay. */
const guard = (file: string): string => `
const { appendFileSync } = require('node:fs')
const net = require('node:net'), dns = require('node:dns'), dgram = require('node:dgram')
const refuse = (what) => { appendFileSync(${JSON.stringify(file)}, what + '\\n'); throw new Error('no network: ' + what) }
const connect = net.Socket.prototype.connect
net.Socket.prototype.connect = function (...args) {
  const [first] = args.flat()
  return typeof first === 'string' || first?.path ? connect.apply(this, args) : refuse('connect ' + JSON.stringify(first))
}
for (const name of ['lookup', 'resolve', 'resolve4', 'resolve6']) { dns[name] = () => refuse(name); dns.promises[name] = () => refuse(name) }
dgram.createSocket = () => refuse('dgram')
`

describe('the package without a network', function () {
  this.timeout(900_000)
  let packed: Packed
  let root: string
  before(() => {
    packed = pack()
    root = join(packed.folder, 'repo')
    mkdirSync(join(root, 'src'), { recursive: true })
    execFileSync('git', ['init', '--quiet', root])
    execFileSync('git', ['-C', root, 'config', 'user.name', 'Ada'])
    writeFileSync(join(packed.folder, 'guard.cjs'), guard(join(packed.folder, 'tried')))
  })
  after(() => packed?.remove())

  const environment = (): NodeJS.ProcessEnv => cleanEnvironment({ NO_COLOR: '1', NODE_OPTIONS: `--require=${join(packed.folder, 'guard.cjs')}`, XDG_CACHE_HOME: join(packed.folder, 'cache') })
  const muster = (...args: string[]): string => execFileSync(process.execPath, [join(packed.package, 'dist', 'cli.mjs'), ...args], { cwd: root, encoding: 'utf8', env: environment() })
  const tried = (): string => (existsSync(join(packed.folder, 'tried')) ? readFileSync(join(packed.folder, 'tried'), 'utf8') : '')

  it('holds no native addon and nothing that is built or fetched when it is installed', () => {
    const names = packed.files.map(({ path }) => path)
    assert.deepEqual(names.filter((path) => /\.(node|so|dll|dylib|wasm|gyp|exe|sh)$/.test(path)), [])
    const { scripts = {}, gypfile } = JSON.parse(readFileSync(join(packed.package, 'package.json'), 'utf8')) as { scripts?: Record<string, string>; gypfile?: boolean }
    assert.deepEqual([Object.keys(scripts).filter((name) => /^(pre|post)?install$/.test(name)), gypfile], [[], undefined])
    for (const path of names.filter((name) => /\.[cm]?js$/.test(name))) assert.doesNotMatch(readFileSync(join(packed.package, path), 'utf8'), /process\.dlopen|\.node["'`]\)|node-gyp|createRequire\([^)]*\)\(["'`][^"'`]*\.node/, path)
  })

  it('does all that agents do, with no other package there', () => {
    muster('startup', '--agent', 'alpha')
    muster('claim', 'src/a.ts', '--agent', 'alpha')
    muster('check-in', 'src/a.ts', '--agent', 'alpha', '--progress', '50')
    muster('send', '--agent', 'alpha', '--to', 'beta', '--subject', 'x')
    muster('docs', 'init', '--yes')
    muster('session', 'save')
    muster('connect', 'claude-code', '--yes')
    muster('release', 'src/a.ts', '--agent', 'alpha')
    assert.match(muster('status'), /Nothing is locked/)
    assert.match(muster('verify'), /complete and unchanged/)
    assert.equal(tried(), '')
  })

  it('serves tools, and a hook', async () => {
    const hook = { hook_event_name: 'PreToolUse', session_id: 's', cwd: root, tool_name: 'Write', tool_input: { file_path: join(root, 'src', 'b.ts') } }
    execFileSync(process.execPath, [join(packed.package, 'dist', 'cli.mjs'), 'hook', 'before-edit'], { cwd: root, env: environment(), input: JSON.stringify(hook) })
    const server = spawn(process.execPath, [join(packed.package, 'dist', 'mcp.mjs')], { cwd: root, env: environment(), stdio: ['pipe', 'pipe', 'ignore'] })
    const ask = (method: string, id: number | undefined, params: object): void => void server.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`)
    let said = ''
    const answered = new Promise<void>((resolve, reject) => {
      server.once('close', () => reject(new Error(`the server ended: ${said}`)))
      server.stdout.setEncoding('utf8').on('data', (text: string) => {
        said += text
        if (said.includes('"id":2')) resolve()
      })
    })
    ask('initialize', 1, { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } })
    ask('notifications/initialized', undefined, {})
    ask('tools/call', 2, { name: 'claim', arguments: { resources: ['src/c.ts'] } })
    await answered
    const over = new Promise((resolve) => server.once('exit', resolve))
    server.stdin.end()
    await over
    assert.match(said, /"ok":true[^\n]*src\/c\.ts|src\/c\.ts[^\n]*"ok":true/)
    assert.match(muster('claims'), /src\/b\.ts/)
    assert.equal(tried(), '')
  })

  it('would be found out if it tried', () => {
    assert.throws(() => execFileSync(process.execPath, ['-e', "require('node:net').connect(1, '127.0.0.1')"], { env: environment(), stdio: 'ignore' }))
    assert.match(tried(), /connect .*127\.0\.0\.1|connect .*1/)
  })
})
