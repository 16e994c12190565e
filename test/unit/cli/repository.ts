import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removeFolder } from '../../../scripts/removeFolder.js'
import { start, type Result } from './musterProcess.js'

/** A git repository of Ada's in a temporary folder, and the real command line in it. */
export class Repository {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'muster-cli-')))

  constructor() {
    execFileSync('git', ['init', '--quiet', this.root])
    execFileSync('git', ['-C', this.root, 'config', 'user.name', 'Ada'])
    mkdirSync(join(this.root, 'src'))
    writeFileSync(join(this.root, 'src', 'a.ts'), '')
  }

  muster(...args: string[]): Promise<Result> {
    return this.run(args)
  }

  run(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Result> {
    return start(this.root, args, env).ended
  }

  /** Runs it with --json and checks that the answer is one line of JSON that fits the exit code. */
  async json(...args: string[]): Promise<Result> {
    const result = await this.muster(...args, '--json')
    assert.equal(result.out.split('\n').length, 2, `one line of JSON: ${result.out}`)
    assert.equal(result.err, '')
    assert.equal(result.json['ok'], result.exit === 0, result.out)
    return result
  }

  remove(): void {
    removeFolder(this.root)
  }
}
