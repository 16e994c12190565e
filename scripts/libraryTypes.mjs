// Writes the types of the library into one file that imports nothing. `tsc` would write one file per source, with zod's
// types in them; whoever uses the library needs neither. What zod infers is written out, with the comments of the schema.
import { dirname } from 'node:path'
import ts from 'typescript'

/** The text of a module's declaration file: every type it exports and every type these are made of. */
export function libraryTypes(entry, configFile) {
  const { config } = ts.readConfigFile(configFile, ts.sys.readFile)
  const { options } = ts.convertCompilerOptionsFromJson({ ...config.compilerOptions, lib: ['ES2023'], types: ['node'] }, dirname(configFile))
  const program = ts.createProgram([entry], options)
  return new Bundle(program).of(program.getSourceFile(entry))
}

class Bundle {
  /** Public symbols with their public names, and the names and texts of all that is in the file. */
  exports = new Map()
  names = new Map()
  declarations = new Map()

  constructor(program) {
    this.checker = program.getTypeChecker()
    this.printer = ts.createPrinter()
    this.isOwn = (file) => !program.isSourceFileFromExternalLibrary(file) && !program.isSourceFileDefaultLibrary(file) && !file.isDeclarationFile
  }

  of(file) {
    const isType = ts.SymbolFlags.Type | ts.SymbolFlags.Function
    for (const exported of this.checker.getExportsOfModule(this.checker.getSymbolAtLocation(file))) {
      const symbol = this.resolved(exported)
      if (symbol.flags & isType) this.exports.set(symbol, exported.name)
    }
    for (const symbol of this.exports.keys()) this.add(symbol)
    return `${[...this.declarations.values()].join('\n\n')}\n\nexport {}\n`
  }

  resolved(symbol) {
    return symbol.flags & ts.SymbolFlags.Alias ? this.checker.getAliasedSymbol(symbol) : symbol
  }

