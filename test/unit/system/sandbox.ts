import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { removeFolder } from '../../../scripts/removeFolder.js'

export function git(cwd: string, ...args: string[]): void {
  execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', '-c', 'protocol.file.allow=always', ...args], { cwd, stdio: 'ignore' })
}

/** A temporary folder with repositories in it. */
export class Sandbox {
  readonly base = realpathSync(mkdtempSync(join(tmpdir(), 'muster-system-')))

  path(...parts: string[]): string {
    return join(this.base, ...parts)
  }

  put(path: string, text = ''): string {
    const file = this.path(path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
    return file
  }

  /** A repository with one commit that holds `src/a.ts`. */
  repository(name = 'repo'): string {
    const root = this.path(name)
    mkdirSync(root, { recursive: true })
    git(root, 'init', '-q', '-b', 'main')
    this.put(`${name}/src/a.ts`)
    git(root, 'add', '.')
    git(root, 'commit', '-qm', 'one')
    return root
  }

  /** A repository with another one as its submodule `sub`; answers the submodule's root. */
  submodule(): string {
    this.repository('library')
    const root = this.repository('super')
    git(root, 'submodule', '--quiet', 'add', this.path('library'), 'sub')
    git(root, 'commit', '-qm', 'sub')
    return join(root, 'sub')
  }

  dispose(): void {
    removeFolder(this.base)
  }
}
