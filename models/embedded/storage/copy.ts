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
    let portion: Entry[] = [];
    for (const entry of source.range(everything, false, Number.POSITIVE_INFINITY, snapshot)) {
      portion.push(entry);
      if (portion.length < PORTION) continue;
      copied += writePortion(target, portion);
      portion = [];
      if (pace.due()) yield;
    }
    copied += writePortion(target, portion);
  } finally {
    void target.close();
  }
  renameSync(partial, path);
  removeFile(partial);
  syncDirectory(dirname(path));
  return copied;
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