  /** Adds a symbol and what it refers to, and answers the name it has in the file. */
  add(symbol) {
    const known = this.names.get(symbol)
    if (known !== undefined) return known
    const name = this.exports.get(symbol) ?? symbol.name
    if ([...this.names.values()].includes(name)) throw new Error(`Two types of the library are called ${name}.`)
    this.names.set(symbol, name)
    // Keeps its place before what it refers to.
    this.declarations.set(symbol, '')
    const [node] = symbol.declarations
    const text = this.needsWritingOut(node) ? this.writtenOut(symbol, node) : this.printed(node, name)
    const comment = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc).map((doc) => `${doc.getText()}\n`).join('')
    const declare = ts.isClassDeclaration(node) || ts.isFunctionDeclaration(node) ? 'declare ' : ''
    this.declarations.set(symbol, `${comment}${this.exports.has(symbol) ? 'export ' : ''}${declare}${text}`)
    return name
  }

  /** Whether a declaration is made from a value, as `typeof schema`, or from a type of a package. */
  needsWritingOut(node) {
    const search = (one) => ts.isTypeQueryNode(one) || (ts.isIdentifier(one) && this.isForeign(one)) || ts.forEachChild(one, search) === true
    return (ts.isTypeAliasDeclaration(node) || ts.isInterfaceDeclaration(node)) && search(node)
  }

  isForeign(identifier) {
    const symbol = this.checker.getSymbolAtLocation(identifier)
    const file = symbol && this.resolved(symbol).declarations?.[0]?.getSourceFile()
    return file !== undefined && /[\\/]node_modules[\\/](?!typescript[\\/]|@types[\\/]node[\\/])/.test(file.fileName)
  }

  writtenOut(symbol, node) {
    const type = this.checker.getDeclaredTypeOfSymbol(symbol)
    if (node.typeParameters) throw new Error(`${symbol.name} has type parameters; write it without typeof or types of packages.`)
    return ts.isInterfaceDeclaration(node) ? `interface ${symbol.name} ${this.members(type, '')}` : `type ${symbol.name} = ${this.structure(type, '')}`
  }

  /** The type by its structure, down to names of the language itself. */
  structure(type, indent) {
    if (type.isUnion()) return type.types.map((one) => this.structure(one, indent)).join(' | ').replace('false | true', 'boolean')
    if (this.checker.isArrayType(type)) return `${type.symbol.name}<${this.structure(this.checker.getTypeArguments(type)[0], indent)}>`
    if (this.checker.isTupleType(type)) return `[${this.checker.getTypeArguments(type).map((one) => this.structure(one, indent)).join(', ')}]`
    const isObject = (type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) !== 0
    const hasName = type.symbol !== undefined && !type.symbol.name.startsWith('__') && !this.isOwn(type.symbol.declarations[0].getSourceFile())
    return isObject && !hasName ? this.members(type, indent) : this.checker.typeToString(type, undefined, ts.TypeFormatFlags.NoTruncation)
  }

  members(type, indent) {
    const index = this.checker.getIndexInfosOfType(type).map((one) => `${indent}  [key: ${this.structure(one.keyType, indent)}]: ${this.structure(one.type, `${indent}  `)}\n`)
    const properties = this.checker.getPropertiesOfType(type).map((property) => {
      const isOptional = (property.flags & ts.SymbolFlags.Optional) !== 0
      const of = this.checker.getTypeOfSymbol(property)
      const value = this.structure(of, `${indent}  `).replace(isOptional ? /^undefined \| | \| undefined$/ : '', '')
      const doc = ts.displayPartsToString(property.getDocumentationComment(this.checker))
      return `${doc === '' ? '' : `${indent}  /** ${doc.replace(/\n/g, `\n${indent}   * `)} */\n`}${indent}  ${/^[\w$]+$/.test(property.name) ? property.name : JSON.stringify(property.name)}${isOptional ? '?' : ''}: ${value}\n`
    })
    return `{\n${[...index, ...properties].join('')}${indent}}`
  }

  /** The declaration as it is in the source, without what only runs, and with everything it names added too. */
  printed(node, name) {
    const { factory } = ts
    const transform = (context) => {
      const visit = (one) => {
        if (ts.isQualifiedName(one) || ts.isPropertyAccessExpression(one)) return this.named(one, one.right ?? one.name)
        if (ts.isIdentifier(one) && !ts.isPropertySignature(one.parent)) return this.named(one, one)
        if (ts.isPropertyDeclaration(one)) return factory.createPropertyDeclaration(one.modifiers, one.name, one.questionToken, ts.visitNode(one.type, visit), undefined)
        if (ts.isParameter(one)) return factory.createParameterDeclaration(undefined, one.dotDotDotToken, one.name, one.initializer ? factory.createToken(ts.SyntaxKind.QuestionToken) : one.questionToken, ts.visitNode(one.type, visit), undefined)
        if (ts.isBlock(one)) return undefined
        return ts.visitEachChild(one, visit, context)
      }
      return (root) => ts.visitEachChild(root, visit, context)
    }
    const { transformed } = ts.transform(node, [transform])
    const text = this.printer.printNode(ts.EmitHint.Unspecified, transformed[0], node.getSourceFile())
    return text.replace(/^(\/\*.*?\*\/\s*)+/s, '').replace(/^(export |declare |async )+/, '').replace(/^(function|class|interface|type) \w+/, `$1 ${name}`)
  }

  named(node, identifier) {
    const symbol = this.checker.getSymbolAtLocation(identifier)
    const target = symbol && this.resolved(symbol)
    const declaration = target?.declarations?.[0]
    const isDeclared = declaration && (ts.isInterfaceDeclaration(declaration) || ts.isTypeAliasDeclaration(declaration) || ts.isClassDeclaration(declaration))
    if (!isDeclared || !this.isOwn(declaration.getSourceFile())) return node
    return ts.factory.createIdentifier(this.add(target))
  }
}
