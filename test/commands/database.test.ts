import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { runDatabaseCommand } from "../../commands/database.ts";
import { openEmbeddedDatabase } from "../../models/embedded/index.ts";
import { Long, MongoClient, temporaryDirectory } from "../models/embedded/support.ts";

let directory: ReturnType<typeof temporaryDirectory>;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => directory.remove());

const data = () => join(directory.path, "data");

function run(...words: string[]) {
  return runDatabaseCommand([...words, "--dir", data()], {
    stopped: Promise.resolve(),
    say: () => undefined,
  });
}

/** Does something with an open database and leaves it closed. */
async function withDatabase(
  path: string,
  work: (client: InstanceType<typeof MongoClient>) => Promise<void>,
): Promise<void> {
  const database = await openEmbeddedDatabase({ directory: path });
  const client = new MongoClient(database.uri);
  try {
    await work(client);
  } finally {
    await client.close();
    await database.close();
  }
}

async function fill(client: InstanceType<typeof MongoClient>): Promise<void> {
  const collection = client.db("service").collection("messages");
  await collection.createIndexes([{ key: { n: 1 }, unique: true }, { key: { tags: 1 } }]);
  await collection.insertMany(
    Array.from({ length: 1500 }, (_, n) => ({ n, tags: [`t${n % 7}`], text: `words ${n}` })),
  );
}

describe("npm run database --", () => {
  test("without a command, the usage", async () => {
    const { ok, text } = await run();
    expect(ok).toBe(false);
    expect(text).toContain("backup FILE");
  });

  test("serve prints the connection string and stays until it is stopped", async () => {
    const said: string[] = [];
    let stop: (value?: unknown) => void = () => undefined;
    const stopped = new Promise((resolve) => {
      stop = resolve;
    });
    const serving = runDatabaseCommand(["serve", "--dir", data()], {
      stopped,
      say: (text) => {
        said.push(text);
        const client = new MongoClient(text);
        void client
          .db("admin")
          .command({ ping: 1 })
          .then((reply) => said.push(String(reply.ok)))
          .finally(() => client.close().then(stop));
      },
    });
    expect((await serving).ok).toBe(true);
    expect(said[0]).toMatch(/^mongodb:\/\//);
    expect(said[1]).toBe("1");
  });

  test("backup and restore bring everything back, indexes too; neither overwrites", async () => {
    await withDatabase(data(), fill);
    const file = join(directory.path, "backup.mdb");
    expect(await run("backup", file)).toMatchObject({ ok: true });
    expect(await run("backup", file)).toMatchObject({
      ok: false,
      text: expect.stringMatching(/overwrites nothing/),
    });
    expect(await run("restore", file)).toMatchObject({ ok: false, text: expect.stringMatching(/already/) });
    const other = join(directory.path, "other");
    const restored = await runDatabaseCommand(["restore", file, "--dir", other], {
      stopped: Promise.resolve(),
      say: () => undefined,
    });
    expect(restored).toMatchObject({ ok: true });
    await withDatabase(other, async (client) => {
      const collection = client.db("service").collection("messages");
      expect(await collection.countDocuments({ tags: "t3" })).toBe(214);
      expect((await collection.indexes()).map(({ name }) => name)).toEqual(["_id_", "n_1", "tags_1"]);
      await expect(collection.insertOne({ n: 5 })).rejects.toMatchObject({ code: 11000 });
    });
  });

  test("backup and verify work while the service runs; compact is refused in plain words", async () => {
    await withDatabase(data(), async (client) => {
      await fill(client);
      const file = join(directory.path, "running.mdb");
      expect(await run("backup", file)).toMatchObject({ ok: true });
      expect(await run("verify")).toMatchObject({
        ok: true,
        text: expect.stringMatching(/1500 documents.*all is well/),
      });
      expect(await run("compact")).toMatchObject({
        ok: false,
        text: expect.stringMatching(/open in another process/),
      });
    });
  });

  test("verify finds an index entry without its document", async () => {
    await withDatabase(data(), fill);
    expect(await run("verify")).toMatchObject({ ok: true });
    const { Storage } = await import("../../models/embedded/storage/storage.ts");
    const storage = new Storage({ path: join(data(), "data.mdb") });
    const collection = storage.collections.get("service.messages");
    const record = Buffer.from([0, 0, 0, 0, 0, 9]);
    storage.write(() => {
      if (collection) storage.remove(collection.recordKey(record));
    });
    await storage.close();
    const { ok, text } = await run("verify");
    expect(ok).toBe(false);
    expect(text).toMatch(/an entry of the index n_1 has no document/);
    expect(text).toMatch(/1499 documents are there, 1500 are counted/);
  });

  test("after compact, what was deleted is nowhere in the file, and all else is there", async () => {
    const marked = "a sentence that must be gone";
    await withDatabase(data(), async (client) => {
      await fill(client);
      const collection = client.db("service").collection("messages");
      await collection.insertMany(
        Array.from({ length: 500 }, (_, n) => ({ n: 5000 + n, text: `${marked} ${n}` })),
      );
      await collection.deleteMany({ n: { $gte: 5000 } });
    });
    const file = join(data(), "data.mdb");
    expect(readFileSync(file).includes(marked)).toBe(true);
    expect(await run("compact")).toMatchObject({ ok: true });
    expect(readFileSync(file).includes(marked)).toBe(false);
    expect(await run("verify")).toMatchObject({ ok: true, text: expect.stringMatching(/1500 documents/) });
  });

  test("move copies documents and indexes to another server and compares them", async () => {
    await withDatabase(data(), async (client) => {
      await fill(client);
      await client
        .db("service")
        .collection("types")
        .insertOne({ l: Long.fromString("5"), d: new Date(5), at: null });
    });
    const target = await openEmbeddedDatabase({ directory: join(directory.path, "target") });
    expect(await run("move", "--to", target.uri)).toMatchObject({
      ok: true,
      text: expect.stringMatching(/service\.messages: 1500 documents, 3 indexes/),
    });
    expect(await run("move", "--to", target.uri)).toMatchObject({
      ok: false,
      text: expect.stringMatching(/not empty/),
    });
    await target.close();
  });

  test("a file of another kind, and one of a newer format, are refused and left as they are", async () => {
    await withDatabase(data(), fill);
    const file = join(data(), "data.mdb");
    const { Storage } = await import("../../models/embedded/storage/storage.ts");
    const storage = new Storage({ path: file });
    storage.write(() => storage.put(Buffer.from([0]), Buffer.from("99")));
    await storage.close();
    await expect(openEmbeddedDatabase({ directory: data() })).rejects.toThrow(
      /has format 99, and this version knows format 1/,
    );
    writeFileSync(file, "these are no data of ours".repeat(1000));
    await expect(openEmbeddedDatabase({ directory: data() })).rejects.toThrow(
      /is not a file of this database/,
    );
    expect(readFileSync(file, "utf8")).toContain("no data of ours");
  });
});
