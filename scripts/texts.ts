import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { projectRoot } from './projectRoot.js'

/** A text that people read, as the code has it. */
export interface Text {
  /** By which it is looked up in a bundle, and the English text itself. */
  key: string
  message: string
  /** Names of what is put in, as the call gives them; undefined where that is not written there. */
  given: readonly string[] | undefined
  /** File and line. */
  at: string
}

/** Where people in the editor have what they read from: its own side, the dashboard, reports, and what the core and the commands that it runs tell. */
const folders = ['src/vscode', 'src/dashboard', 'src/documents', 'src/core', 'src/runs', 'src/supervisor', 'src/connect', 'src/guard', 'src/cli']

/** Every text of theirs, in the order of files. */
export function textsOfCode(): Text[] {
  return folders.flatMap(files).flatMap((file) => textsOf(file, readFileSync(join(projectRoot, file), 'utf8')))
}

/** What l10n/bundle.l10n.json has to be. */
export function bundleOf(texts: readonly Text[]): string {
  const entries = new Map(texts.map(({ key, message }) => [key, message]))
  return `${JSON.stringify(Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1))), null, 2)}\n`
}

/** Names in braces, sorted, each once. */
export function placeholdersOf(text: string): string[] {
  return [...new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name))].sort()
}

export function textsOf(file: string, code: string): Text[] {
  const source = ts.createSourceFile(file, code, ts.ScriptTarget.Latest)
  const texts: Text[] = []
  const at = (node: ts.Node): string => `${file}:${source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1}`
  const add = (node: ts.Expression | undefined, given: readonly string[] | undefined): void => {
    const found = node && literalOf(node)
    if (found) texts.push({ ...found, given, at: at(node) })
  }
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) {
      const { arguments: given } = node
      if (node.expression.text === 't') add(given[0], givenTo(given.slice(1)))
      if (node.expression.text === 'plural') for (const one of [given[1], given[2]]) add(one, namesIn(given[3], ['n']))
    }
    if (ts.isTaggedTemplateExpression(node) && ts.isIdentifier(node.tag) && node.tag.text === 'tell') texts.push(toldBy(node.template, at(node.template)))
    ts.forEachChild(node, visit)
  }
  visit(source)
  return texts
}

function literalOf(node: ts.Expression): Pick<Text, 'key' | 'message'> | undefined {
  if (ts.isStringLiteralLike(node)) return { key: node.text, message: node.text }
  if (!ts.isObjectLiteralExpression(node)) return undefined
  const field = (name: string): string | undefined => node.properties.flatMap((one) => (ts.isPropertyAssignment(one) && nameOf(one) === name && ts.isStringLiteralLike(one.initializer) ? one.initializer.text : []))[0]
  const [message, comment] = [field('message'), field('comment')]
  return message === undefined || comment === undefined ? undefined : { key: `${message}/${comment}`, message }
}

/** As `translated` looks it up: values by their place. */
function toldBy(template: ts.TemplateLiteral, at: string): Text {
  const spans = ts.isNoSubstitutionTemplateLiteral(template) ? [] : template.templateSpans
  const first = ts.isNoSubstitutionTemplateLiteral(template) ? template : template.head
  const message = `${first.text}${spans.map(({ literal }, index) => `{${index}}${literal.text}`).join('')}`
  return { key: message, message, given: spans.map((_, index) => String(index)), at }
}

function givenTo(values: readonly ts.Expression[]): readonly string[] | undefined {
  const [first] = values
  if (first && ts.isObjectLiteralExpression(first)) return namesIn(first)
  return values.some(ts.isSpreadElement) ? undefined : values.map((_, index) => String(index))
}

function namesIn(values: ts.Expression | undefined, known: readonly string[] = []): readonly string[] | undefined {
  if (values === undefined) return known
  if (!ts.isObjectLiteralExpression(values) || values.properties.some(ts.isSpreadAssignment)) return undefined
  return [...known, ...values.properties.map(nameOf)]
}

function nameOf(property: ts.ObjectLiteralElementLike): string {
  return property.name && (ts.isIdentifier(property.name) || ts.isStringLiteral(property.name)) ? property.name.text : ''
}

function files(folder: string): string[] {
  return readdirSync(join(projectRoot, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && file !== 'l10n.ts')
    .map((file) => `${folder}/${file.replaceAll('\\', '/')}`)
    .sort()
}
