import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  errorOf,
  filled,
  Long,
  openTestDatabase,
  type Plain,
  type TestCollection,
  type TestDatabase,
} from "./support.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

/** The database that a collection is in. */
function databaseOf(collection: TestCollection) {
  return database.client.db(collection.dbName);
}

/** The index that a find uses; null when it looks at every document. */
async function indexUsed(
  collection: TestCollection,
  filter: Plain,
  sort?: Record<string, 1 | -1>,
): Promise<string | null> {
  const explained = await collection.find(filter, sort ? { sort } : {}).explain("queryPlanner");
  return /"indexName":"([^"]+)"/.exec(JSON.stringify(explained.queryPlanner.winningPlan))?.[1] ?? null;
}

describe("indexes", () => {
  test("are listed as they were made, and dropped by name, by key or all at once", async () => {
    const collection = await filled(database, [{ a: 1 }]);
    const names = await collection.createIndexes([
      { key: { a: 1, b: -1 } },
      { key: { "c.d": 1 }, name: "deep", sparse: true },
      { key: { e: 1 }, unique: true, partialFilterExpression: { e: { $exists: true } } },
    ]);
    expect(names).toEqual(["a_1_b_-1", "deep", "e_1"]);
    expect(await collection.indexes()).toEqual([
      { v: 2, key: { _id: 1 }, name: "_id_" },
      { v: 2, key: { a: 1, b: -1 }, name: "a_1_b_-1" },
      { v: 2, key: { "c.d": 1 }, name: "deep", sparse: true },
      { v: 2, key: { e: 1 }, name: "e_1", unique: true, partialFilterExpression: { e: { $exists: true } } },
    ]);
    await collection.createIndex({ a: 1, b: -1 });
    await collection.dropIndex("deep");
    await databaseOf(collection).command({ dropIndexes: collection.collectionName, index: { e: 1 } });
    expect((await collection.indexes()).map(({ name }) => name)).toEqual(["_id_", "a_1_b_-1"]);
    await collection.dropIndexes();
    expect((await collection.indexes()).map(({ name }) => name)).toEqual(["_id_"]);
  });

  test("a unique one names the key that is there already", async () => {
    const collection = await filled(database, [{ _id: 1, a: { b: "x" }, c: 1 }]);
    await collection.createIndex({ "a.b": 1, c: 1 }, { unique: true });
    const error = (await errorOf(collection.insertOne({ _id: 2, a: { b: "x" }, c: 1 }))) as Plain;
    expect(error).toMatchObject({
      code: 11000,
      keyPattern: { "a.b": 1, c: 1 },
      keyValue: { "a.b": "x", c: 1 },
    });
    expect(error.message).toContain(
      `E11000 duplicate key error collection: ${collection.namespace} index: a.b_1_c_1 dup key: { a.b: "x", c: 1 }`,
    );
    await collection.insertOne({ _id: 3 });
    expect((await errorOf(collection.insertOne({ _id: 4 })))?.code).toBe(11000);
    expect((await errorOf(collection.updateOne({ _id: 3 }, { $set: { "a.b": "x", c: 1 } })))?.code).toBe(
      11000,
    );
    // the place of its own entry does not stand in a document's way
    expect((await collection.replaceOne({ _id: 1 }, { a: { b: "x" }, c: 1, d: 2 })).modifiedCount).toBe(1);
  });

  test("a unique one over an array holds each element once", async () => {
    const collection = await filled(database, [{ _id: 1, a: [1, 2, 2] }]);
    await collection.createIndex({ a: 1 }, { unique: true });
    expect((await errorOf(collection.insertOne({ _id: 2, a: [3, 2] })))?.code).toBe(11000);
    await collection.updateOne({ _id: 1 }, { $set: { a: [1] } });
    await collection.insertOne({ _id: 2, a: [3, 2] });
    expect(await collection.countDocuments({ a: 2 })).toBe(1);
  });

  test("one that cannot be made leaves nothing behind", async () => {
    const collection = await filled(database, [{ a: 1 }, { a: 1 }, { b: [1], c: [2] }]);
    expect(
      (await errorOf(collection.createIndexes([{ key: { b: 1 } }, { key: { a: 1 }, unique: true }])))?.code,
    ).toBe(11000);
    expect((await errorOf(collection.createIndex({ b: 1, c: 1 })))?.code).toBe(171);
    expect((await collection.indexes()).map(({ name }) => name)).toEqual(["_id_"]);
  });

  test("two fields of one index cannot both be arrays", async () => {
    const collection = await filled(database, []);
    await collection.createIndex({ a: 1, b: 1 });
    const error = await errorOf(collection.insertOne({ a: [1], b: [2] }));
    expect([error?.code, error?.message]).toEqual([
      171,
      expect.stringContaining("cannot index parallel arrays [b] [a]"),
    ]);
    await collection.insertOne({ a: [{ x: 1 }], b: 1 });
  });

  test("the best one is used", async () => {
    const collection = await filled(database, [{ a: 1, b: 1, state: "new", at: 5 }]);
    await collection.createIndexes([
      { key: { a: 1 } },
      { key: { a: 1, b: 1 } },
      { key: { at: 1 }, partialFilterExpression: { state: "new" } },
      { key: { c: 1 }, sparse: true },
    ]);
    expect(await indexUsed(collection, { a: 1, b: { $gt: 0 } })).toBe("a_1_b_1");
    expect(await indexUsed(collection, { state: "new", at: { $lt: 9 } })).toBe("at_1");
    expect(await indexUsed(collection, { at: { $lt: 9 } })).toBeNull();
    expect(await indexUsed(collection, { c: 5 })).toBe("c_1");
    expect(await indexUsed(collection, { c: null })).toBeNull();
    expect(await indexUsed(collection, { _id: 1, a: 1 })).toBe("_id_");
    expect(await indexUsed(collection, {}, { a: 1, b: 1 })).toBe("a_1_b_1");
  });

  const refused: [keys: Plain, options: Plain, code: number][] = [
    [{ a: "text" }, {}, 67],
    [{ a: "2dsphere" }, {}, 67],
    [{ a: "hashed" }, {}, 67],
    [{ "$**": 1 }, {}, 67],
    [{ a: 0 }, {}, 67],
    [{ a: 1 }, { expireAfterSeconds: 60 }, 67],
    [{ a: 1 }, { partialFilterExpression: { a: { $ne: 1 } } }, 67],
    [{ a: 1 }, { partialFilterExpression: { a: 1 }, sparse: true }, 67],
    [{ a: 1 }, { collation: { locale: "nb" } }, 67],
  ];
  test.runIf(!process.env.MONGODB_URI).each(refused)("%j with %j is refused", async (key, options, code) => {
    const collection = await filled(database, []);
    expect((await errorOf(collection.createIndex(key as never, options)))?.code).toBe(code);
  });

  test("the same name or the same key for another index is refused", async () => {
    const collection = await filled(database, []);
    await collection.createIndex({ a: 1 });
    expect((await errorOf(collection.createIndex({ b: 1 }, { name: "a_1" })))?.code).toBe(86);
    expect((await errorOf(collection.createIndex({ a: 1 }, { unique: true })))?.code).toBe(86);
    expect((await errorOf(collection.createIndex({ a: 1 }, { name: "other" })))?.code).toBe(85);
    expect((await errorOf(collection.dropIndex("nope")))?.code).toBe(27);
    expect((await errorOf(collection.dropIndex("_id_")))?.code).toBe(72);
  });
});

