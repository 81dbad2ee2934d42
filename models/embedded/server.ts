import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Scheduler } from "./scheduler.ts";
import { compactedPath, removeFile } from "./storage/copy.ts";
import { Storage } from "./storage/storage.ts";
import { MessageReader, ProtocolError, replyMessage } from "./wire.ts";

/** The name of the file with the data in its directory. */
export const DATA_FILE = "data.mdb";

/** The name, in its directory, of the file that tells where a database under way is reached. */
const ADDRESS_FILE = "run/uri";

/** The connection string of the database that a directory has open; null when none is. */
export function runningAddress(directory: string): string | null {
  try {
    return readFileSync(join(directory, ADDRESS_FILE), "utf8");
  } catch {
    return null;
  }
}

/** Longer paths of sockets are cut off by some systems. */
const MAX_SOCKET_PATH = 100;

/** A server under way. */
export interface RunningServer {
  uri: string;
  close(): Promise<void>;
}

/** Opens the data of a directory and serves it on a socket that nobody but this user can reach. */
export async function startServer(directory: string): Promise<RunningServer> {
  const path = join(directory, DATA_FILE);
  removeFile(compactedPath(path));
  const storage = new Storage({ path });
  const scheduler = new Scheduler(storage);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => serve(socket, scheduler, sockets));
  const place = socketPlace(directory);
  try {
    await listen(server, place.path);
  } catch (error) {
    await storage.close();
    throw error;
  }
  const idle = setInterval(() => scheduler.closeIdleCursors(), 60_000);
  idle.unref();
  const uri = `mongodb://${encodeURIComponent(place.path)}/?directConnection=true`;
  writeFileSync(join(directory, ADDRESS_FILE), uri, { mode: 0o600 });
  return {
    uri,
    async close() {
      clearInterval(idle);
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      // what has arrived is finished and answered; nothing more is read
      for (const socket of sockets) socket.pause();
      await scheduler.whenIdle();
      for (const socket of sockets) socket.destroy();
      await closed;
      await storage.close();
      place.remove();
      rmSync(join(directory, ADDRESS_FILE), { force: true });
    },
  };
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

/** Where the socket is: in a directory that only this user may enter, since the socket's own mode comes too late. */
function socketPlace(directory: string): { path: string; remove(): void } {
  const inside = join(directory, "run");
  mkdirSync(inside, { recursive: true, mode: 0o700 });
  chmodSync(inside, 0o700);
  if (process.platform === "win32") {
    const name = createHash("sha256").update(directory).digest("hex").slice(0, 32);
    return { path: `\\\\.\\pipe\\embedded-${name}.sock`, remove: () => undefined };
  }
  const path = join(inside, "database.sock");
  if (Buffer.byteLength(path) <= MAX_SOCKET_PATH) {
    // the lock is held, so that what lies here was left by a process that is gone
    rmSync(path, { force: true });
    return { path, remove: () => rmSync(path, { force: true }) };
  }
  const temporary = mkdtempSync(join(tmpdir(), "embedded-"));
  return {
    path: join(temporary, "database.sock"),
    remove: () => rmSync(temporary, { recursive: true, force: true }),
  };
}

function serve(socket: Socket, scheduler: Scheduler, sockets: Set<Socket>): void {
  const reader = new MessageReader();
  sockets.add(socket);
  socket.on("close", () => sockets.delete(socket));
  // a client that goes away takes nothing with it; its acknowledged writes are on disk
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk) => {
    try {
      for (const request of reader.push(chunk)) {
        const answer = (fields: Parameters<typeof replyMessage>[1]): void => {
          if (!request.silent && !socket.destroyed) socket.write(replyMessage(request, fields));
        };
        scheduler.submit(request, answer, () => !socket.destroyed);
      }
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      socket.destroy();
    }
  });
}
