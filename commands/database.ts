/** `npm run database -- <what>`: looks after the embedded database of a directory. */
import { createHash } from "node:crypto";
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import mongoose from "mongoose";
import { DirectoryInUse, openEmbeddedDatabase } from "../models/embedded/index.ts";
import {
  backupDirectory,
  compactDirectory,
  restoreDirectory,
  verifyDirectory,
} from "../models/embedded/maintenance.ts";
import { runningAddress } from "../models/embedded/server.ts";
import { erasuresFile, readErasures } from "../models/erasures.ts";

const { MongoClient } = mongoose.mongo;
type Client = InstanceType<typeof MongoClient>;

const usage = `npm run database -- <what> [--dir DIRECTORY]     (the directory is "data" unless it is named)

  serve            opens the database, prints its connection string and stays until it is stopped
  backup FILE      writes everything into a new file, also while the service runs
  restore FILE     puts a backup into a directory that holds no database; what people deleted after it was made is
                   deleted again at the next start, if erasures.jsonl of the old directory is there or named with
                   --erasures FILE
  verify           checks every document and every index entry, also while the service runs
  compact          rewrites the file, so that what was deleted is gone from disk; the service must be stopped
  move --to URI    copies everything to a MongoDB, with its indexes, and compares; the service must be stopped`;

/** What the person is told; the process ends with 1 where it is a failure. */
export interface Outcome {
  ok: boolean;
  text: string;
}

/** What a command needs from outside: when to stop serving, and where to say that it serves. */
export interface Surroundings {
  stopped: Promise<unknown>;
  say(text: string): void;
}

/** Runs one command line. */
export async function runDatabaseCommand(
  words: readonly string[],
  surroundings: Surroundings,
): Promise<Outcome> {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        dir: { type: "string", default: "data" },
        to: { type: "string" },
        erasures: { type: "string" },
      },
    });
    const [what = "", file] = positionals;
    return await run(what, resolve(values.dir), file, values, surroundings);
  } catch (error) {
    return { ok: false, text: error instanceof Error ? error.message : "an unknown failure" };
  }
}

async function run(
  what: string,
  directory: string,
  file: string | undefined,
  { to, erasures }: { to?: string | undefined; erasures?: string | undefined },
  surroundings: Surroundings,
): Promise<Outcome> {
  switch (what) {
    case "serve":
      return serve(directory, surroundings);
    case "backup":
      return backup(directory, needed(file, "backup needs the name of the file to write"));
    case "restore":
      return restore(
        resolve(needed(file, "restore needs the name of the backup")),
        directory,
        erasures === undefined ? null : resolve(erasures),
      );
    case "verify":
      return verify(directory);
    case "compact": {
      const { before, after } = await compactDirectory(directory);
      return {
        ok: true,
        text: `The file had ${before} bytes and has ${after} now; what was deleted is gone from it.`,
      };
    }
    case "move":
      return move(directory, needed(to, "move needs --to mongodb://…"));
    default:
      return { ok: false, text: usage };
  }
}

function needed(value: string | undefined, problem: string): string {
  if (value === undefined) throw new Error(problem);
  return value;
}

async function serve(directory: string, surroundings: Surroundings): Promise<Outcome> {
  const database = await openEmbeddedDatabase({ directory });
  surroundings.say(database.uri);
  await surroundings.stopped;
  await database.close();
  return { ok: true, text: "The database is closed." };
}

/** Where the database is open in another process, asks that process; otherwise works on the directory itself. */
async function eitherWay<Result>(
  directory: string,
  alone: () => Promise<Result>,
  ask: (client: Client) => Promise<Result>,
): Promise<Result> {
  try {
    return await alone();
  } catch (error) {
    const address = error instanceof DirectoryInUse ? runningAddress(directory) : null;
    if (address === null) throw error;
    const client = new MongoClient(address, { serverSelectionTimeoutMS: 5000 });
    try {
      return await ask(client);
    } finally {
      await client.close();
    }
  }
}

async function backup(directory: string, file: string): Promise<Outcome> {
  const path = resolve(file);
  await eitherWay(
    directory,
    () => backupDirectory(directory, path),
    async (client) => {
      const reply = await client.db("admin").command({ embeddedBackup: 1, file: path });
      return Number(reply.entries);
    },
  );
  return {
    ok: true,
    text:
      `The backup is in ${path}. It holds everything that people wrote, sealed: keep it as safe as the database, and ` +
      "apart from the keys. Delete it when it is 30 days old, or as your programme's backupDays says.",
  };
}

