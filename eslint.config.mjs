import tseslint from 'typescript-eslint'
import imports from './eslint.imports.mjs'
import texts from './eslint.texts.mjs'

export default tseslint.config(
  { ignores: ['dist/**', 'out/**', 'node_modules/**', '.vscode-test/**', 'test-results/**', '**/fixture/**'] },
  ...tseslint.configs.strict,
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname ?? process.cwd() } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false } }],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-dynamic-delete': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-invalid-void-type': 'off',
      'max-lines': ['error', { max: 300, skipBlankLines: false, skipComments: false }],
      'no-duplicate-imports': 'error',
      eqeqeq: 'error',
    },
  },
  { files: ['**/*.ts'], plugins: { muster: { rules: { ...imports.rules, ...texts.rules } } }, rules: { 'muster/imports': 'error' } },
  { files: ['src/vscode/**/*.ts', 'src/dashboard/**/*.ts', 'src/documents/project/{lead,report}.ts'], ignores: ['src/vscode/{l10n,translated}.ts'], rules: { 'muster/texts': 'error' } },
  // Records are repaired in a terminal only; what a handoff lacks is said by its code.
  { files: ['core', 'runs', 'supervisor', 'connect', 'guard', 'documents'].map((folder) => `src/${folder}/**/*.ts`).concat('src/cli/{run,commands/connect}.ts'), ignores: ['src/core/ledger/repair/**', 'src/documents/project/{check,checkLogs,ownPart,finding}.ts', 'src/documents/{busy,formats/message}.ts'], rules: { 'muster/told': 'error' } },
  {
    files: ['src/core/**/*.ts', 'src/tools/**/*.ts'],
    rules: {
      'no-console': 'error',
      'no-restricted-syntax': ['error', { selector: 'MemberExpression[object.name=/^(globalThis|global)$/][property.name=/^(console|process)$/]', message: 'The core neither prints nor ends the process.' }],
      'no-restricted-properties': ['error', { object: 'process', property: 'exit', message: 'The core never ends the process.' }],
    },
  },
  {
    // Rules and state are pure: the time and everything else they cannot see comes in by context.
    files: ['model', 'state', 'rules'].map((folder) => `src/core/${folder}/**/*.ts`),
    rules: {
      'no-restricted-globals': ['error', 'process', 'global', 'globalThis', 'performance', 'crypto', 'fetch', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'],
      'no-restricted-properties': ['error', { object: 'Date', property: 'now' }, { object: 'Math', property: 'random' }],
      'no-restricted-syntax': ['error', { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: 'The time comes in by context.' }],
    },
  },
  { files: ['test/**/*.ts', 'bench/**/*.ts', 'scripts/**/*.ts'], rules: { 'max-lines': 'off', '@typescript-eslint/no-unused-expressions': 'off' } },
)
