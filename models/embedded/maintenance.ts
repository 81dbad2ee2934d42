import { existsSync, mkdirSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { lockDirectory } from "./lock.ts";
import { runToEnd } from "./plan/read.ts";
import { DATA_FILE } from "./server.ts";
import { compactedPath, copyStorage, removeFile } from "./storage/copy.ts";
import { Storage } from "./storage/storage.ts";
import { type Verification, verifyStorage } from "./storage/verify.ts";

export type { Verification } from "./storage/verify.ts";

const unhurried = { due: () => false };

/** Opens the data of a directory that no process has open, for as long as the work takes. */
async function withStorage<Result>(directory: string, work: (storage: Storage) => Result): Promise<Result> {
  if (!existsSync(join(directory, DATA_FILE))) {
    throw new Error(`There is no database in ${directory}.`);
  }
  const lock = await lockDirectory(directory);
  try {
    const storage = new Storage({ path: join(directory, DATA_FILE) });
    try {
      return work(storage);
    } finally {
      await storage.close();
    }
  } finally {
    lock.release();
  }
}

/** Checks the data of a directory that no process has open. */
export function verifyDirectory(directory: string): Promise<Verification> {
  return withStorage(directory, (storage) => runToEnd(verifyStorage(storage, unhurried)));
}

/** Writes a backup of a directory that no process has open; gives the number of entries. */
export function backupDirectory(directory: string, file: string): Promise<number> {
  if (existsSync(file)) throw new Error(`The file ${file} is there already; a backup overwrites nothing.`);
  return withStorage(directory, (storage) => runToEnd(copyStorage(storage, file, unhurried)));
}

/** Rewrites the file of a directory that no process has open, without what was deleted; gives its sizes in bytes. */
export async function compactDirectory(directory: string): Promise<{ before: number; after: number }> {
  const path = join(directory, DATA_FILE);
  const compacted = compactedPath(path);
  return withLock(directory, async () => {
    if (!existsSync(path)) throw new Error(`There is no database in ${directory}.`);
    const before = statSync(path).size;
    await copyChecked(path, compacted);
    renameSync(compacted, path);
    removeFile(compacted);
    return { before, after: statSync(path).size };
  });
}

/** Puts a backup into a directory, which must not hold a database yet. */
export async function restoreDirectory(file: string, directory: string): Promise<void> {
  if (!existsSync(file)) throw new Error(`There is no file ${file}.`);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, DATA_FILE);
  await withLock(directory, async () => {
    if (existsSync(path)) {
      throw new Error(
        `There is a database in ${directory} already. Move it away first; a restore overwrites nothing.`,
      );
    }
    await copyChecked(file, path);
  });
}

async function withLock<Result>(directory: string, work: () => Promise<Result>): Promise<Result> {
  const lock = await lockDirectory(directory);
  try {
    return await work();
  } finally {
    lock.release();
  }
}

/** Checks a file, then copies it; a copy of damaged data is not made. */
async function copyChecked(from: string, to: string): Promise<void> {
  const storage = new Storage({ path: from });
  try {
    const { problems } = runToEnd(verifyStorage(storage, unhurried));
    if (problems.length > 0) throw new Error(`The data in ${from} is damaged: ${problems.join("; ")}`);
    runToEnd(copyStorage(storage, to, unhurried));
  } finally {
    await storage.close();
  }
}
