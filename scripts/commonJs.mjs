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
 * One such file as CommonJS.
 * @param {string} text
 * @throws Error where it has something that cannot be told so
 */
export function toCommonJs(text) {
  const file = ts.createSourceFile('chunk.mjs', text, ts.ScriptTarget.Latest, false, ts.ScriptKind.JS)
  const [needs, gives, edits] = [[], [], []]
  const replace = (node, by) => edits.push([node.getStart(file), node.end, by])
  // Lines stay where source maps have them.
  const remove = (node) => replace(node, node.getText(file).replace(/[^\n]+/g, ''))
  for (const statement of file.statements) {
    if (ts.isImportDeclaration(statement)) needs.push(needOf(statement))
    else if (ts.isExportDeclaration(statement) && statement.moduleSpecifier === undefined) for (const { name, propertyName } of statement.exportClause.elements) gives.push(pair(name.text, (propertyName ?? name).text))
    // What was CommonJS before.
    else if (ts.isExportAssignment(statement)) gives.push(`default:${statement.expression.getText(file)}`)
    else if (ts.isExportDeclaration(statement)) throw new Error(`What is this: ${statement.getText(file)}`)
    else continue
    remove(statement)
  }
  const visit = (node) => {
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) replace(node, `Promise.resolve().then(()=>require(${node.arguments[0].getText(file)}))`)
    ts.forEachChild(node, visit)
  }
  visit(file)
  let code = text
  for (const [start, end, by] of edits.sort(([a], [b]) => b - a)) code = code.slice(0, start) + by + code.slice(end)
  const whole = `"use strict";${needs.join('')}${code.trimEnd()}\n${gives.length === 0 ? '' : `module.exports={${gives.join(',')}};\n`}`
  // As Node runs it: a syntax error is one now.
  compileFunction(whole, ['exports', 'require', 'module', '__filename', '__dirname'])
  return whole
}

function needOf({ importClause, moduleSpecifier }) {
  const required = `require(${JSON.stringify(moduleSpecifier.text)})`
  if (importClause === undefined) return `${required};`
  const { name, namedBindings } = importClause
  if (namedBindings === undefined || ts.isNamespaceImport(namedBindings)) {
    if (name && namedBindings) throw new Error(`Two names for ${moduleSpecifier.text}.`)
    return `const ${(name ?? namedBindings.name).text}=${required};`
  }
  const names = namedBindings.elements.map((one) => pair((one.propertyName ?? one.name).text, one.name.text)).join(',')
  return name ? `const ${name.text}=${required},{${names}}=${name.text};` : `const{${names}}=${required};`
}

function pair(key, value) {
  return key === value ? key : `${key}:${value}`
}
