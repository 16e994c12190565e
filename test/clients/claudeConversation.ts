import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { ModelApi } from './modelApi.js'
import type { Place } from './place.js'

interface Event {
  type: string
  subtype?: string
  session_id?: string
  /** Of hooks that have answered. */
  hook_event?: string
  exit_code?: number
  stderr?: string
  compact_metadata?: { trigger: string }
}

/** Claude Code without a screen: a conversation that goes on until its input ends. */
export class ClaudeConversation {
  readonly events: Event[] = []
  private readonly ended: Promise<unknown>
  private stderr = ''
  private heard: () => void = () => undefined

  private constructor(private readonly child: ChildProcess) {
    this.ended = once(child, 'close')
    createInterface({ input: child.stdout! }).on('line', (line) => {
      this.events.push(JSON.parse(line) as Event)
      this.heard()
    })
    child.stderr!.setEncoding('utf8').on('data', (text: string) => (this.stderr += text))
  }

  static start(place: Place, bin: string, api: ModelApi, ...options: string[]): ClaudeConversation {
    const env = place.env(bin, { DISABLE_AUTOUPDATER: '1', CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', ANTHROPIC_BASE_URL: api.address, ANTHROPIC_API_KEY: 'none' })
    return new ClaudeConversation(place.start(join(bin, 'claude'), [
      '-p', '--input-format', 'stream-json', '--output-format', 'stream-json', '--verbose', '--include-hook-events', '--permission-mode', 'acceptEdits', '--allowedTools', 'mcp__muster', ...options,
    ], env))
  }

  /** What a person says; resolves when Claude Code has stopped again. */
  async prompt(text: string): Promise<void> {
    const before = this.results
    const answered = new Promise<void>((resolve) => { this.heard = () => { if (this.results > before) resolve() } })
    this.child.stdin!.write(`${JSON.stringify({ type: 'user', message: { role: 'user', content: text } })}\n`)
    await Promise.race([answered, this.ended])
    assert.ok(this.results > before, `Claude Code has ended: ${this.stderr}`)
  }

  /** As when a person leaves it. */
  async end(): Promise<void> {
    this.child.stdin!.end()
    await this.ended
  }

  /** Hooks that it has called, by the names of their events; each has to have ended well. */
  hooks(): string[] {
    const answers = this.events.filter(({ subtype }) => subtype === 'hook_response')
    assert.deepEqual(answers.filter(({ exit_code, stderr }) => exit_code !== 0 || stderr !== ''), [])
    return [...new Set(answers.map(({ hook_event }) => hook_event!))].sort()
  }

  /** What for the conversation was compacted, each time. */
  compactions(): string[] {
    return this.events.flatMap(({ compact_metadata }) => compact_metadata?.trigger ?? [])
  }

  private get results(): number {
    return this.events.filter(({ type }) => type === 'result').length
  }
}
