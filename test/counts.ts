/** How often things are tried: in full with `npm run test:proofs`, else as often as `npm test` has time for. */
export function times(some: number, full: number): number {
  return process.env['MUSTER_PROOFS'] === 'full' ? full : some
}
