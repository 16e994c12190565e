// Which part of the code may import which, by resolved path. docs/architecture.md shows the same as a table.
import { builtinModules } from 'node:module'
import { dirname, relative, resolve, sep } from 'node:path'

/** Nobody imports these: they are where a process or an extension begins. */
const entries = ['src/vscode/extension.ts', 'src/cli/main.ts', 'src/cli/program.ts', 'src/cli/oldNode.ts', 'src/mcp/main.ts', 'src/hooks/main.ts', 'src/dashboard/main.ts', 'src/dashboard/document.ts']

const port = 'src/core/ledger/port.ts'
const interfaces = [port, 'src/core/muster.ts']
const names = 'src/core/names.ts'
const heldFiles = 'src/core/heldFiles.ts'
const plainFiles = 'src/core/plainFiles.ts'
const wholeFiles = 'src/core/wholeFiles.ts'
/** What fails, and why. */
const told = ['src/core/errors.ts', 'src/core/tell.ts']
const basics = [...told, 'src/core/emitter.ts', heldFiles, plainFiles, names]

/**
 * A file belongs to the first part that fits, and may import the files of that part. Folders end with a slash.
 * `may`: other parts. `types`: of these only types. `packages`: by name; `node:*` is every module of Node, `*` everything.
 */
const parts = [
  { part: 'src/core/model/', may: [names], types: [port], packages: ['zod'] },
  { part: 'src/core/state/', may: ['src/core/model/', 'src/core/rules/', ...told], types: interfaces },
  { part: 'src/core/rules/', may: ['src/core/model/', 'src/core/state/', ...told], types: [...interfaces, 'zod'] },
  { part: 'src/core/ledger/folder/', may: ['src/core/ledger/', ...basics], not: ['src/core/ledger/memory/'], packages: ['node:crypto', 'node:fs', 'node:path', 'node:zlib', 'chokidar', 'proper-lockfile'] },
  { part: 'src/core/ledger/memory/', may: ['src/core/ledger/', ...basics], not: ['src/core/ledger/folder/'], packages: ['node:crypto'] },
  { part: 'src/core/ledger/postgres/', may: ['src/core/ledger/', ...basics], not: ['src/core/ledger/folder/', 'src/core/ledger/memory/'], packages: ['node:crypto', 'node:fs', 'node:net', 'node:tls', 'postgres'] },
  { part: 'src/core/ledger/', may: basics, packages: ['node:crypto', 'node:path'] },
  { part: 'src/core/system/', may: ['src/core/model/', ...told, heldFiles, plainFiles, wholeFiles, names], types: [port], packages: ['node:child_process', 'node:crypto', 'node:fs', 'node:fs/promises', 'node:os', 'node:path', 'node:util'] },
  { part: 'src/core/saves/', may: ['src/core/model/', 'src/core/system/', 'src/core/ledger/folder/', ...basics], types: ['src/core/muster.ts', 'src/core/saveCalls.ts'], packages: ['node:crypto', 'node:os', 'node:path', 'node:url'] },
  // Run folders: what they hold, and what is written into them. Loaded when a run is asked about.
  { part: 'src/runs/', may: ['src/core/model/', 'src/core/system/', ...told, heldFiles, plainFiles, 'src/core/names.ts'], packages: ['node:*', 'zod', 'proper-lockfile'] },
  // What is over and old among files: found, and removed or compressed. Loaded when somebody cleans up.
  { part: 'src/core/upkeep/', may: ['src/core/model/', 'src/core/system/', ...told], types: ['src/core/saves/store.ts'], packages: ['node:fs', 'node:fs/promises', 'node:path', 'node:stream', 'node:zlib'] },
  // Reports speak the language of whoever asks for them.
  ...['lead', 'records', 'report'].map((name) => ({ part: `src/documents/project/${name}.ts`, may: ['src/documents/project/', 'src/core/model/', 'src/vscode/l10n.ts', 'src/vscode/words.ts', 'src/vscode/findingText.ts'], types: ['src/core/muster.ts'] })),
  { part: 'src/cli/language.ts', may: ['src/cli/', 'src/vscode/l10n.ts', 'src/vscode/translated.ts'], packages: ['node:*'] },
  // Documents: rendered, parsed, written and taken in. Loaded when there is something to write.
  { part: 'src/documents/', may: ['src/runs/', 'src/core/model/', 'src/core/system/', ...told, heldFiles, plainFiles, 'src/core/names.ts', 'src/core/emitter.ts'], types: ['src/core/muster.ts', 'src/core/documentCalls.ts'], packages: ['node:*', 'zod', 'proper-lockfile'] },
  // The files that a checkpoint is committed with are written as documents are.
  { part: 'src/core/checkpointFiles.ts', may: ['src/core/', 'src/documents/formats/'] },
  // Tickets are files; what makes them is loaded when one is made.
  { part: 'src/core/ticketOperations.ts', may: ['src/core/', 'src/documents/tickets/'] },
  { part: 'src/core/runOperations.ts', may: ['src/core/', 'src/runs/'], packages: ['node:crypto', 'node:os', 'node:path'] },
  { part: plainFiles, packages: ['node:fs', 'node:fs/promises'] },
  { part: wholeFiles, may: [heldFiles], packages: ['node:fs'] },
  { part: 'src/core/', packages: ['zod', 'node:crypto', 'node:os', 'node:path'] },
  { part: 'src/supervisor/', may: ['src/core/'], packages: ['node:*', 'zod'] },
  { part: 'src/tools/', may: ['src/core/'], packages: ['zod'] },
  { part: 'src/cli/', may: ['src/core/', 'src/supervisor/', 'src/tools/', 'src/guard/', 'src/connect/', 'src/runs/', 'src/documents/'], packages: ['node:*'] },
  { part: 'src/guard/', may: ['src/core/'], packages: ['node:*'] },
  { part: 'src/connect/', may: ['src/core/'], packages: ['node:*', 'jsonc-parser'] },
  { part: 'src/hooks/', may: ['src/core/'], packages: ['node:*'] },
  { part: 'src/mcp/', may: ['src/core/', 'src/supervisor/', 'src/tools/', 'src/documents/'], packages: ['node:*', 'zod', '@modelcontextprotocol/sdk'] },
  { part: 'src/protocol/', packages: ['zod'] },
  // The browser's side knows what it is told, and the words that lists use too.
  { part: 'src/dashboard/', may: ['src/protocol/dashboard.ts', 'src/vscode/l10n.ts', 'src/vscode/text.ts', 'src/vscode/words.ts'], types: ['src/protocol/requests.ts', 'src/protocol/document.ts'], packages: ['lit', '@vscode-elements/elements'] },
  { part: 'src/vscode/', may: ['src/core/', 'src/supervisor/', 'src/tools/', 'src/guard/', 'src/connect/', 'src/protocol/', 'src/documents/'], packages: ['node:*', 'vscode'] },
  { part: 'src/launch/', packages: ['node:*'] },
  { part: 'src/library.ts', may: ['src/core/', 'src/supervisor/'] },
  // Tables of pages are made of measurements too.
  { part: 'scripts/pages/', may: ['scripts/', 'bench/'], packages: ['node:*'] },
  { part: 'scripts/', may: ['src/'], packages: ['*'] },
  { part: 'bench/', may: ['src/', 'scripts/', 'test/vscode/driver/', 'test/vscode/muster/repository.ts'], packages: ['*'] },
  // Runs in the editor's extension host.
  { part: 'test/desktop/', may: ['scripts/'], packages: ['*'] },
  { part: 'test/', may: ['src/', 'scripts/', 'bench/'], packages: ['*'] },
]

