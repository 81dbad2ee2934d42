import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { open } from "lmdb";
import mongoose from "mongoose";
import { openEmbeddedDatabase } from "../models/embedded/index.ts";

const { MongoClient, ObjectId } = mongoose.mongo;
type Collection = ReturnType<ReturnType<InstanceType<typeof MongoClient>["db"]>["collection"]>;

/** What is measured of one kind of operation. */
interface Figure {
  name: string;
  documents: number;
  perSecond: number;
  p50: number;
  p99: number;
  /** CPU time of the whole process, client and database together, for each operation. */
  cpuMicroseconds: number;
}

/** Runs an operation over and over, so many at a time, for about as long as is asked. */
async function measure(
  name: string,
  documents: number,
  atATime: number,
  milliseconds: number,
  operation: (turn: number) => Promise<unknown>,
): Promise<Figure> {
  let turn = 0;
  for (let warm = 0; warm < 200; warm += 1) await operation(turn++);
  const times: number[] = [];
  const cpu = process.cpuUsage();
  const started = performance.now();
  const lane = async (): Promise<void> => {
    while (performance.now() - started < milliseconds) {
      const before = performance.now();
      await operation(turn++);
      times.push(performance.now() - before);
    }
  };
  await Promise.all(Array.from({ length: atATime }, lane));
  const elapsed = performance.now() - started;
  const used = process.cpuUsage(cpu);
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.floor((times.length - 1) * share)] ?? 0;
  return {
    name,
    documents,
    perSecond: (times.length / elapsed) * 1000,
    p50: at(0.5),
    p99: at(0.99),
    cpuMicroseconds: (used.user + used.system) / times.length,
  };
}

const BARE_SYNC = "bare fdatasync of 200 bytes";
const BARE_PUT = "bare lmdb put of 200 bytes";

/** The floor of every durable write: append 200 bytes and wait for the disk. */
async function bareSync(directory: string, size: number, milliseconds: number): Promise<Figure> {
  const file = openSync(join(directory, "sync"), "w");
  const bytes = Buffer.alloc(200, 7);
  const figure = await measure(BARE_SYNC, size, 1, milliseconds, async () => {
    writeSync(file, bytes);
    fdatasyncSync(file);
  });
  closeSync(file);
  return figure;
}

/** The floor of the storage: one put in a transaction of its own, on disk. */
async function barePut(directory: string, size: number, milliseconds: number): Promise<Figure> {
  const store = open<Buffer, Buffer>({
    path: join(directory, "bare.mdb"),
    keyEncoding: "binary",
    encoding: "binary",
    overlappingSync: false,
  });
  const value = Buffer.alloc(200, 7);
  const figure = await measure(BARE_PUT, size, 1, milliseconds, async (turn) => {
    const key = Buffer.alloc(8);
    key.writeUInt32BE(turn, 4);
    store.transactionSync(() => store.putSync(key, value));
  });
  await store.close();
  return figure;
}

function message(n: number) {
  return {
    _id: `subject-${n % 5000}/${n}/1`,
    subject: `subject-${n % 5000}`,
    state: n % 50 === 0 ? "queued" : "sent",
    priority: n % 3,
    order: n,
    at: new Date(1_790_000_000_000 + n * 1000),
    version: 1,
    epoch: 1,
    text: Buffer.alloc(120, n % 251),
  };
}

async function fill(collection: Collection, from: number, to: number): Promise<void> {
  for (let start = from; start < to; start += 5000) {
    const size = Math.min(5000, to - start);
    await collection.insertMany(
      // biome-ignore lint/suspicious/noExplicitAny: the driver's documents are of any form
      Array.from({ length: size }, (_, at) => message(start + at)) as any[],
    );
  }
}

/** The operations that the service lives on, on a collection of so many documents. */
async function measureOperations(
  collection: Collection,
  size: number,
  milliseconds: number,
): Promise<Figure[]> {
  const figures: Figure[] = [];
  const add = async (
    name: string,
    atATime: number,
    operation: (turn: number) => Promise<unknown>,
  ): Promise<void> => {
    figures.push(await measure(name, size, atATime, milliseconds, operation));
  };
  let fresh = size;
  const any = (turn: number): number => (turn * 7919) % size;
  const idOf = (n: number) => message(n)._id as unknown as InstanceType<typeof ObjectId>;
  await add("insert, awaited", 1, () => collection.insertOne(message(fresh++) as never));
  await add("insert, 50 writers", 50, () => collection.insertOne(message(fresh++) as never));
  await add("insert 20 unordered, awaited", 1, () =>
    collection.insertMany(Array.from({ length: 20 }, () => message(fresh++)) as never[], { ordered: false }),
  );
  await add("find by _id, awaited", 1, (turn) => collection.findOne({ _id: idOf(any(turn)) }));
  await add("find by index, awaited", 1, (turn) => collection.findOne({ order: any(turn) }));
  await add("find by index, 50 readers", 50, (turn) => collection.findOne({ order: any(turn) }));
  await add("find 20 by _id $in, awaited", 1, (turn) =>
    collection.find({ _id: { $in: Array.from({ length: 20 }, (_, at) => idOf(any(turn + at))) } }).toArray(),
  );
  await add("find queued, sorted, limit 20", 1, () =>
    collection.find({ state: "queued" }).sort({ priority: 1, order: 1 }).limit(20).toArray(),
  );
  await add("update by _id, awaited", 1, (turn) =>
    collection.updateOne({ _id: idOf(any(turn)) }, { $set: { version: turn } }),
  );
  // what is claimed stays queued, so that at every size there is always one more to claim
  await add("claim (findOneAndUpdate, sorted)", 1, (turn) =>
    collection.findOneAndUpdate(
      { state: "queued" },
      { $set: { at: new Date(turn), epoch: turn } },
      { sort: { priority: 1, order: 1 } },
    ),
  );
  await add("bulk of 20 fenced updates", 1, (turn) =>
    collection.bulkWrite(
      Array.from({ length: 20 }, (_, at) => ({
        updateOne: {
          filter: { _id: idOf(any(turn * 20 + at)), epoch: { $lte: 1_000_000_000 } },
          update: { $set: { epoch: at, round: turn } },
        },
      })),
      { ordered: false },
    ),
  );
  return figures;
}

