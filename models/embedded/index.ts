import { accessSync, constants, mkdirSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { type DirectoryLock, lockDirectory } from "./lock.ts";
import type { WorkerMessage } from "./worker.ts";

export { DirectoryInUse } from "./lock.ts";

export interface EmbeddedDatabaseOptions {
  /** Where the data is kept; made (for this user alone) where it does not exist. */
  directory: string;
  /** Called once if the database ends without having been closed. */
  onFailure?: (error: Error) => void;
}

/** A database under way. */
export interface EmbeddedDatabase {
  /** The connection string for `mongoose.createConnection` or the MongoDB driver. */
  readonly uri: string;
  /** Finishes what is under way and stops; nothing acknowledged depends on it. */
  close(): Promise<void>;
}

/** The database cannot be opened; the message says why and what to do. */
export class CannotOpen extends Error {}

/**
 * Opens the database in a directory, in a worker thread, and makes it where there is none.
 *
 * @throws DirectoryInUse when another process has the directory open
 * @throws CannotOpen when the directory cannot be used
 */
export async function openEmbeddedDatabase(options: EmbeddedDatabaseOptions): Promise<EmbeddedDatabase> {
  const { directory } = options;
  makeDirectory(directory);
  const lock = await lockDirectory(directory);
  try {
    return await startWorker(options, lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

function makeDirectory(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    if (!statSync(directory).isDirectory()) throw new Error("it is not a directory");
    accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? (error instanceof Error ? error.message : "unknown");
    throw new CannotOpen(
      `The database directory ${directory} cannot be used (${why}). Choose a directory that this user may write to.`,
    );
  }
}

/** Starts the worker's file; from its TypeScript source, with the loader that makes such files run. */
function newWorker(directory: string): Worker {
  // without the flags of this process, some of which a worker cannot have
  const options = { workerData: { directory }, execArgv: [] };
  if (!import.meta.url.endsWith(".ts")) return new Worker(new URL("./worker.js", import.meta.url), options);
  const tsx = createRequire(import.meta.url).resolve("tsx/package.json");
  const loader = new URL("./dist/esm/api/index.mjs", pathToFileURL(tsx)).href;
  const url = new URL("./worker.ts", import.meta.url).href;
  const start = `import(${JSON.stringify(loader)}).then(({ register }) => { register(); return import(${JSON.stringify(url)}); })`;
  return new Worker(start, { ...options, eval: true });
}

async function startWorker(options: EmbeddedDatabaseOptions, lock: DirectoryLock): Promise<EmbeddedDatabase> {
  const worker = newWorker(options.directory);
  const ended = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
  let failure: Error | null = null;
  worker.on("error", (error) => {
    failure = error;
  });
  const message = await firstMessage(worker, ended, () => failure);
  if (message.kind === "failed") {
    await ended;
    throw new CannotOpen(message.message);
  }
  // the process may end while the database is open: what was acknowledged is on disk
  worker.unref();
  let closing: Promise<void> | null = null;
  void ended.then(() => {
    if (closing) return;
    lock.release();
    options.onFailure?.(failure ?? new Error("The embedded database has stopped"));
  });
  return {
    uri: message.uri,
    close() {
      closing ??= stop(worker, ended, lock);
      return closing;
    },
  };
}

function firstMessage(
  worker: Worker,
  ended: Promise<void>,
  failure: () => Error | null,
): Promise<WorkerMessage> {
  return new Promise((resolve, reject) => {
    worker.once("message", resolve);
    void ended.then(() =>
      reject(failure() ?? new CannotOpen("The embedded database stopped while it started")),
    );
  });
}

async function stop(worker: Worker, ended: Promise<void>, lock: DirectoryLock): Promise<void> {
  worker.ref();
  worker.postMessage("stop");
  await ended;
  lock.release();
}
