/**
 * What a claim is on. Paths are relative to the root of a working tree, with `/`, in NFC, symlinks of the existing part
 * resolved. `tree` is the working tree: '' for the main one, else the name git gave it. `fold` is the path as compared,
 * present where it differs from `path` (file systems that ignore case).
 */
export type Resource =
  | { kind: 'file' | 'folder' | 'glob'; tree: string; path: string; fold?: string | undefined }
  | { kind: 'symbol'; tree: string; path: string; fold?: string | undefined; symbol: string }
  /** `name:build` or `port:3000`: one for the whole repository, in no working tree. */
  | { kind: 'name'; name: string }
export type PathResource = Exclude<Resource, { kind: 'name' }>

/** A file as an agent names it: its path, behind `tree//` where its working tree is another than the agent's `own`. */
export function namedFile(name: string, own: string): { tree: string; path: string } {
  const [path = '', tree = own] = name.split('//').reverse()
  return { tree, path }
}

/** How a message names what it is about. */
export function aboutOf(resource: Resource): { resource: string; tree?: string } {
  return { resource: resourceLabel(resource), ...(resource.kind !== 'name' && { tree: resource.tree }) }
}

/** The resource as people write it, without its tree: `src/a.ts`, `src/`, `src/a.ts#Router`, `port:3000`. */
export function resourceLabel(resource: Resource): string {
  switch (resource.kind) {
    case 'name':
      return resource.name
    case 'symbol':
      return `${resource.path}#${resource.symbol}`
    case 'folder':
      return resource.path === '' ? './' : `${resource.path}/`
    default:
      return resource.path
  }
}

/** Path as compared with others. */
export function comparedPath(resource: PathResource): string {
  return resource.fold ?? resource.path
}

/**
 * One string per resource: equal for two spellings of one resource, different for any two resources. Files and folders are
 * not told apart: a path is one thing at a time, and whether it exists yet must not change what a claim is on.
 */
export function resourceKey(resource: Resource): string {
  if (resource.kind === 'name') return `:${resource.name}`
  const kind = resource.kind === 'file' || resource.kind === 'folder' ? 'path' : resource.kind
  const symbol = resource.kind === 'symbol' ? `#${resource.symbol}` : ''
  return `${resource.tree}\0${kind}\0${comparedPath(resource)}\0${symbol}`
}
