/**
 * Stands between one instance of the service and the database, and breaks what it is told to break: the instance
 * dies at its nth write, before or after the write took effect; every command is delayed by chance; the instance
 * freezes, and what it had on its way arrives late.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import mongoose from "mongoose";

const writes = new Set(["insert", "update", "delete", "findAndModify"]);

export interface Breaking {
  /** The write at which the instance dies, counted from 1; undefined for never. */
  dieAt?: number;
  /** Whether that write still takes effect. */
  after?: boolean;
  /** Milliseconds by which a command is delayed. */
  delay?: () => number;
  onDeath?: () => void;
  /** Sees every command, as the database gets it. */
  onCommand?: (command: Command) => void;
}

/** A command of the wire protocol; what stands beside its body (`updates`, `documents`) is put into it. */
export type Command = Record<string, unknown>;

export class DatabaseProxy {
  readonly #target: string;
  readonly #breaking: Breaking;
  readonly #directory = mkdtempSync(join(tmpdir(), "peerline-proxy-"));
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #dead = false;
  #frozen: Promise<void> | null = null;
  #thaw: (() => void) | null = null;
  /** How many writes have passed. */
  writes = 0;
  /** Commands that are stopped until they are let through, by what they are and what they are about. */
  #stops: Stop[] = [];
  #cuts: { command: string; collection: string }[] = [];

  private constructor(target: string, breaking: Breaking) {
    this.#target = target;
    this.#breaking = breaking;
    this.#server = createServer((client) => this.#accept(client));
  }

