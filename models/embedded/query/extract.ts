import { BsonUndefined, type Document, type Value } from "../bson/values.ts";
import { isArrayIndex } from "./path.ts";

/** Two of the paths lead through different arrays, whose combinations MongoDB refuses to index or sort by. */
export class ParallelArrays extends Error {
  readonly first: string;
  readonly second: string;

  constructor(first: string, second: string) {
    super("parallel arrays");
    this.first = first;
    this.second = second;
  }
}

/** The keys of one document: one value a path each. */
export interface ExtractedKeys {
  keys: (Value | undefined)[][];
  /** Whether an array was taken apart on the way. */
  multikey: boolean;
}

/** Where the walk along one path stands: at its end, or before an array that is to be taken apart. */
interface Place {
  value: Value | undefined;
  array: Value[] | null;
  /** The part of the path that comes after the array. */
  next: number;
}

const emptyArray = new BsonUndefined();

/**
 * The keys by which a document is indexed or sorted, by MongoDB's rules: a missing field is `undefined`, an
 * array gives a key for each of its elements, an empty array the key BSON-undefined.
 *
 * @throws ParallelArrays where two paths lead through different arrays
 */
export function extractKeys(paths: readonly (readonly string[])[], document: Document): ExtractedKeys {
  const places = paths.map((path) => follow(document, path, 0));
  if (places.every((place) => place.array === null)) {
    return { keys: [places.map((place) => place.value)], multikey: false };
  }
  const keys: (Value | undefined)[][] = [];
  expand(paths, places, keys);
  return { keys, multikey: true };
}

function follow(from: Value | undefined, path: readonly string[], start: number): Place {
  let value = from;
  let at = start;
  while (at < path.length) {
    const part = path[at] ?? "";
    if (value instanceof Map) value = value.get(part);
    else if (Array.isArray(value)) {
      if (!isArrayIndex(part) || Number(part) >= value.length)
        return { value: undefined, array: value, next: at };
      value = value[Number(part)];
    } else return { value: undefined, array: null, next: at };
    at += 1;
  }
  return Array.isArray(value) ? { value, array: value, next: at } : { value, array: null, next: at };
}

function expand(paths: readonly (readonly string[])[], places: Place[], keys: (Value | undefined)[][]): void {
  const first = places.findIndex((place) => place.array !== null);
  const array = places[first]?.array;
  if (!array) {
    keys.push(places.map((place) => place.value));
    return;
  }
  for (let at = first + 1; at < places.length; at++) {
    const other = places[at]?.array;
    if (other && other !== array) {
      throw new ParallelArrays((paths[at] ?? []).join("."), (paths[first] ?? []).join("."));
    }
  }
  const elements: (Value | undefined)[] = array.length === 0 ? [undefined] : array;
  for (const element of elements) {
    const next = places.map((place, at): Place => {
      if (place.array === null) return place;
      const path = paths[at] ?? [];
      if (place.next < path.length) {
        // an array within an array is not taken apart on the way to a field
        return Array.isArray(element) ? missing : follow(element, path, place.next);
      }
      return { value: array.length === 0 ? emptyArray : element, array: null, next: place.next };
    });
    expand(paths, next, keys);
  }
}

const missing: Place = { value: undefined, array: null, next: 0 };