/** The list of erasures goes along: the service does again, at its start, what the backup does not know of. */
async function restore(file: string, directory: string, list: string | null): Promise<Outcome> {
  if (list !== null && !existsSync(list)) return { ok: false, text: `There is no file ${list}.` };
  await restoreDirectory(file, directory);
  const kept = join(directory, erasuresFile);
  if (list !== null && list !== kept) appendFileSync(kept, readFileSync(list), { mode: 0o600, flush: true });
  const restored = `${file} is restored in ${directory}.`;
  if (existsSync(kept)) {
    const count = readErasures(kept).length;
    return {
      ok: true,
      text: `${restored} Of ${count} deletions that are remembered, those after the backup are done again at the next start.`,
    };
  }
  return {
    ok: true,
    text: [
      restored,
      `CAREFUL: there is no ${erasuresFile}. What people deleted after this backup was made is back.`,
      `Before you start Peerline, put ${erasuresFile} of the old data folder into ${directory}.`,
    ].join("\n"),
  };
}

async function verify(directory: string): Promise<Outcome> {
  const found = await eitherWay(
    directory,
    () => verifyDirectory(directory),
    async (client) => {
      const reply = await client.db("admin").command({ embeddedVerify: 1 });
      return {
        collections: Number(reply.collections),
        documents: Number(reply.documents),
        entries: Number(reply.entries),
        problems: reply.problems as string[],
      };
    },
  );
  const counted = `${found.collections} collections, ${found.documents} documents, ${found.entries} index entries`;
  if (found.problems.length === 0) return { ok: true, text: `${counted}: all is well.` };
  return { ok: false, text: `${counted}, and these problems:\n${found.problems.join("\n")}` };
}

async function move(directory: string, to: string): Promise<Outcome> {
  const database = await openEmbeddedDatabase({ directory });
  const source = new MongoClient(database.uri);
  const target = new MongoClient(to, {
    serverSelectionTimeoutMS: 10_000,
    writeConcern: { w: "majority", j: true },
  });
  try {
    const lines: string[] = [];
    const { databases } = await source.db("admin").admin().listDatabases({ nameOnly: true });
    for (const { name } of databases) {
      for (const collection of await source.db(name).listCollections({}, { nameOnly: true }).toArray()) {
        lines.push(await moveCollection(source, target, name, collection.name));
      }
    }
    return {
      ok: true,
      text: `${lines.join("\n")}\nEverything is there, the same to the byte. Set MONGODB_URI to use it.`,
    };
  } finally {
    await source.close();
    await target.close();
    await database.close();
  }
}

const PORTION = 1000;

async function moveCollection(
  source: Client,
  target: Client,
  database: string,
  name: string,
): Promise<string> {
  const from = source.db(database).collection(name, { raw: true });
  const to = target.db(database).collection(name);
  if ((await to.estimatedDocumentCount()) > 0) {
    throw new Error(`The target's collection ${database}.${name} is not empty; a move overwrites nothing.`);
  }
  const indexes = await source.db(database).collection(name).indexes();
  let portion: Buffer[] = [];
  const flush = async (): Promise<void> => {
    if (portion.length > 0)
      await to.insertMany(portion.map((bytes) => mongoose.mongo.BSON.deserialize(bytes, exactly)));
    portion = [];
  };
  for await (const document of from.find({}).batchSize(PORTION)) {
    portion.push(document as unknown as Buffer);
    if (portion.length >= PORTION) await flush();
  }
  await flush();
  const further = indexes.filter((index) => index.name !== "_id_");
  if (further.length > 0) await target.db(database).command({ createIndexes: name, indexes: further });
  const [ours, theirs] = await Promise.all([digest(source, database, name), digest(target, database, name)]);
  if (ours.count !== theirs.count || ours.hash !== theirs.hash) {
    throw new Error(
      `${database}.${name} is not the same after the move: ${ours.count} documents here, ${theirs.count} there. The database here is unchanged.`,
    );
  }
  return `${database}.${name}: ${ours.count} documents, ${indexes.length} indexes`;
}

/** Every type is kept as it is stored. */
const exactly = { promoteValues: false, bsonRegExp: true };

/** How many documents a collection has, and one hash of all of them that does not depend on their order. */
async function digest(
  client: Client,
  database: string,
  name: string,
): Promise<{ count: number; hash: string }> {
  let count = 0;
  const sum = Buffer.alloc(32);
  for await (const document of client
    .db(database)
    .collection(name, { raw: true })
    .find({})
    .batchSize(PORTION)) {
    count += 1;
    const hash = createHash("sha256")
      .update(document as unknown as Buffer)
      .digest();
    for (let at = 0; at < sum.length; at++) sum[at] = (sum[at] ?? 0) ^ (hash[at] ?? 0);
  }
  return { count, hash: sum.toString("hex") };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const stopped = new Promise((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });
  const alive = setInterval(() => undefined, 60_000);
  const { ok, text } = await runDatabaseCommand(process.argv.slice(2), { stopped, say: console.log });
  clearInterval(alive);
  (ok ? console.log : console.error)(text);
  process.exitCode = ok ? 0 : 1;
}
