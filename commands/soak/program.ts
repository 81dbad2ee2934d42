/** The program as a process of its own, which can be killed: what the soak and the benchmark run. */
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { LoadTelegram } from "../../simulator/load/telegram.ts";

export interface ProgramOptions {
  /** Where the played Telegram answers. */
  root: string;
  /** A folder of its own, for the database and the programme. */
  directory: string;
  /** A server instead of the built-in database. */
  mongodbUri?: string | null;
  /** How many open cases one supporter has at most. */
  capacity: number;
  /** The compiled program, below `dist`: with the platforms' pace or, usually, without it. */
  entry?: "bot/main.js" | "commands/unpaced.js";
  /** More of its environment. */
  environment?: Readonly<Record<string, string>>;
  /** More flags for Node.js, such as those that make a profile. */
  flags?: readonly string[];
  /** Called with everything that it prints. */
  onOutput?: (text: string) => void;
}

export const staffGroup = -1_000_777;

const sourceRoot = new URL(import.meta.url.endsWith(".ts") ? "../../dist/" : "../../", import.meta.url);
/** What the program encrypts with; another one in every run. */
export const encryptionKey = { id: "load", key: randomBytes(32) };
const longestStart = 30_000;

export class Program {
  readonly #child: ChildProcess;
  /** Milliseconds from its start until it said that it listens. */
  readonly startedIn: number;
  /** Where it listens. */
  readonly url: string;

  private constructor(child: ChildProcess, startedIn: number, url: string) {
    this.#child = child;
    this.startedIn = startedIn;
    this.url = url;
  }

  /** Starts the program; resolves when it listens. */
  static async start(options: ProgramOptions): Promise<Program> {
    const { entry = "commands/unpaced.js", directory, environment = {}, flags = [], onOutput } = options;
    const programme = join(directory, "programme.json");
    writeFileSync(programme, JSON.stringify(alwaysOpen(options.capacity)));
    const began = performance.now();
    const child = spawn(process.execPath, [...flags, fileURLToPath(new URL(entry, sourceRoot))], {
      cwd: directory,
      stdio: ["pipe", "pipe", "pipe"],
      env: {
        PROGRAMME: programme,
        PORT: "0",
        DATA_DIR: join(directory, "data"),
        LOG_LEVEL: "warn",
        ENCRYPTION_KEYS: `${encryptionKey.id}:${encryptionKey.key.toString("base64")}`,
        TELEGRAM_TEAM_TOKEN: LoadTelegram.token("team"),
        TELEGRAM_BOT_TOKEN: LoadTelegram.token("public"),
        TELEGRAM_API_ROOT: options.root,
        STAFF_CHAT_ID: String(staffGroup),
        ...(options.mongodbUri ? { MONGODB_URI: options.mongodbUri } : {}),
        ...environment,
      },
    });
    let printed = "";
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => fail("did not start in time"), longestStart);
      const fail = (why: string): void => {
        clearTimeout(late);
        child.kill("SIGKILL");
        reject(new Error(`the program ${why}:\n${printed}`));
      };
      child.once("exit", (code) => fail(`ended with ${code}`));
      const hear = (chunk: Buffer): void => {
        const text = String(chunk);
        onOutput?.(text);
        if (printed.length > 10_000) return;
        printed += text;
        const url = /listens on (http:\S+)/.exec(printed)?.[1];
        if (!url) return;
        clearTimeout(late);
        child.removeAllListeners("exit");
        printed = "x".repeat(10_001);
        resolve(new Program(child, performance.now() - began, url));
      };
      child.stdout?.on("data", hear);
      child.stderr?.on("data", hear);
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Ends it at once, without a word to it. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** Asks it to end; resolves with its exit code and how long it took, milliseconds. */
  async stop(): Promise<{ code: number | null; took: number }> {
    const began = performance.now();
    const code = await this.#end("SIGTERM");
    return { code, took: performance.now() - began };
  }

  /** Stops it in its tracks, or lets it go on. */
  signal(signal: "SIGSTOP" | "SIGCONT"): void {
    this.#child.kill(signal);
  }

  async #end(signal: "SIGKILL" | "SIGTERM"): Promise<number | null> {
    const { exitCode, signalCode } = this.#child;
    if (exitCode !== null || signalCode !== null) return exitCode;
    const ended = new Promise<number | null>((resolve) => this.#child.once("exit", (code) => resolve(code)));
    this.#child.kill(signal);
    return ended;
  }
}

/** A programme that is open from midnight to almost midnight, so that it can be measured at any hour. */
function alwaysOpen(capacity: number): object {
  const days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
  return {
    id: "load",
    name: "Load",
    languages: ["en"],
    identity: "pseudonym",
    minimumAge: 18,
    goLive: "at_once",
    offers: { expiryMinutes: 10, rounds: [1, 3, "all"] },
    alertsAtNight: "waits",
    capacity,
    sites: [
      {
        id: "load",
        name: "Load",
        zone: "Europe/Oslo",
        country: "no",
        hours: { week: Object.fromEntries(days.map((day) => [day, [["00:00", "23:58"]]])), holidays: null },
      },
    ],
  };
}