async function openingTime(directory: string): Promise<number> {
  const { Storage } = await import("../models/embedded/storage/storage.ts");
  const started = performance.now();
  const storage = new Storage({ path: join(directory, "data.mdb") });
  const elapsed = performance.now() - started;
  await storage.close();
  return elapsed;
}

function show(figure: Figure): string {
  const { name, documents, perSecond, p50, p99, cpuMicroseconds } = figure;
  const columns = [
    name.padEnd(36),
    String(documents).padStart(9),
    perSecond.toFixed(0).padStart(9),
    p50.toFixed(3).padStart(9),
    p99.toFixed(3).padStart(9),
    cpuMicroseconds.toFixed(0).padStart(9),
  ];
  return columns.join(" ");
}

/**
 * Measures the embedded database beside the disk and lmdb, and holds the figures against what is aimed at.
 * `words`: numbers of documents, and `--milliseconds N` for how long each figure is measured.
 */
export async function benchDatabase(words: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: { milliseconds: { type: "string", default: "2000" } },
  });
  const sizes = positionals.length > 0 ? positionals.map(Number) : [1000, 200_000, 1_000_000];
  const milliseconds = Number(values.milliseconds);
  const directory = mkdtempSync(join(tmpdir(), "bench-database-"));
  const figures: Figure[] = [];
  const note = (figure: Figure): void => {
    figures.push(figure);
    console.log(show(figure));
  };
  console.log(`${"".padEnd(36)} documents per second    p50 ms    p99 ms  CPU µs`);
  let opening = 0;
  for (const size of sizes) {
    const data = join(directory, String(size));
    const database = await openEmbeddedDatabase({ directory: data });
    const client = new MongoClient(database.uri, { maxPoolSize: 60 });
    const collection = client.db("bench").collection("messages");
    await collection.createIndexes([
      { key: { order: 1 }, unique: true },
      { key: { state: 1, priority: 1, order: 1 } },
      { key: { subject: 1, at: -1 } },
      { key: { at: 1 }, partialFilterExpression: { state: "queued" } },
    ]);
    await fill(collection as Collection, 0, size);
    // the floors again beside every size: on a shared machine they move
    note(await bareSync(directory, size, milliseconds));
    note(await barePut(directory, size, milliseconds));
    note(
      await measure("ping, awaited", size, 1, milliseconds, () => client.db("admin").command({ ping: 1 })),
    );
    note(
      await measure("ping, 50 at a time", size, 50, milliseconds, () =>
        client.db("admin").command({ ping: 1 }),
      ),
    );
    for (const figure of await measureOperations(collection as Collection, size, milliseconds)) note(figure);
    await client.close();
    await database.close();
    opening = await openingTime(data);
    console.log(
      `opening ${size} documents: ${opening.toFixed(1)} ms; file ${statSync(join(data, "data.mdb")).size} bytes`,
    );
    rmSync(data, { recursive: true });
  }
  rmSync(directory, { recursive: true });
  summarize(figures, sizes, opening);
}

function summarize(figures: readonly Figure[], sizes: readonly number[], opening: number): void {
  const of = (name: string, documents: number): Figure | undefined =>
    figures.find((figure) => figure.name === name && figure.documents === documents);
  const [smallest = 0] = sizes;
  const largest = sizes.at(-1) ?? 0;
  const judge = (what: string, value: number, aim: number, least: boolean): void => {
    const met = least ? value >= aim : value <= aim;
    console.log(
      `${met ? "met   " : "MISSED"} ${what}: ${value.toFixed(2)} (aim ${least ? "≥" : "≤"} ${aim})`,
    );
  };
  console.log("");
  for (const size of sizes) {
    const insert = of("insert, awaited", size);
    const [sync, put, ping] = [of(BARE_SYNC, size), of(BARE_PUT, size), of("ping, awaited", size)];
    if (insert && sync) judge(`awaited insert, in syncs, at ${size}`, insert.p50 / sync.p50, 3, false);
    if (insert && put && ping) {
      console.log(
        `       that is ${(insert.p50 / (put.p50 + ping.p50)).toFixed(2)} times a bare lmdb put and a ping together`,
      );
    }
    judge(
      `inserts a second, 50 writers, at ${size}`,
      of("insert, 50 writers", size)?.perSecond ?? 0,
      8000,
      true,
    );
    const finds = of("find by index, 50 readers", size)?.perSecond ?? 0;
    const pings = of("ping, 50 at a time", size)?.perSecond ?? 1;
    console.log(
      `       finds by index with 50 readers are ${((finds / pings) * 100).toFixed(0)} % of pings with 50`,
    );
    judge(
      `finds a second by index, 50 readers, at ${size}`,
      of("find by index, 50 readers", size)?.perSecond ?? 0,
      10_000,
      true,
    );
  }
  if (largest !== smallest) {
    for (const { name, documents, cpuMicroseconds } of figures) {
      const large = of(name, largest);
      if (documents !== smallest || !large) continue;
      judge(
        `CPU of "${name}", ${largest} against ${smallest}`,
        large.cpuMicroseconds / cpuMicroseconds,
        1.5,
        false,
      );
    }
  }
  judge(`opening ${largest} documents, ms`, opening, 50, false);
}
