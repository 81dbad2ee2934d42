import { closeSync, fsyncSync, openSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import type { Pace, Work } from "../plan/read.ts";
import { type Entry, type Snapshot, Storage } from "./storage.ts";

/** How many entries one transaction of a copy holds: few enough that others wait only briefly for it. */
const PORTION = 500;

/** Everything that is stored, in order. */
const everything = { start: Buffer.from([0]), end: Buffer.from([0xff]) };

/**
 * Writes all that is stored into a new file, entry by entry: nothing of what was deleted goes along, as it would
 * in a copy of the file. The copy appears under its name only when it is whole and on disk.
 */
export function* copyStorage(source: Storage, path: string, pace: Pace, snapshot?: Snapshot): Work<number> {
  const partial = `${path}.partial`;
  removeFile(partial);
  const target = new Storage({ path: partial, empty: true });
  let copied = 0;
  try {
    copied = yield* copyEntries(source, target, pace, snapshot);
  } finally {
    void target.close();
  }
  renameSync(partial, path);
  removeFile(partial);
  syncDirectory(dirname(path));
  return copied;
}

function* copyEntries(source: Storage, target: Storage, pace: Pace, snapshot?: Snapshot): Work<number> {
  let copied = 0;
  let portion: Entry[] = [];
  for (const entry of source.range(everything, false, Number.POSITIVE_INFINITY, snapshot)) {
    portion.push(entry);
    if (portion.length < PORTION) continue;
    copied += writePortion(target, portion);
    portion = [];
    if (pace.due()) yield;
  }
  return copied + writePortion(target, portion);
}

/** What an interrupted compaction would leave behind. */
export function compactedPath(path: string): string {
  return `${path}.compacted`;
}

/**
 * Rewrites a file that is in use, so that nothing of what was deleted is left in it: a copy is made beside the work
 * and brought up to date when nothing else is under way.
 *
 * @param alone whether no other work is under way; asked again until it is so
 */
export function* compactInUse(source: Storage, pace: Pace, alone: () => boolean): Work<number> {
  const path = compactedPath(source.path);
  removeFile(path);
  const target = new Storage({ path, empty: true });
  source.watchWrites();
  const snapshot = source.snapshot();
  let taken = false;
  try {
    let copied = 0;
    try {
      copied = yield* copyEntries(source, target, pace, snapshot);
    } finally {
      snapshot.done();
    }
    while (!alone()) yield;
    source.replaceWith(target);
    taken = true;
    syncDirectory(dirname(source.path));
    return copied;
  } finally {
    if (!taken) {
      source.forgetWrites();
      void target.close();
      removeFile(path);
    }
  }
}

function writePortion(target: Storage, portion: readonly Entry[]): number {
  target.write(() => {
    for (const { key, value } of portion) target.put(key, value);
  });
  return portion.length;
}

/** Removes a database file and the file of locks that lmdb keeps beside it. */
export function removeFile(path: string): void {
  rmSync(path, { force: true });
  rmSync(`${path}-lock`, { force: true });
}

/** Makes sure that a directory's list of names is on disk. */
export function syncDirectory(path: string): void {
  if (process.platform === "win32") return;
  const directory = openSync(path, "r");
  fsyncSync(directory);
  closeSync(directory);
}
