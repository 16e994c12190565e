/** Why a log was not made anew: of two that add to one, a line would be there twice. Of the error that says so. */
export const logsBusy = {
  code: 'BUSY',
  message: 'Somebody else is adding to work logs just now, so they were not made anew. Everything else was.',
  hint: 'Run it again in a moment: muster docs write --whole',
} as const