describe("collections and databases", () => {
  test("are made, listed and dropped", async () => {
    const first = await filled(database, [{ a: 1 }]);
    const db = databaseOf(first);
    await db.createCollection("made");
    expect((await errorOf(db.createCollection("made")))?.code).toBe(48);
    const names = (await db.listCollections().toArray()).map(({ name }) => name);
    expect(names).toContain("made");
    expect(await db.listCollections({ name: "made" }, { nameOnly: true }).toArray()).toEqual([
      { name: "made", type: "collection" },
    ]);
    expect((await database.client.db().admin().listDatabases()).databases.map(({ name }) => name)).toContain(
      first.dbName,
    );
    expect(await db.dropCollection("made")).toBe(true);
    expect(await db.listCollections({ name: "made" }).toArray()).toEqual([]);
  });

  test.runIf(!process.env.MONGODB_URI).each([
    [{ capped: true, size: 1000 }, 72],
    [{ validator: { a: 1 } }, 72],
    [{ viewOn: "x", pipeline: [] }, 72],
    [{ timeseries: { timeField: "t" } }, 72],
    [{ collation: { locale: "nb" } }, 2],
  ])("a collection with %j is refused", async (options, code) => {
    expect((await errorOf(database.client.db("refused").createCollection("c", options as never)))?.code).toBe(
      code,
    );
  });
});