/** Programs in bundles of their own that the command line becomes when it is asked to. */
const becomes = { 'src/cli/main.ts': ['src/cli/program.ts', 'src/cli/oldNode.ts', 'src/hooks/main.ts'], 'src/cli/program.ts': ['src/mcp/main.ts'] }

/** A view is its rows and what shows them; only what all of them are made of is shared. */
const views = { folder: 'src/vscode/views/', rows: { agentsView: ['agentRows', 'agentDetails'], agentRows: 'agentDetails', claimsView: 'lockRows', messagesView: 'messageRows', decisionsView: 'decisionRows', workView: 'workRows', workRows: 'runRows' }, shared: ['src/vscode/views/row.ts', 'src/vscode/views/rowTree.ts', 'src/vscode/views/forest.ts'] }

const builtins = new Set(builtinModules)
const isBelow = (file, part) => file === part || (part.endsWith('/') && file.startsWith(part))

/** What is wrong with `file` importing `target`, a path from the root of the project; undefined when nothing is. */
function problemOfFile(file, target, typesOnly, dynamic) {
  if (dynamic && becomes[file]?.includes(target)) return undefined
  if (entries.includes(target)) return `${target} is where a program begins; nobody imports it.`
  const part = parts.find((one) => isBelow(file, one.part))
  const { may = [], not = [], types = [] } = part
  const allowed = [part.part, ...may, ...(typesOnly ? types : [])].some((one) => isBelow(target, one)) && !not.some((one) => isBelow(target, one))
  if (!allowed) return `${part.part} may not import ${target}${types.includes(target) ? ' but for its types' : ''}.`
  const isView = (path) => isBelow(path, views.folder) && !views.shared.includes(path)
  const betweenViews = isView(target) && isBelow(file, views.folder) && ![views.rows[file.slice(views.folder.length, -'.ts'.length)]].flat().some((rows) => target === `${views.folder}${rows}.ts`)
  return betweenViews ? 'Views do not import each other; what they share is in row.ts, forest.ts and rowTree.ts.' : undefined
}

