import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CannotOpen, openEmbeddedDatabase } from "../../../models/embedded/index.ts";
import {
  errorOf,
  filled,
  MongoClient,
  openTestDatabase,
  type TestCollection,
  type TestDatabase,
  temporaryDirectory,
} from "./support.ts";

describe("beside a look at 200,000 documents", () => {
  let database: TestDatabase;
  let large: TestCollection;
  let small: TestCollection;
  beforeAll(async () => {
    database = await openTestDatabase();
    large = await filled(database, []);
    small = await filled(database, [{ _id: 1, n: 0 }]);
    for (let start = 0; start < 200_000; start += 10_000) {
      await large.insertMany(
        Array.from({ length: 10_000 }, (_, n) => ({
          _id: start + n,
          n: (start + n) % 1000,
          text: "some words",
        })),
      );
    }
  }, 120_000);
  afterAll(() => database.close());

  const long: [string, () => Promise<unknown>][] = [
    ["a count", () => large.countDocuments({ text: /nothing/ })],
    ["a find", () => large.find({ text: "nothing" }).toArray()],
    [
      "a sort in memory",
      () =>
        large
          .find({}, { projection: { _id: 1 } })
          .sort({ n: -1, text: 1 })
          .limit(10)
          .toArray(),
    ],
    [
      "a grouping",
      () => large.aggregate([{ $group: { _id: "$n", count: { $sum: 1 } } }, { $count: "groups" }]).toArray(),
    ],
    ["distinct values", () => large.distinct("n")],
    ["an update that finds nothing", () => large.updateMany({ text: "nothing" }, { $set: { n: 1 } })],
    ["a deletion that finds nothing", () => large.deleteMany({ text: "nothing" })],
    ["a claim that finds nothing", () => large.findOneAndUpdate({ text: "nothing" }, { $set: { n: 1 } })],
  ];
  test.each(long)("%s goes in slices: others are answered in between", async (_name, run) => {
    let over = false;
    const running = run().finally(() => {
      over = true;
    });
    let answered = 0;
    while (!over) {
      await small.findOne({ _id: 1 });
      await small.updateOne({ _id: 1 }, { $inc: { n: 1 } });
      answered += 1;
    }
    await running;
    // held up until the end, there would be one or two
    expect(answered).toBeGreaterThan(5);
  });

  test("an update that looks at everything still meets what changes meanwhile", async () => {
    const running = large.updateMany({ text: "changed meanwhile" }, { $set: { n: -1 } });
    await large.updateOne({ _id: 3 }, { $set: { text: "changed meanwhile" } });
    await running;
    await large.updateMany({ text: "changed meanwhile" }, { $set: { n: -1 } });
    expect(await large.countDocuments({ n: -1 })).toBe(1);
    // statements of one command see what the earlier ones wrote
    const result = await large.bulkWrite([
      { updateOne: { filter: { _id: 7 }, update: { $set: { text: "first" } } } },
      { updateMany: { filter: { text: "first" }, update: { $set: { text: "second" } } } },
      { deleteMany: { filter: { text: "second" } } },
    ]);
    expect([result.modifiedCount, result.deletedCount]).toEqual([2, 1]);
  });

  test("maxTimeMS ends a long read, and a short one is not touched", async () => {
    const error = await errorOf(large.find({ text: /nothing/ }, { maxTimeMS: 5 }).toArray());
    expect([error?.code, error?.codeName]).toEqual([50, "MaxTimeMSExpired"]);
    expect(await large.find({ _id: 5 }, { maxTimeMS: 10_000 }).toArray()).toHaveLength(1);
  });

  test("a sort that is too large for memory ends in an error, and the server lives", async () => {
    const wide = await filled(database, []);
    for (let n = 0; n < 12; n++)
      await wide.insertMany(
        Array.from({ length: 10 }, () => ({ n: Math.floor(n), text: "x".repeat(1_000_000) })),
      );
    const error = await errorOf(wide.find().sort({ n: 1 }).toArray());
    expect([error?.code, error?.message]).toEqual([292, expect.stringMatching(/memory limit/)]);
    expect(
      await wide
        .find({}, { projection: { n: 1 } })
        .sort({ n: 1 })
        .limit(3)
        .toArray(),
    ).toHaveLength(3);
  });
});

