// Every text that people read in the editor goes through `t` or `plural` of src/vscode/l10n.ts, and what the core tells them
// through `tell` of src/core/tell.ts, so that it can be another language's.

/** Where a string is shown whatever it looks like: properties, and arguments of functions. */
const shownProperties = new Set(['title', 'label', 'placeHolder', 'prompt', 'description', 'detail', 'tooltip', 'spoken', 'none', 'text', 'state', 'value', 'about', 'message', 'name'])
const shownBy = new Set(['parts', 'said', 'tooltip', 'done', 'ask', 'choose', 'refused', 'table', 'section', 'listSection', 'showInformationMessage', 'showWarningMessage', 'showErrorMessage', 'setStatusBarMessage'])
/** What is not for people, or the same in every language. */
const hiddenProperties = new Set(['id', 'kind', 'icon', 'color', 'run', 'click', 'type', 'key', 'font', 'command', 'what', 'actions'])
const unread = new Set(['executeCommand', 'includes', 'startsWith'])
const names = new Set(['Muster', 'AGENTS.md', 'CSV', 'JSON'])
const spokenAttributes = /\b(?:title|aria-label|aria-valuetext|alt|placeholder)="([^"]*)"/g

const word = /\p{L}{2,}/u
/** Words with blanks around them, or one that begins as a title or sentence does. */
const looksLikeText = /\p{L}{2,}[,:.]? +[\p{L}\0]|\0 +\p{L}{2,}|^\p{Lu}\p{Ll}+[.…]?$/u
const isNoText = /^\w+(\.\w+)+$|^<[!\w]/
const withoutIcons = (text) => text.replace(/\$\([\w~-]+\)/g, '')

const nameOf = (node) => node?.name ?? node?.property?.name ?? node?.value
const isString = (node) => node?.type === 'Literal' && typeof node.value === 'string'
/** `\0` stands for what is put in. */
const joined = (template) => template.quasis.map(({ value }) => value.cooked ?? value.raw).join('\0')

/** How the value of an expression is used: as a property, an argument, or in another way. */
function useOf(node) {
  const { parent } = node
  switch (parent?.type) {
    case 'ConditionalExpression':
      return parent.test === node ? {} : useOf(parent)
    case 'LogicalExpression':
    case 'ArrayExpression':
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
      return useOf(parent)
    case 'TemplateLiteral':
      return { inTemplate: true, ...useOf(parent) }
    case 'Property':
      return parent.key === node && !parent.computed ? { hidden: true } : { property: nameOf(parent.key) }
    case 'AssignmentExpression':
      return { property: nameOf(parent.left) }
    case 'CallExpression':
      return { call: nameOf(parent.callee), of: parent.callee.type === 'MemberExpression' ? (nameOf(parent.callee.object) ?? 'this') : undefined }
    case 'NewExpression':
      return { hidden: /Error$/.test(nameOf(parent.callee)), call: nameOf(parent.callee) }
    case 'BinaryExpression':
    case 'SwitchCase':
    case 'TSLiteralType':
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
    case 'ImportExpression':
      return { hidden: true }
    case 'MemberExpression':
      return { hidden: parent.property === node }
    default:
      return {}
  }
}

function isShown(text, { hidden, property, call, of }) {
  if (hidden === true || of === 'log' || unread.has(call) || hiddenProperties.has(property) || names.has(text) || isNoText.test(text) || !word.test(text.replace(/\bMuster\b/g, ''))) return false
  return shownProperties.has(property) || (shownBy.has(call) && (of === undefined || of === 'window')) || looksLikeText.test(text)
}

/** What of a page is text: what stands between tags, and what is said of elements. */
function textsOfPage(page) {
  return [page.replace(/<[^>]*>/g, '\n'), ...[...page.matchAll(spokenAttributes)].map(([, text]) => text)].filter((text) => word.test(text)).map((text) => text.replaceAll('\0', '…').replace(/\s+/g, ' ').trim())
}

