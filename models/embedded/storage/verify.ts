import { decodeDocument } from "../bson/decode.ts";
import { afterPrefix } from "../bson/keys.ts";
import { CommandError } from "../errors.ts";
import type { Pace, Work } from "../plan/read.ts";
import { type Collection, RECORD_BYTES } from "./collection.ts";
import type { Snapshot, Storage } from "./storage.ts";

/** What a check of the data found. */
export interface Verification {
  collections: number;
  documents: number;
  entries: number;
  /** What is wrong, by collection and index; never with anything that is stored. */
  problems: string[];
}

/** Checks that every document is readable, every index entry has its document and every document its entries. */
export function* verifyStorage(storage: Storage, pace: Pace, snapshot?: Snapshot): Work<Verification> {
  const result: Verification = { collections: 0, documents: 0, entries: 0, problems: [] };
  for (const collection of storage.collections.values()) {
    result.collections += 1;
    yield* verifyCollection(storage, collection, result, pace, snapshot);
  }
  return result;
}

function rangeOf(prefix: Buffer) {
  return { start: prefix, end: afterPrefix(prefix) ?? Buffer.from([0xff]) };
}

function* verifyCollection(
  storage: Storage,
  collection: Collection,
  result: Verification,
  pace: Pace,
  snapshot?: Snapshot,
): Work<void> {
  const problem = (text: string): void => {
    result.problems.push(`${collection.namespace}: ${text}`);
  };
  let documents = 0;
  const wanted = new Map<number, number>();
  for (const { key, value } of storage.range(
    rangeOf(collection.prefix),
    false,
    Number.POSITIVE_INFINITY,
    snapshot,
  )) {
    documents += 1;
    if ((documents & 31) === 0 && pace.due()) yield;
    const record = key.subarray(key.length - RECORD_BYTES);
    const missing = missingEntries(storage, collection, record, value, wanted, snapshot);
    for (const name of missing) problem(`a document has no entry in the index ${name}`);
  }
  result.documents += documents;
  if (documents !== collection.count)
    problem(`${documents} documents are there, ${collection.count} are counted`);
  for (const index of collection.indexes) {
    let entries = 0;
    for (const { value } of storage.range(rangeOf(index.prefix), false, Number.POSITIVE_INFINITY, snapshot)) {
      entries += 1;
      if ((entries & 63) === 0 && pace.due()) yield;
      if (!storage.get(collection.recordKey(value), snapshot))
        problem(`an entry of the index ${index.name} has no document`);
    }
    result.entries += entries;
    const expected = wanted.get(index.state.id) ?? 0;
    if (entries !== expected)
      problem(`the index ${index.name} has ${entries} entries instead of ${expected}`);
  }
}

function missingEntries(
  storage: Storage,
  collection: Collection,
  record: Buffer,
  bytes: Buffer,
  wanted: Map<number, number>,
  snapshot?: Snapshot,
): string[] {
  const document = readable(bytes);
  if (!document) return ["(any): it cannot be read"];
  const missing: string[] = [];
  for (const index of collection.indexes) {
    const keys = index.keysOf(document);
    wanted.set(index.state.id, (wanted.get(index.state.id) ?? 0) + keys.length);
    for (const key of keys) {
      const entry = index.unique ? key.bytes : Buffer.concat([key.bytes, record]);
      if (!storage.get(entry, snapshot)?.equals(record)) missing.push(index.name);
    }
  }
  return missing;
}

function readable(bytes: Buffer) {
  try {
    return decodeDocument(bytes);
  } catch (error) {
    if (error instanceof CommandError) throw error;
    return null;
  }
}
