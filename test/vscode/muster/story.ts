import type { VsCode } from '../driver/vsCode.js'

/** For a describe whose tests are one story: what follows a failed step cannot be judged, so it is skipped. Keeps evidence of what failed. */
export function oneStory(code: () => VsCode | undefined): void {
  let failed = false
  beforeEach(function () {
    if (failed) this.skip()
  })
  afterEach(function () {
    failed ||= this.currentTest?.state === 'failed'
    return code()?.saveEvidence(this.currentTest)
  })
}
