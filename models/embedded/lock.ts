import { randomUUID } from "node:crypto";
import { closeSync, openSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

const LOCK_FILE = "lock";
const BEAT = 1000;
/** A lock of another machine or container that has not moved for so long, in milliseconds, is left over. */
const SILENCE = 8000;

/** Another process has the directory open. */
export class DirectoryInUse extends Error {}

/** The right to open a directory, until it is given back. */
export interface DirectoryLock {
  release(): void;
}

interface Holder {
  token: string;
  pid: number;
  host: string;
}

/**
 * Takes the directory for this process, or throws `DirectoryInUse`. On Linux a socket in the abstract namespace,
 * named after the directory's inode, decides at once and goes with the process however it ends; a file with a
 * heartbeat decides for processes that cannot see each other's sockets (containers, other systems).
 */
export async function lockDirectory(directory: string): Promise<DirectoryLock> {
  const socket = process.platform === "linux" ? await bindAbstract(directory) : null;
  try {
    const file = await takeFile(directory);
    return {
      release() {
        file.release();
        socket?.close();
      },
    };
  } catch (error) {
    socket?.close();
    throw error;
  }
}

function inUse(directory: string, by: string): DirectoryInUse {
  return new DirectoryInUse(
    `The database directory ${directory} is open in another process${by}. Only one process can use it at a time: stop the other first, or choose another directory.`,
  );
}

async function bindAbstract(directory: string): Promise<Server> {
  const { dev, ino } = statSync(directory, { bigint: true });
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      reject(error.code === "EADDRINUSE" ? inUse(directory, holderText(directory)) : error);
    });
    server.listen(`\0embedded-database-${dev}-${ino}`, resolve);
  });
  server.unref();
  return server;
}

function holderText(directory: string): string {
  const holder = readHolder(join(directory, LOCK_FILE));
  return holder ? ` (process ${holder.pid} on ${holder.host})` : "";
}

function readHolder(path: string): Holder | null {
  try {
    const [token = "", pid = "", host = ""] = readFileSync(path, "utf8").split("\n");
    return { token, pid: Number(pid), host };
  } catch {
    return null;
  }
}

async function takeFile(directory: string): Promise<DirectoryLock> {
  const path = join(directory, LOCK_FILE);
  const own: Holder = { token: randomUUID(), pid: process.pid, host: hostname() };
  for (;;) {
    if (createExclusive(path, own)) break;
    await removeIfLeftOver(directory, path);
  }
  const beat = setInterval(() => {
    try {
      const now = new Date();
      if (readHolder(path)?.token === own.token) utimesSync(path, now, now);
    } catch {
      // the next beat tries again; the lock is as good as the socket until then
    }
  }, BEAT);
  beat.unref();
  return {
    release() {
      clearInterval(beat);
      if (readHolder(path)?.token === own.token) rmSync(path, { force: true });
    },
  };
}

function createExclusive(path: string, own: Holder): boolean {
  try {
    const file = openSync(path, "wx", 0o600);
    writeFileSync(file, `${own.token}\n${own.pid}\n${own.host}\n`);
    closeSync(file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Removes a lock whose process is gone; throws where it lives. */
async function removeIfLeftOver(directory: string, path: string): Promise<void> {
  const holder = readHolder(path);
  if (!holder) return;
  if (holder.host === hostname()) {
    // on Linux the abstract socket is ours already, so that no process of this machine holds the directory
    if (process.platform !== "linux" && isAlive(holder.pid)) throw inUse(directory, holderText(directory));
  } else if (await beats(path)) {
    throw inUse(directory, holderText(directory));
  }
  if (readHolder(path)?.token === holder.token) rmSync(path, { force: true });
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Whether a lock file moves within the time in which a living process would have moved it. */
async function beats(path: string): Promise<boolean> {
  const modified = (): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const first = modified();
  for (let waited = 0; waited < SILENCE; waited += BEAT / 2) {
    await delay(BEAT / 2);
    if (modified() !== first) return true;
  }
  return false;
}
