/** A rewrite of the file while it is in use: nothing of what was deleted is left in it, nothing else is lost. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runDatabaseCommand } from "../../../commands/database.ts";
import { openEmbeddedDatabase } from "../../../models/embedded/index.ts";
import { MongoClient, temporaryDirectory } from "./support.ts";

let directory: ReturnType<typeof temporaryDirectory>;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => directory.remove());

const marked = "a sentence that must be gone";

/** Whether some bytes are anywhere in the directory. */
function traces(text: string): string[] {
  return readdirSync(directory.path, { recursive: true, encoding: "utf8" }).filter((name) => {
    try {
      return readFileSync(join(directory.path, name)).includes(text);
    } catch {
      return false; // a directory or a socket
    }
  });
}

test("what was deleted is nowhere, whatever was read and written meanwhile is right, once and again", async () => {
  const database = await openEmbeddedDatabase({ directory: directory.path });
  const client = new MongoClient(database.uri);
  const collection = client.db("service").collection<{ _id: number; text: string; n: number }>("messages");
  await collection.createIndexes([{ key: { n: 1 } }]);
  await collection.insertMany(
    Array.from({ length: 4000 }, (_, n) => ({ _id: n, text: n % 2 ? marked : `words ${n}`, n: n % 50 })),
  );
  const expected = new Map<number, string>();
  for (let n = 0; n < 4000; n += 2) expected.set(n, `words ${n}`);

  for (const round of [1, 2, 3]) {
    if (round === 1) await collection.deleteMany({ text: marked });
    let over = false;
    const compacted = client
      .db("admin")
      .command({ embeddedCompact: 1 })
      .finally(() => {
        over = true;
      });
    const writer = async (first: number): Promise<void> => {
      for (let at = first; !over || at < first + 50; at += 10) {
        const id = round * 100_000 + at;
        await collection.insertOne({ _id: id, text: `later ${id}`, n: 7 });
        expected.set(id, `later ${id}`);
        const old = (at * 2) % 4000;
        if (at % 3 === 0 && expected.delete(old)) await collection.deleteOne({ _id: old });
        const read = await collection.findOne({ _id: id });
        expect(read?.text).toBe(`later ${id}`);
      }
    };
    const reader = async (): Promise<void> => {
      while (!over) await collection.find({ n: 7 }).batchSize(20).toArray();
    };
    await Promise.all([compacted, ...[0, 1, 2, 3, 4].map(writer), reader(), reader()]);
    expect(traces(marked)).toEqual([]);
    const found = await collection.find({}).toArray();
    expect(new Map(found.map(({ _id, text }) => [_id, text]))).toEqual(expected);
  }
  await client.close();
  await database.close();

  const { ok, text } = await runDatabaseCommand(["verify", "--dir", directory.path], {
    stopped: Promise.resolve(),
    say: () => undefined,
  });
  expect(text).toContain(`${expected.size} documents`);
  expect(ok).toBe(true);
  expect(readdirSync(directory.path).filter((name) => name.includes("compacted"))).toEqual([]);
});

test("what an interrupted rewrite left behind is removed at the next start", async () => {
  const left = join(directory.path, "data.mdb.compacted");
  writeFileSync(left, marked);
  const database = await openEmbeddedDatabase({ directory: directory.path });
  expect(existsSync(left)).toBe(false);
  await database.close();
});