  /** @param uri where the database is; a Unix socket or host and port */
  static async open(uri: string, breaking: Breaking = {}): Promise<DatabaseProxy> {
    const proxy = new DatabaseProxy(uri, breaking);
    await new Promise<void>((resolve) => proxy.#server.listen(proxy.#path, resolve));
    return proxy;
  }

  /** What the instance connects to. */
  get uri(): string {
    const rest = /^mongodb:\/\/[^/]+(\/.*)$/.exec(this.#target)?.[1] ?? "/";
    const [database, options] = rest.split("?");
    const direct = new URLSearchParams(options);
    direct.set("directConnection", "true");
    return `mongodb://${encodeURIComponent(this.#path)}${database}?${direct}`;
  }

  /** The instance is gone: nothing of it reaches the database any more. */
  die(): void {
    if (this.#dead) return;
    this.#dead = true;
    for (const socket of this.#sockets) socket.destroy();
    this.#thaw?.();
    this.#breaking.onDeath?.();
  }

  /** The database can't be reached until `comeBack`. */
  async goAway(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  async comeBack(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(this.#path, resolve));
  }

  get dead(): boolean {
    return this.#dead;
  }

  /**
   * Stops the next command of this name on this collection that mentions something. `reached` resolves when it is
   * there; it goes on when `letGo` is called.
   */
  stopAt(command: string, collection: string, mentions = ""): { reached: Promise<void>; letGo: () => void } {
    let letGo = (): void => undefined;
    let reach = (): void => undefined;
    const reached = new Promise<void>((resolve) => {
      reach = resolve;
    });
    const gone = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    this.#stops.push({ command, collection, mentions, reach, gone });
    return { reached, letGo };
  }

  /** Drops the connection that carries the next such command once it took effect: its sender hears nothing. */
  cutAfter(command: string, collection: string): void {
    this.#cuts.push({ command, collection });
  }

  /** What is on its way stays on its way until `thaw`. */
  freeze(): void {
    this.#frozen ??= new Promise((resolve) => {
      this.#thaw = resolve;
    });
  }

  thaw(): void {
    this.#thaw?.();
    this.#frozen = null;
    this.#thaw = null;
  }

  async close(): Promise<void> {
    this.die();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
    rmSync(this.#directory, { recursive: true, force: true });
  }

  get #path(): string {
    return join(this.#directory, "db.sock");
  }

  #accept(client: Socket): void {
    const upstream = this.#connect();
    for (const socket of [client, upstream]) {
      this.#sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => this.#sockets.delete(socket));
    }
    if (this.#dead) client.destroy();
    let chain = Promise.resolve();
    let dying = false;
    let cutting = false;
    eachFrame(client, (frame) => {
      chain = chain.then(async () => {
        const { command, collection } = commandOf(frame);
        if (this.#breaking.onCommand && command !== "hello") this.#breaking.onCommand(wholeCommand(frame));
        await this.#wait(command);
        const stop = this.#stops.find(
          (one) => one.command === command && one.collection === collection && frame.includes(one.mentions),
        );
        if (stop) {
          this.#stops = this.#stops.filter((one) => one !== stop);
          stop.reach();
          await stop.gone;
        }
        const cut = this.#cuts.find((one) => one.command === command && one.collection === collection);
        if (cut) {
          this.#cuts = this.#cuts.filter((one) => one !== cut);
          cutting = true;
        }
        if (this.#dead) return;
        if (writes.has(command)) {
          this.writes += 1;
          if (this.writes === this.#breaking.dieAt) {
            if (!this.#breaking.after) {
              this.die();
              return;
            }
            dying = true;
          }
        }
        upstream.write(frame);
      });
    });
    let back = Promise.resolve();
    upstream.on("data", (data: Buffer) => {
      back = back.then(async () => {
        // It took effect, and the instance will never know.
        if (dying) this.die();
        if (cutting) client.destroy();
        await this.#frozen;
        if (!this.#dead) client.write(data);
      });
    });
    client.on("close", () => upstream.destroy());
    upstream.on("close", () => client.destroy());
  }

  async #wait(command: string): Promise<void> {
    const delay = command === "hello" ? 0 : (this.#breaking.delay?.() ?? 0);
    if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay));
    await this.#frozen;
  }

  #connect(): Socket {
    const [, host = ""] = /^mongodb:\/\/(?:[^@/]*@)?([^/,?]+)/.exec(this.#target) ?? [];
    const decoded = decodeURIComponent(host);
    if (decoded.startsWith("/")) return connect(decoded);
    const [name, port] = decoded.split(":");
    return connect(Number(port ?? 27_017), name);
  }
}

/** Calls back with each whole message of the wire protocol. */
function eachFrame(socket: Socket, each: (frame: Buffer) => void): void {
  let gathered: Buffer = Buffer.alloc(0);
  socket.on("data", (data: Buffer) => {
    gathered = gathered.length === 0 ? data : Buffer.concat([gathered, data]);
    while (gathered.length >= 4 && gathered.length >= gathered.readInt32LE(0)) {
      const length = gathered.readInt32LE(0);
      each(gathered.subarray(0, length));
      gathered = gathered.subarray(length);
    }
  });
}

const message = 2013;

/** The command of a message, and the collection it is about: the first field of its body, when that is a string. */
function commandOf(frame: Buffer): { command: string; collection: string } {
  if (frame.readInt32LE(12) !== message) return { command: "hello", collection: "" };
  // header 16, flags 4, kind 1, document length 4, then the first field: type 1, name, value
  const nameAt = 26;
  const nameEnd = frame.indexOf(0, nameAt);
  const command = frame.toString("utf8", nameAt, nameEnd);
  const isString = frame[nameAt - 1] === 2;
  const collection = isString ? frame.toString("utf8", nameEnd + 5, frame.indexOf(0, nameEnd + 5)) : "";
  return { command, collection };
}

/** Body and document sequences of a message, as one. */
function wholeCommand(frame: Buffer): Command {
  const { deserialize } = mongoose.mongo.BSON;
  const whole: Command = {};
  for (let at = 20; at < frame.length; ) {
    const kind = frame[at];
    const length = frame.readInt32LE(at + 1);
    const end = at + 1 + length;
    if (kind === 0) Object.assign(whole, deserialize(frame.subarray(at + 1, end)));
    else {
      const nameEnd = frame.indexOf(0, at + 5);
      const documents: unknown[] = [];
      for (let next = nameEnd + 1; next < end; ) {
        const size = frame.readInt32LE(next);
        documents.push(deserialize(frame.subarray(next, next + size)));
        next += size;
      }
      whole[frame.toString("utf8", at + 5, nameEnd)] = documents;
    }
    at = end;
  }
  return whole;
}

interface Stop {
  mentions: string;
  command: string;
  collection: string;
  reach: () => void;
  gone: Promise<void>;
}
