/* What links lead to: files and commits. */

/** Of the addresses of read-only documents. */
export const SCHEME = 'muster'

/** At the end of an address: whose records it means, where the workspace has several repositories. */
export function inRecords(folder: string | undefined): string {
  return folder === undefined ? '' : `&in=${folder}`
}

/** Where a commit with its changes is read. */
export function commitAddress(id: string, folder?: string): { scheme: string; path: string; query: string } {
  return { scheme: SCHEME, path: `/${id.slice(0, 8)}.diff`, query: `commit=${id}${inRecords(folder)}` }
}

/** Whether a resource, as people write it, has a place on disk. */
export function isFile(resource: string): boolean {
  return !/^(name|port):|[*?{]/.test(resource)
}
