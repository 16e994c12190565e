import assert from 'node:assert/strict'
import { writesOf } from '../../../src/core/system/shellWrites.js'

const cases: readonly (readonly [command: string, files: readonly string[], git?: readonly string[]])[] = [
  ["sed -i 's/a/b/' src/a.ts", ['/r/s/a/b', '/r/src/a.ts']],
  ["sed -n 's/a/b/p' src/a.ts", []],
  ['perl -pi -e "s/a/b/" a.ts', ['/r/s/a/b', '/r/a.ts']],
  ['echo x > a.ts 2>&1', ['/r/a.ts']],
  ['npm test 2>/dev/null | tee "my log.txt" >> all.log', ['/r/all.log', '/r/my log.txt']],
  ["cat > 'a b.ts' <<'EOF'\nrm c.ts > d.ts\nEOF\nrm e.ts", ['/r/a b.ts', '/r/e.ts']],
  ['cat <<-END >a.ts\nx\n\tEND', ['/r/a.ts']],
  ['cd sub && npx prettier --write a.ts; cd .. && mv b.ts c', ['/r/sub/a.ts', '/r/c', '/r/c/b.ts', '/r/b.ts']],
  ['cd "$HOME" && rm a.ts', []],
  ['rm -rf $DIR/a.ts *.ts b.ts', ['/r/b.ts']],
  ['cp a.ts b.ts', ['/r/b.ts', '/r/b.ts/a.ts']],
  ['grep -rn "rm a.ts" . # > b.ts', []],
  ['FOO=1 sudo tee a.ts', ['/r/a.ts']],
  ['prettier --check a.ts && eslint a.ts', []],
  ['git checkout -- src/a.ts', [], ['/r']],
  ['git -C sub stash && git status', [], ['/r/sub']],
  ['git -c x=y reset --hard; git commit -am "git checkout x > a.ts"', [], ['/r']],
  ['git stash list; git stash show -p; git reset src/a.ts; git reset --soft HEAD~1; git restore --staged a.ts; git checkout -b feat-x; git switch -c feat-y', []],
  ['git checkout -b feat-x origin/main', [], ['/r']],
  ['git restore --staged --worktree a.ts', [], ['/r']],
  ['git -C sub stash pop', [], ['/r/sub']],
  ["echo 'unfinished", []],
  ['node -e "fs.writeFileSync(\'a.ts\')"', []],
  ['[[ a > b ]] || x=$(cat a) && echo "a;b" ', ['/r/b']],
]

describe('what a shell command says it writes', () => {
  for (const [command, files, git = []] of cases) {
    it(JSON.stringify(command), () => assert.deepEqual(writesOf(command, '/r'), { files, git }))
  }

  it('is read in a moment, however long and broken it is', () => {
    for (const text of ['"'.repeat(50_000), '\\'.repeat(50_000), '<<A\n'.repeat(10_000), `${'> '.repeat(30_000)}x`, "'a'".repeat(30_000)]) assert.ok(writesOf(text, '/r').files.length <= 30_000)
  })
})