function problemOfPackage(file, specifier, typesOnly) {
  const [first = '', second] = specifier.split('/')
  const name = first.startsWith('@') ? `${first}/${second}` : first
  if (builtins.has(specifier) || builtins.has(name)) return `Write node:${specifier}: a package could have the same name.`
  const { part, packages = [], types = [] } = parts.find((one) => isBelow(file, one.part))
  const listed = packages.includes('*') || packages.includes(name) || (name.startsWith('node:') && packages.includes('node:*'))
  if (listed && (name !== 'vscode' || part.startsWith('src/vscode/') || part === 'test/desktop/')) return undefined
  if (types.includes(name) && typesOnly) return undefined
  return `${part} may not import ${specifier}.`
}

function typesOnly(node) {
  if (node.type === 'TSImportType' || node.importKind === 'type' || node.exportKind === 'type') return true
  const specifiers = node.specifiers ?? []
  return specifiers.length > 0 && specifiers.every((one) => one.importKind === 'type' || one.exportKind === 'type')
}

const rule = {
  meta: { type: 'problem', schema: [], docs: { description: 'Imports point from front ends to tools to core, and rules stay pure.' } },
  create(context) {
    const root = import.meta.dirname
    const file = relative(root, context.filename).split(sep).join('/')
    if (!parts.some(({ part }) => isBelow(file, part))) {
      return { Program: (node) => context.report({ node, message: 'This folder is new: say in eslint.imports.mjs what it may import.' }) }
    }
    const check = (node, source = node.source) => {
      if (!source) return
      const specifier = source.value ?? source.literal?.value
      if (typeof specifier !== 'string') return context.report({ node, message: 'Name what is imported, so that it can be checked.' })
      const isPath = /^\.{0,2}\//.test(specifier) || specifier === '.' || specifier === '..'
      const target = () => relative(root, resolve(dirname(context.filename), specifier)).split(sep).join('/').replace(/\.js$/, '.ts')
      const message = isPath ? problemOfFile(file, target(), typesOnly(node), node.type === 'ImportExpression') : problemOfPackage(file, specifier, typesOnly(node))
      if (message) context.report({ node, message })
    }
    return {
      ImportDeclaration: (node) => check(node),
      ExportNamedDeclaration: (node) => check(node),
      ExportAllDeclaration: (node) => check(node),
      TSImportType: (node) => check(node, node.source ?? node.argument),
      TSImportEqualsDeclaration: (node) => check(node, node.moduleReference.expression),
      // Where tests and scripts load what was built, the name is put together at run time.
      ImportExpression: (node) => (node.source.type === 'Literal' || file.startsWith('src/') ? check(node) : undefined),
    }
  },
}

export default { rules: { imports: rule } }