const rule = {
  meta: { type: 'problem', schema: [], docs: { description: 'Texts for people can be translated.' } },
  create(context) {
    const report = (node, text) => context.report({ node, message: `"${text}" goes through t() or plural() of l10n.ts, in whole sentences.` })
    const isLiteral = (node) => isString(node) || (node?.type === 'ObjectExpression' && node.properties.length === 2 && node.properties.every(({ key, value }) => ['message', 'comment'].includes(nameOf(key)) && isString(value)))
    const isTranslated = (node) => {
      const call = node.parent.type === 'Property' ? node.parent.parent.parent : node.parent
      return call?.type === 'CallExpression' && ['t', 'plural'].includes(call.callee.name)
    }
    const check = (node, text) => {
      if (!isTranslated(node) && isShown(withoutIcons(text).trim(), useOf(node))) report(node, text.replaceAll('\0', '…'))
    }
    const checkCall = (node, texts) => {
      for (const [index, one] of texts.entries()) if (!isLiteral(one)) context.report({ node: one ?? node, message: `Text ${index + 1} of ${node.callee.name}() has to be written there: it is looked up by that.` })
      let up = node.parent
      while (up && !/Function/.test(up.type) && !(up.type === 'PropertyDefinition' && !up.static)) up = up.parent
      if (!up) context.report({ node, message: 'The language is not known yet while modules are loaded: make it a function.' })
    }
    return {
      CallExpression: (node) => {
        if (node.callee.name === 't') checkCall(node, node.arguments.slice(0, 1).concat(node.arguments.length === 0 ? [undefined] : []))
        if (node.callee.name === 'plural') checkCall(node, [node.arguments[1], node.arguments[2]])
      },
      Literal: (node) => {
        if (isString(node)) check(node, node.value)
      },
      TemplateLiteral: (node) => {
        const tag = node.parent.type === 'TaggedTemplateExpression' ? nameOf(node.parent.tag) : undefined
        if (tag === 'html') for (const text of textsOfPage(joined(node))) report(node, text)
        else if (tag === undefined) check(node, joined(node))
      },
    }
  },
}

/** How a text is given to whoever asked: what a condition chooses from, too. */
const choices = (node) => (node?.type === 'ConditionalExpression' ? [node.consequent, node.alternate].flatMap(choices) : node?.type === 'LogicalExpression' ? [node.left, node.right].flatMap(choices) : node ? [node] : [])
const plainText = (node) => (isString(node) ? node.value : node.type === 'TemplateLiteral' ? joined(node) : '')

/** What the core tells people goes through `tell`, so that an editor in another language can say it anew. */
const told = {
  meta: { type: 'problem', schema: [], docs: { description: 'What people are told can be translated.' } },
  create(context) {
    const inRules = /[\\/]core[\\/]rules[\\/]/.test(context.filename)
    const check = (node, isText) => {
      for (const one of choices(node)) if (isText(plainText(one))) context.report({ node: one, message: `"${plainText(one).replaceAll('\0', '…')}" is told to people: write it as tell\`…\`.` })
    }
    const hasWord = (text) => word.test(text)
    const returned = (node) => {
      if (inRules) check(node, (text) => hasWord(text) && text.endsWith('.'))
    }
    return {
      Property: ({ key, value, computed }) => {
        if (!computed && nameOf(key) === 'hint') check(value, hasWord)
      },
      VariableDeclarator: ({ id, init }) => {
        if (id.name === 'hint') check(init, hasWord)
      },
      NewExpression: ({ callee, arguments: [first, second] }) => {
        if (callee.name === 'MusterError') check(second, hasWord)
        if (callee.name === 'Suspect') check(first, hasWord)
      },
      CallExpression: ({ callee, arguments: [first, second, third] }) => {
        if (['refuse', 'refusal', 'invalid', 'unfit', 'notOurs'].includes(callee.name)) check(second, hasWord)
        if (['invalid', 'unfit', 'wrong', 'damaged'].includes(callee.name)) check(first, hasWord)
        if (nameOf(callee) === 'block') for (const text of [second, third]) check(text, hasWord)
      },
      ReturnStatement: ({ argument }) => returned(argument),
      ArrowFunctionExpression: ({ body }) => returned(body),
      TaggedTemplateExpression: (node) => {
        if (node.tag.name !== 'tell') return
        for (const value of node.quasi.expressions) check(value, hasWord)
        if (!/[^\0]/.test(joined(node.quasi))) context.report({ node, message: 'What is put into a text has to stand in one.' })
        let up = node.parent
        while (up && !/Function/.test(up.type)) up = up.parent
        if (!up) context.report({ node, message: 'Nothing is remembered yet while modules are loaded: make it a function.' })
      },
    }
  },
}

export default { rules: { texts: rule, told } }
