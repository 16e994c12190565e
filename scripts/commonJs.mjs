// Makes CommonJS of the ES modules that esbuild has divided a program into.
import ts from 'typescript'
import { compileFunction } from 'node:vm'

/** May be given another value after it was exported, which a plain object of exports would not show; the form of compiled enums is not. */
const changing = /^export (?:let\b|var (\w+)\b(?!;\s*\(function \(\1\)))/m

/**
 * Bindings become constants, and exports a plain object: shorter, and read faster, than the getters for every export that keep
 * up with what changes. So nothing may change, and no file may need one that needs it. Only bundles that fulfil this are taken.
 * @param {import('esbuild').Metafile} metafile of the build
 * @param {(path: string) => string} read answers the text of one of its inputs
 * @throws Error where one does not
 */
export function assertPlain({ inputs, outputs }, read) {
  const used = new Set(Object.values(outputs).flatMap((output) => Object.entries(output.inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([path]) => path)))
  for (const path of used) if (inputs[path].format === 'esm' && changing.test(read(path))) throw new Error(`${path} exports a variable.`)
  const needed = (path) => (outputs[path]?.imports ?? []).filter(({ kind, external }) => kind === 'import-statement' && !external).map((one) => one.path)
  const done = new Set()
  const follow = (path, above) => {
    if (above.includes(path)) throw new Error(`${[...above, path].join(' needs ')}.`)
    if (!done.has(path)) for (const next of needed(path)) follow(next, [...above, path])
    done.add(path)
  }
  for (const path of Object.keys(outputs)) follow(path, [])
}

/**
 * Such files as CommonJS. What one of them needs from the start is put into it, so that a start reads one file; the others get it
 * from there.
 * @param {ReadonlyMap<string, string>} texts by the names they have for each other
 * @param {string} first the name of the one that others are put into
 * @returns {Map<string, { text: string, parts: { name: string, line: number }[] }>} what is left of them, and at which lines the files begin that are in it
 * @throws Error where something cannot be told so
 */
export function toCommonJs(texts, first) {
  const files = new Map([...texts].map(([name, text]) => [name, fileOf(text)]))
  /** In an order in which each finds what it needs. */
  const within = []
  const follow = (name) => {
    if (within.includes(name)) return
    for (const { from } of files.get(name).needs) if (files.has(from)) follow(from)
    within.push(name)
  }
  follow(first)
  const others = new Map(within.slice(0, -1).map((name, index) => [name, `_${index.toString(36)}`]))
  const result = new Map()
  const add = (name, parts, text) => {
    // As Node runs it: a syntax error is one now.
    compileFunction(text, ['exports', 'require', 'module', '__filename', '__dirname'])
    result.set(name, { text, parts })
  }
  let whole = '"use strict";'
  const parts = []
  for (const name of within) {
    const { needs, gives, code } = files.get(name)
    const key = others.get(name)
    const rest = code('exports', others)
    // It only said in which order others are run.
    if (key !== undefined && gives.length === 0 && rest.trim() === '') continue
    const body = needed(needs, others, 'exports') + rest
    parts.push({ name, line: whole.split('\n').length - 1 })
    // Only the last says where its map is.
    if (key !== undefined) whole += `exports.${key}=(()=>{${body.replace(/^\/\/# sourceMappingURL=.*$/m, '').trimEnd()}\nreturn{${gives.map(([as, value]) => pair(as, value)).join(',')}}})();\n`
    else whole += `(()=>{${body.trimEnd()}\n${gives.map(([as, value]) => `exports.${as}=${value};`).join('')}})();\n`
  }
  add(first, parts, whole)
  for (const [name, { needs, gives, code }] of files) {
    if (within.includes(name)) continue
    const start = `require(${JSON.stringify(first)})`
    const given = gives.length === 0 ? '' : `module.exports={${gives.map(([as, value]) => pair(as, value)).join(',')}};\n`
    add(name, [{ name, line: 0 }], `"use strict";${needed(needs, others, start)}${code(start, others).trimEnd()}\n${given}`)
  }
  return result
}

/** What such a file needs and gives, and the rest of it. */
function fileOf(text) {
  const file = ts.createSourceFile('chunk.mjs', text, ts.ScriptTarget.Latest, false, ts.ScriptKind.JS)
  const [needs, gives, edits] = [[], [], []]
  const replace = (node, by) => edits.push([node.getStart(file), node.end, by])
  // Lines stay where source maps have them.
  const remove = (node) => replace(node, () => node.getText(file).replace(/[^\n]+/g, ''))
  for (const statement of file.statements) {
    if (ts.isImportDeclaration(statement)) needs.push(needOf(statement))
    else if (ts.isExportDeclaration(statement) && statement.moduleSpecifier === undefined) for (const { name, propertyName } of statement.exportClause.elements) gives.push([name.text, (propertyName ?? name).text])
    // What was CommonJS before.
    else if (ts.isExportAssignment(statement)) gives.push(['default', statement.expression.getText(file)])
    else if (ts.isExportDeclaration(statement)) throw new Error(`What is this: ${statement.getText(file)}`)
    else continue
    remove(statement)
  }
  const visit = (node) => {
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [what] = node.arguments
      replace(node, (start, others) => {
        const key = ts.isStringLiteral(what) ? others.get(what.text) : undefined
        return `Promise.resolve().then(()=>${key === undefined ? `require(${what.getText(file)})` : `${start}.${key}`})`
      })
    }
    ts.forEachChild(node, visit)
  }
  visit(file)
  edits.sort(([a], [b]) => b - a)
  return { needs, gives, code: (start, others) => edits.reduce((code, [from, to, by]) => code.slice(0, from) + by(start, others) + code.slice(to), text) }
}

function needOf({ importClause, moduleSpecifier }) {
  const from = moduleSpecifier.text
  const { name, namedBindings } = importClause ?? {}
  const isWhole = namedBindings !== undefined && ts.isNamespaceImport(namedBindings)
  return {
    from,
    whole: [...(name ? [name.text] : []), ...(isWhole ? [namedBindings.name.text] : [])],
    names: namedBindings === undefined || isWhole ? [] : namedBindings.elements.map((one) => [(one.propertyName ?? one.name).text, one.name.text]),
  }
}

/** Asks for everything once. @param start where to find what is in the first file */
function needed(needs, others, start) {
  const found = new Map()
  for (const { from, whole, names } of needs) {
    const one = found.get(from) ?? { whole: [], names: [] }
    one.whole.push(...whole)
    one.names.push(...names)
    found.set(from, one)
  }
  const listed = (names) => `{${names.map(([as, value]) => pair(as, value)).join(',')}}`
  const declared = []
  const parts = []
  let text = ''
  for (const [from, { whole, names }] of found) {
    const key = others.get(from)
    if (key !== undefined) {
      if (whole.length > 0) throw new Error(`All of ${from} is asked for.`)
      // It has been run.
      if (names.length > 0) parts.push(`${key}:${listed(names)}`)
      continue
    }
    const required = `require(${JSON.stringify(from)})`
    const [first, ...more] = whole
    if (first !== undefined) declared.push(`${first}=${required}`, ...more.map((name) => `${name}=${first}`), ...(names.length > 0 ? [`${listed(names)}=${first}`] : []))
    else if (names.length > 0) declared.push(`${listed(names)}=${required}`)
    else text += `${required};`
  }
  if (parts.length > 0) declared.push(`{${parts.join(',')}}=${start}`)
  return declared.length === 0 ? text : `${text}const ${declared.join(',')};`
}

function pair(key, value) {
  return key === value ? key : `${key}:${value}`
}