/** Runs one of the system's own tools. */
function tool(name: string, words: string[]): void {
  execFileSync(name, words, { stdio: "ignore" });
}

describe("where it cannot work it says why", () => {
  test("a path that is a file", async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory.path, "file"), "");
    await expect(openEmbeddedDatabase({ directory: join(directory.path, "file") })).rejects.toThrow(
      CannotOpen,
    );
    directory.remove();
  });

  test.skipIf(process.getuid?.() === 0 || process.platform === "win32")(
    "a directory that may not be written to",
    async () => {
      const directory = temporaryDirectory();
      const closed = join(directory.path, "closed");
      mkdirSync(closed);
      chmodSync(closed, 0o500);
      await expect(openEmbeddedDatabase({ directory: closed })).rejects.toThrow(/cannot be used \(EACCES\)/);
      directory.remove();
    },
  );

  test("the same directory twice in one process; and again after it was closed", async () => {
    const directory = temporaryDirectory();
    const first = await openEmbeddedDatabase({ directory: directory.path });
    await expect(openEmbeddedDatabase({ directory: directory.path })).rejects.toThrow(
      /is open in another process/,
    );
    await first.close();
    const second = await openEmbeddedDatabase({ directory: directory.path });
    await second.close();
    await second.close();
    directory.remove();
  });

  test("in a directory whose path is too long for a socket", async () => {
    const directory = temporaryDirectory();
    const deep = join(directory.path, "d".repeat(60), "e".repeat(60));
    const database = await openEmbeddedDatabase({ directory: deep });
    const client = new MongoClient(database.uri);
    expect((await client.db("x").collection("y").insertOne({ a: 1 })).acknowledged).toBe(true);
    await client.close();
    await database.close();
    directory.remove();
  });

  const canMount = process.platform === "linux" && process.getuid?.() === 0 && tryMount();
  test.skipIf(!canMount)(
    "a full disk refuses writes, loses nothing, and goes on when there is room",
    async () => {
      const directory = temporaryDirectory();
      tool("mount", ["-t", "tmpfs", "-o", "size=12m", "tmpfs", directory.path]);
      const room = join(directory.path, "room");
      writeFileSync(room, Buffer.alloc(4_000_000));
      const data = join(directory.path, "data");
      try {
        const database = await openEmbeddedDatabase({ directory: data });
        const client = new MongoClient(database.uri);
        const collection = client.db("full").collection<{ _id: number; text: string }>("c");
        const written: number[] = [];
        let refused: { code?: unknown; message?: string } | undefined;
        for (let n = 0; n < 1000 && !refused; n++) {
          refused = await errorOf(collection.insertOne({ _id: n, text: "x".repeat(50_000) }));
          if (!refused) written.push(n);
        }
        expect([refused?.code, refused?.message]).toEqual([14031, expect.stringMatching(/disk is full/)]);
        expect(await collection.countDocuments({})).toBe(written.length);
        expect(
          (await collection.find({}, { projection: { _id: 1 } }).toArray()).map(({ _id }) => _id),
        ).toEqual(written);
        // room is made: writes are taken again
        writeFileSync(room, "");
        expect((await collection.insertOne({ _id: 5000, text: "again" })).acknowledged).toBe(true);
        await client.close();
        await database.close();
        const again = await openEmbeddedDatabase({ directory: data });
        const second = new MongoClient(again.uri);
        expect(await second.db("full").collection("c").countDocuments({})).toBe(written.length + 1);
        await second.close();
        await again.close();
      } finally {
        tool("umount", ["-l", directory.path]);
        directory.remove();
      }
    },
  );

  /** Whether this system lets the test make a small disk of its own. */
  function tryMount(): boolean {
    const directory = temporaryDirectory();
    try {
      tool("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", directory.path]);
      tool("umount", [directory.path]);
      return true;
    } catch {
      return false;
    } finally {
      directory.remove();
    }
  }
});
