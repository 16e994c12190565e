// As much of zod as is used.
import ts from 'typescript'

const member = /\.(\w+)\b/g

/** Names of members that a text uses of anything. */
export function membersUsed(text) {
  return new Set(Array.from(text.matchAll(member), ([, name]) => name))
}

/**
 * Schemas of zod have a method for whatever somebody might check or make, and each keeps the code behind it in a bundle: for
 * addresses, dates, JSON schemas. Those that are called by nobody are left out of `zod/v4/classic/schemas.js`.
 * @param {string} text of that file
 * @param {ReadonlySet<string>} used names of members that whoever uses schemas, uses
 * @throws Error where the file has another form than it had
 */
export function leanZod(text, used) {
  const file = ts.createSourceFile('schemas.js', text, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS)
  const cuts = []
  let classes = 0
  // What schemas ask of themselves and of those they are made of.
  const own = new Set(Array.from(text.matchAll(/\b(?:this|inst|innerType|cl)\.(\w+)\b/g), ([, name]) => name))
  const visit = (node) => {
    if (ts.isCallExpression(node) && node.expression.getText(file) === 'core.$constructor' && node.arguments[2]) {
      classes++
      for (const members of objectsIn(node.arguments[2])) {
        for (const one of members.properties) {
          const name = one.name && (ts.isStringLiteral(one.name) ? one.name.text : one.name.getText(file))
          if (name && name !== 'toString' && !used.has(name) && !own.has(name)) cuts.push([one.getFullStart(), one.end + (text[one.end] === ',' ? 1 : 0)])
        }
      }
    }
    // Without the method that makes JSON schemas nobody asks for this.
    if (!used.has('toJSONSchema') && ts.isExpressionStatement(node) && /^inst\._zod\.processJSONSchema = /.test(node.getText(file))) cuts.push([node.getFullStart(), node.end])
    else ts.forEachChild(node, visit)
  }
  visit(file)
  // Through another module, esbuild keeps all of it.
  const tools = "import { util } from \"../core/index.js\";"
  if (classes === 0 || cuts.length === 0 || !text.includes(tools)) throw new Error('The schemas of zod look otherwise than they did.')
  const lean = cuts.sort(([a], [b]) => b - a).reduce((rest, [start, end]) => rest.slice(0, start) + rest.slice(end), text)
  return lean.replace(tools, 'import * as util from "../core/util.js";').replaceAll('core.util.', 'util.')
}

/** The members, and where they are given with those that are derived, both. */
function objectsIn(node) {
  return ts.isObjectLiteralExpression(node) ? [node] : ts.isCallExpression(node) ? node.arguments.flatMap(objectsIn) : []
}
