import { config } from 'zod'

/** For processes that come and go: schemas are walked instead of being compiled, which pays only where they are used again and again. */
export function parseOnce(): void {
  config({ jitless: true })
}
