/**
 * What was erased, by ids alone: it outlives what it is about, so that a backup that is put back can't bring words
 * back which somebody had deleted. Stands in the database and in a file beside it, because a restore replaces the
 * database; each is completed from the other.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { appendFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { Connection } from "mongoose";
import { Schema } from "mongoose";
import type { CaseId, ThreadId } from "../flows/party.ts";
import { type Collection, collectionOf, insertNew } from "./collection.ts";

/** The file's name in the data folder. */
export const erasuresFile = "erasures.jsonl";

export interface Erasure {
  _id: string;
  thread: ThreadId;
  /** The thread's version when it happened: one that is older does not know of it. */
  version: number;
  cases: CaseId[];
  /** Whether all that was known of the mentee went with it. */
  everything: boolean;
  /** Whether also where they are reached. */
  chat: boolean;
  at: Date;
  /** This database has been looked through for it; never in the file, because the next restore knows nothing of it. */
  settled?: boolean;
}

const schema = new Schema<Erasure>(
  {
    _id: { type: String, required: true },
    thread: { type: String, required: true },
    version: { type: Number, required: true },
    cases: { type: [String], required: true },
    everything: { type: Boolean, required: true },
    chat: { type: Boolean, required: true },
    at: { type: Date, required: true },
    settled: Boolean,
  },
  { collection: "erasures", versionKey: false, autoIndex: false },
);
schema.index({ at: 1 }, { name: "at" });

export class Erasures {
  readonly #documents: Collection<Erasure>;
  readonly #file: string | null;

  /** @param file null where nothing is erased */
  constructor(connection: Connection, file: string | null) {
    // With a MongoDB nothing else may have made the folder.
    if (file) mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    this.#documents = collectionOf<Erasure>(connection, "Erasure", schema);
    this.#file = file;
  }

  /** Comes before what it says is done; safe to repeat. */
  async note(erasures: Erasure[]): Promise<void> {
    if (erasures.length === 0) return;
    await insertNew(this.#documents, erasures);
    // Best effort: `keep` completes the file, and says when it can't.
    if (this.#file) await appendFile(this.#file, linesOf(erasures), { mode: 0o600 }).catch(() => undefined);
  }

  /** Completes the database from the file: of the two only the database is part of a backup. */
  async takeUp(since: Date): Promise<void> {
    const known = this.#file === null ? [] : readErasures(this.#file);
    const recent = known.filter(({ at }) => at >= since);
    if (recent.length > 0) await insertNew(this.#documents, recent);
  }

  /** Completes the file from the database, and forgets what no backup holds any more. */
  async keep(since: Date): Promise<void> {
    await this.takeUp(since);
    await this.#documents.deleteMany({ at: { $lt: since } });
    if (this.#file === null) return;
    const inFile = readErasures(this.#file);
    const all = await this.#documents.find({}).sort({ at: 1 }).toArray();
    if (linesOf(all) === linesOf(inFile)) return;
    writeFileSync(`${this.#file}.new`, linesOf(all), { mode: 0o600, flush: true });
    renameSync(`${this.#file}.new`, this.#file);
  }

  /** What this database has not been looked through for, oldest first. */
  async unsettled(): Promise<Erasure[]> {
    return this.#documents
      .find({ settled: { $ne: true } })
      .sort({ at: 1 })
      .toArray();
  }

  /** From here on a lower version does not show a restore any more: it is a new life of the thread. */
  async settle(ids: string[]): Promise<void> {
    await this.#documents.updateMany({ _id: { $in: ids } }, { $set: { settled: true } });
  }
}

/** What stands in a list of erasures; nothing where there is no such file. A last line that was cut off is left out. */
export function readErasures(file: string): Erasure[] {
  return textOf(file)
    .split("\n")
    .flatMap((line) => {
      try {
        const { at, ...rest } = JSON.parse(line) as Omit<Erasure, "at"> & { at: string };
        return [{ ...rest, at: new Date(at) }];
      } catch {
        return [];
      }
    });
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  }
}

function linesOf(erasures: readonly Erasure[]): string {
  return erasures.map(({ settled: _, ...erasure }) => `${JSON.stringify(erasure)}\n`).join("");
}
