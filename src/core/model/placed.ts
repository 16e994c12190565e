import { foldersAbove, placeOf, touches } from './overlap.js'
import type { PathResource } from './resource.js'

/** Resources, found by a file that is one of what they stand for, without looking at each of them. */
export class Placed<T> {
  private readonly at = new Map<string, [PathResource, T][]>()
  private readonly below = new Map<string, [PathResource, T][]>()

  add(resource: PathResource, value: T): void {
    const place = placeOf(resource)
    file(this.at, place, [resource, value])
    for (const folder of foldersAbove(place)) file(this.below, folder, [resource, value])
  }

  /** Those that a file touches, in no order; one that was added twice may be there twice. */
  *touching(changed: PathResource): Generator<T> {
    const place = placeOf(changed)
    const near = [place, ...foldersAbove(place), ...(place === '' ? [] : [''])].flatMap((folder) => this.at.get(folder) ?? [])
    for (const [resource, value] of [...near, ...(this.below.get(place) ?? [])]) {
      if (resource.tree === changed.tree && touches(resource, changed)) yield value
    }
  }
}

function file<T>(filed: Map<string, T[]>, place: string, entry: T): void {
  const there = filed.get(place)
  if (there) there.push(entry)
  else filed.set(place, [entry])
}