describe("what is outside the feature set is refused by name", () => {
  const commands: [Plain, number][] = [
    [{ nonsense: 1 }, 59],
    [{ mapReduce: "c" }, 59],
    [{ find: "c", nonsense: 1 }, 40415],
    [{ find: "c", filter: 5 }, 14],
    [{ find: "c", limit: "x" }, 14],
    [{ find: "c", skip: -1 }, 51024],
    [{ find: "" }, 73],
    [{ find: 5 }, 2],
    [{ insert: "c", documents: [] }, 16],
    [{ update: "c", updates: [{ q: {}, u: { $set: { a: 1 } }, sort: { a: 1 } }] }, 40415],
    [{ delete: "c", deletes: [{ q: {}, limit: 5 }] }, 9],
    [{ findAndModify: "c" }, 9],
    [{ findAndModify: "c", remove: true, new: true }, 9],
    [{ aggregate: "c", pipeline: [] }, 9],
    [{ aggregate: "c", pipeline: [{ $match: { $text: { $search: "x" } } }], cursor: {} }, 2],
    [{ getMore: Long.fromString("12345"), collection: "c" }, 43],
    [{ insert: "c", documents: [{ a: 1 }], writeConcern: { w: 3 } }, 2],
    [{ find: "c", readConcern: { level: "snapshot" } }, 123],
  ];
  test.runIf(!process.env.MONGODB_URI).each(commands)("%j", async (command, code) => {
    const error = await errorOf(database.client.db("outside").command(command));
    expect([error?.code, error?.message]).toEqual([code, expect.any(String)]);
  });

  test.runIf(!process.env.MONGODB_URI)(
    "transactions, change streams, collation, text and where",
    async () => {
      const collection = await filled(database, [{ a: 1 }]);
      const session = database.client.startSession();
      const inTransaction = session.withTransaction(() => collection.insertOne({ b: 1 }, { session }));
      expect((await errorOf(inTransaction))?.message).toMatch(/does not support|Transaction numbers/);
      await session.endSession();
      expect((await errorOf(collection.watch().next()))?.code).toBe(40324);
      expect((await errorOf(collection.find({}, { collation: { locale: "nb" } }).toArray()))?.code).toBe(2);
      expect((await errorOf(collection.find({ $where: "true" }).toArray()))?.code).toBe(2);
      expect((await errorOf(collection.find({ a: { $near: [1, 1] } }).toArray()))?.code).toBe(2);
      expect(await collection.countDocuments()).toBe(1);
    },
  );
});

describe("cursors", () => {
  test("go on where they stood, and see what was written meanwhile", async () => {
    const collection = await filled(
      database,
      Array.from({ length: 1000 }, (_, n) => ({ _id: n })),
    );
    const cursor = collection
      .find({ _id: { $gte: 0 } })
      .sort({ _id: 1 })
      .batchSize(10);
    const seen: number[] = [];
    for (let at = 0; at < 100; at++) seen.push((await cursor.next())?._id);
    await collection.deleteMany({ _id: { $gte: 500 } });
    for await (const { _id } of cursor) seen.push(_id);
    expect(seen).toEqual(Array.from({ length: 500 }, (_, n) => n));
  });

  test("are closed by the client, and unknown then", async () => {
    const collection = await filled(
      database,
      Array.from({ length: 300 }, (_, n) => ({ _id: n })),
    );
    const db = databaseOf(collection);
    const first = await db.command({ find: collection.collectionName, batchSize: 5 });
    const id = first.cursor.id;
    const killed = await db.command({ killCursors: collection.collectionName, cursors: [id] });
    expect(killed.cursorsKilled.map(String)).toEqual([String(id)]);
    expect((await errorOf(db.command({ getMore: id, collection: collection.collectionName })))?.code).toBe(
      43,
    );
  });

  test("with documents that together are larger than a message", async () => {
    const collection = await filled(database, []);
    for (let n = 0; n < 8; n++) await collection.insertOne({ _id: n, text: "x".repeat(5_000_000) });
    expect((await collection.find().toArray()).map(({ _id, text }) => [_id, text.length])).toEqual(
      Array.from({ length: 8 }, (_, n) => [n, 5_000_000]),
    );
    expect((await errorOf(collection.insertOne({ text: "x".repeat(16_777_216) })))?.message).toMatch(
      /too large|larger/,
    );
  });
});

test("sessions, write concerns and hints are taken", async () => {
  const collection = await filled(database, [{ _id: 1, a: 1 }]);
  await collection.createIndex({ a: 1 });
  const session = database.client.startSession();
  await collection.insertOne({ _id: 2, a: 2 }, { session, writeConcern: { w: "majority", j: true } });
  expect(
    await collection.find({ a: 2 }, { session, hint: "a_1", readConcern: { level: "majority" } }).toArray(),
  ).toHaveLength(1);
  expect((await errorOf(collection.find({}, { hint: "nope" }).toArray()))?.code).toBe(2);
  expect(
    await collection.find({ $expr: { $eq: ["$a", "$$wanted"] } }, { let: { wanted: 2 } }).toArray(),
  ).toHaveLength(1);
  await session.endSession();
});

test("explain counts what was looked at", async () => {
  const collection = await filled(
    database,
    Array.from({ length: 50 }, (_, n) => ({ a: n })),
  );
  await collection.createIndex({ a: 1 });
  const { executionStats } = await collection.find({ a: { $lt: 5 } }).explain("executionStats");
  expect(executionStats).toMatchObject({ nReturned: 5, totalDocsExamined: 5 });
});
