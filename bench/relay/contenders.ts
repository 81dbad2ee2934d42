/** What is measured side by side: the floors and Peerline, each a process of its own before a Telegram of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ledger } from "../../commands/soak/ledger.ts";
import { Program, type ProgramOptions } from "../../commands/soak/program.ts";
import { openTalks, type Talk } from "../../commands/soak/talks.ts";
import { type Arrived, LoadTelegram } from "../../simulator/load/telegram.ts";

export interface Contender {
  readonly name: string;
  readonly pid: number;
  readonly telegram: LoadTelegram;
  readonly ledger: Ledger;
  readonly talks: readonly Talk[];
  stop(): Promise<void>;
}

export interface Peerline extends Contender {
  program: Program;
  readonly options: ProgramOptions;
  /** The process of the database, where it is one of its own. */
  readonly databasePid: number | null;
}

const lateAfter = 60_000;
const floors = {
  polling: "bare grammY, polling",
  runner: "bare grammY + runner",
  durable: "bare grammY + runner + 4 writes to disk",
} as const;
export type Floor = keyof typeof floors;

/** Runs a TypeScript file of ours and resolves when it says that it listens. */
export function runFile(
  path: string,
  words: readonly string[],
): Promise<{ child: ChildProcess; says: string }> {
  const file = fileURLToPath(new URL(path, import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", file, ...words], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  return new Promise((resolve, reject) => {
    let says = "";
    child.stdout?.on("data", (chunk: Buffer) => {
      says += String(chunk);
      if (says.includes("\n")) resolve({ child, says });
    });
    child.once("exit", (code) => reject(new Error(`${path} ended with ${code}`)));
  });
}

/** Ends a process, hard. */
export function end(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.removeAllListeners("exit");
    child.once("exit", () => resolve());
    child.kill("SIGKILL");
  });
}

/** A bare bot, which sends on what it gets with nothing in between. */
export async function startFloor(floor: Floor, talks: readonly Talk[]): Promise<Contender> {
  const ledger = new Ledger({ lateAfter });
  const telegram = await LoadTelegram.start({
    onSend: (arrived) => {
      // A bare bot has but one account.
      ledger.note({ ...arrived, bot: "team" });
      return undefined;
    },
  });
  const { child } = await runFile(`../floors/${floor}.ts`, [telegram.root]);
  return {
    name: floors[floor],
    pid: child.pid ?? 0,
    telegram,
    ledger,
    talks,
    async stop() {
      await end(child);
      await telegram.stop();
    },
  };
}

export interface PeerlineOptions {
  name: string;
  database: DatabaseServer | null;
  mentees: number;
  each: number;
  /** Called with the database's folder before the program starts for good. */
  prepare?: (directory: string) => Promise<void>;
  /** More settings, from when the talks are open. */
  environmentAfterwards?: Readonly<Record<string, string>>;
  flags?: readonly string[];
}

/** The real program, with talks open. */
export async function startPeerline({
  name,
  database,
  mentees,
  each,
  prepare,
  environmentAfterwards = {},
  flags = [],
}: PeerlineOptions): Promise<Peerline> {
  const ledger = new Ledger({ lateAfter });
  let react: ((arrived: Arrived) => void) | null = null;
  const telegram = await LoadTelegram.start({
    onSend: (arrived) => {
      if (react) react(arrived);
      else ledger.note(arrived);
      return undefined;
    },
  });
  const directory = mkdtempSync(join(tmpdir(), "bench-relay-"));
  const options: ProgramOptions = {
    root: telegram.root,
    directory,
    mongodbUri: database?.fresh() ?? null,
    capacity: each,
    flags,
  };
  const talks = await openTalks(
    telegram,
    options,
    (then) => {
      react = then;
    },
    { mentees, each },
  );
  await prepare?.(directory);
  const peerline: Peerline = {
    name,
    program: await Program.start({ ...options, environment: environmentAfterwards }),
    get pid() {
      return peerline.program.pid;
    },
    databasePid: database?.pid ?? null,
    options,
    telegram,
    ledger,
    talks,
    async stop() {
      await peerline.program.stop();
      await telegram.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
  return peerline;
}

/** A MongoDB server for Peerline. */
export interface DatabaseServer {
  readonly says: string;
  /** Null when it is not on this machine or not ours. */
  readonly pid: number | null;
  /** A connection string to a database of its own. */
  fresh(): string;
  stop(): Promise<void>;
}

let databases = 0;

/** @param uri a server that runs; without one, our own database in a process of its own plays it */
export async function startDatabase(uri: string | null): Promise<DatabaseServer> {
  const fresh = (base: string): string => {
    const [address = "", options] = base.split("?");
    const host = address.replace(/(mongodb(?:\+srv)?:\/\/[^/]+).*/, "$1");
    return `${host}/bench${process.pid}x${++databases}${options ? `?${options}` : ""}`;
  };
  if (uri) return { says: "MONGODB_URI", pid: null, fresh: () => fresh(uri), stop: async () => undefined };
  const directory = mkdtempSync(join(tmpdir(), "bench-database-"));
  const { child, says } = await runFile("./database-host.ts", [directory]);
  return {
    says: "MONGODB_URI: the built-in database in a process of its own",
    pid: child.pid ?? null,
    fresh: () => fresh(says.trim()),
    async stop() {
      await end(child);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
