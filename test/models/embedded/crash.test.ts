import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { decodeDocument } from "../../../models/embedded/bson/decode.ts";
import { afterPrefix } from "../../../models/embedded/bson/keys.ts";
import { runToEnd } from "../../../models/embedded/plan/read.ts";
import { Storage } from "../../../models/embedded/storage/storage.ts";
import { verifyStorage } from "../../../models/embedded/storage/verify.ts";
import { runs } from "./arbitraries.ts";
import { MongoClient, temporaryDirectory } from "./support.ts";

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

/** Starts a process with the database open in it; gives its answer. */
async function start(
  directory: string,
  how = "",
): Promise<{ child: ChildProcess; uri?: string; refused?: string }> {
  const child = fork(new URL("./crash-writer.ts", import.meta.url).pathname, [directory, how], {
    execArgv: ["--import", "tsx"],
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  children.push(child);
  const [answer] = (await once(child, "message")) as [{ uri?: string; refused?: string }];
  return { child, ...answer };
}

/** What one writer knows: how far each of its documents was acknowledged, and what was under way. */
class Ledger {
  readonly acknowledged = new Map<number, number>();
  readonly underWay = new Map<number, number>();
  total = 0;

  /** Whether what is stored is what was acknowledged, or what was under way when the process died. */
  accepts(n: number, stored: number | undefined): boolean {
    const known = this.acknowledged.get(n);
    const trying = this.underWay.get(n);
    if (stored === undefined) return known === undefined;
    return stored === known || stored === trying;
  }
}

/** Writes until the process dies: inserts, and updates that move index entries. */
async function write(
  uri: string,
  ledger: Ledger,
  writers: number,
  dead: () => boolean,
  next: () => number,
): Promise<void> {
  const client = new MongoClient(uri, {
    maxPoolSize: writers,
    serverSelectionTimeoutMS: 300,
    retryReads: false,
  });
  const collection = client.db("crash").collection<{ _id: number; v: number }>("written");
  const one = async (): Promise<void> => {
    while (!dead()) {
      const known = [...ledger.acknowledged.keys()].filter((n) => !ledger.underWay.has(n));
      const old = known[next() % (known.length * 2 || 1)];
      const n = old ?? 1_000_000 + next();
      const v = old === undefined ? 0 : (ledger.acknowledged.get(old) ?? 0) + 1;
      if (ledger.underWay.has(n)) continue;
      ledger.underWay.set(n, v);
      try {
        const fields = { v, group: v % 7, tags: [`t${n % 5}`, `v${v % 9}`], unique: `${n}-${v}` };
        if (old === undefined) await collection.insertOne({ _id: n, ...fields });
        else await collection.updateOne({ _id: n }, { $set: fields });
        ledger.acknowledged.set(n, v);
        ledger.underWay.delete(n);
        ledger.total += 1;
      } catch {
        // the process is gone: what was under way may or may not have been written
        return;
      }
    }
  };
  await Promise.all(Array.from({ length: writers }, one));
  await client.close();
}

/** Opens what the process left behind and holds it against the ledger. */
async function check(directory: string, ledger: Ledger): Promise<void> {
  const storage = new Storage({ path: join(directory, "data.mdb") });
  expect(runToEnd(verifyStorage(storage, { due: () => false })).problems).toEqual([]);
  const collection = storage.collections.get("crash.written");
  const stored = new Map<number, number>();
  const prefix = collection?.prefix ?? Buffer.from([3]);
  for (const { value } of storage.range({ start: prefix, end: afterPrefix(prefix) ?? prefix })) {
    const document = decodeDocument(value);
    stored.set(Number(document.get("_id")), Number(document.get("v")));
  }
  await storage.close();
  const all = new Set([...stored.keys(), ...ledger.acknowledged.keys()]);
  expect([...all].filter((n) => !ledger.accepts(n, stored.get(n)))).toEqual([]);
  ledger.acknowledged.clear();
  for (const [n, v] of stored) ledger.acknowledged.set(n, v);
  ledger.underWay.clear();
}

test("kill -9 during writes loses nothing that was acknowledged, in 50 rounds", async () => {
  const directory = temporaryDirectory();
  const ledger = new Ledger();
  let counter = 0;
  const next = (): number => {
    counter += 1;
    return counter;
  };
  const rounds = runs(50);
  for (let round = 0; round < rounds; round++) {
    // one round in ten goes through the worker thread, as the service does
    const { child, uri = "" } = await start(directory.path, round % 10 === 0 ? "thread" : "");
    if (round === 0) await prepare(uri);
    const target = ledger.total + 40 + ((round * 37) % 160);
    let dead = false;
    const writing = write(uri, ledger, 20, () => dead, next);
    // killed in the middle of a burst: some writes are acknowledged, others under way
    while (ledger.total < target) await new Promise(setImmediate);
    child.kill("SIGKILL");
    dead = true;
    await Promise.all([writing, child.signalCode ? null : once(child, "exit")]);
    await check(directory.path, ledger);
  }
  expect(ledger.total).toBeGreaterThan(rounds * 40);
  directory.remove();
}, 300_000);

async function prepare(uri: string): Promise<void> {
  const client = new MongoClient(uri);
  await client
    .db("crash")
    .collection("written")
    .createIndexes([
      { key: { unique: 1 }, unique: true },
      { key: { group: 1, v: -1 } },
      { key: { tags: 1 } },
    ]);
  await client.close();
}

test("a second process is refused in plain words, and let in once the first is gone", async () => {
  const directory = temporaryDirectory();
  const first = await start(directory.path, "thread");
  expect(first.uri).toMatch(/^mongodb:/);
  const second = await start(directory.path, "thread");
  expect(second.refused).toMatch(
    /is open in another process \(process \d+ on .+\)\. Only one process can use it/,
  );
  first.child.kill("SIGKILL");
  await once(first.child, "exit");
  const third = await start(directory.path, "thread");
  expect(third.uri).toMatch(/^mongodb:/);
  third.child.kill("SIGKILL");
  await once(third.child, "exit");
  directory.remove();
});
