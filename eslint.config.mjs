import tseslint from 'typescript-eslint'

/** Which way imports may point: core ← tools ← { cli, mcp, vscode }. Entry files are imported by nobody. */
const layers = [
  { files: ['src/core/**'], forbidden: ['**/tools/**', '**/cli/**', '**/mcp/**', '**/vscode/**', '**/dashboard/**', '**/library.js'] },
  { files: ['src/core/rules/**', 'src/core/state/**', 'src/core/model/**'], forbidden: ['node:fs', 'node:fs/*', 'node:child_process', 'node:os', '**/system/**', '**/ledger/folder/**', '**/ledger/memory/**', '**/tools/**', '**/cli/**', '**/mcp/**', '**/vscode/**'] },
  { files: ['src/tools/**'], forbidden: ['**/cli/**', '**/mcp/**', '**/vscode/**', '**/library.js'] },
  { files: ['src/cli/**'], forbidden: ['**/mcp/**', '**/vscode/**', '**/library.js'] },
  { files: ['src/vscode/**'], forbidden: ['**/cli/**', '**/mcp/**', '**/library.js'] },
]
const entries = ['**/extension.js', '**/cli/main.js', '**/mcp/main.js']

const notVscode = { name: 'vscode', message: 'Only src/vscode may import it.' }

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
  {
    files: ['src/**/*.ts'],
    rules: { 'no-restricted-imports': ['error', { paths: [notVscode], patterns: [{ group: entries, message: 'Entry files are imported by nobody.' }] }] },
  },
  ...layers.map(({ files, forbidden }) => ({
    files: files.map((glob) => `${glob}/*.ts`),
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: files[0] === 'src/vscode/**' ? [] : [notVscode],
          patterns: [{ group: [...forbidden, ...entries], message: 'Imports point from front ends to tools to core, and rules stay pure.' }],
        },
      ],
    },
  })),
  {
    files: ['src/core/**/*.ts', 'src/tools/**/*.ts'],
    rules: {
      'no-console': 'error',
      'no-restricted-properties': ['error', { object: 'process', property: 'exit', message: 'The core never ends the process.' }],
    },
  },
  { files: ['test/**/*.ts', 'bench/**/*.ts', 'scripts/**/*.ts'], rules: { 'max-lines': 'off', '@typescript-eslint/no-unused-expressions': 'off' } },
)
