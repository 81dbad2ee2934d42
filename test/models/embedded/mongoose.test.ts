import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import mongoose, { type Connection, Schema } from "mongoose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { errorOf, openTestDatabase, type TestDatabase, temporaryDirectory } from "./support.ts";

let database: TestDatabase;
let connection: Connection;
beforeAll(async () => {
  database = await openTestDatabase();
  connection = await mongoose
    .createConnection(database.uri, { dbName: `mongoose_${process.pid}`, autoIndex: false })
    .asPromise();
});
afterAll(async () => {
  await connection.dropDatabase();
  await connection.close();
  await database.close();
});

const schema = new Schema(
  {
    _id: String,
    state: { type: String, required: true },
    order: Number,
    tags: [String],
    parts: [{ kind: String, done: Boolean }],
    bytes: Buffer,
    at: Date,
    mixed: Schema.Types.Mixed,
    key: String,
  },
  { timestamps: true, optimisticConcurrency: true },
);
schema.index({ state: 1, order: 1 });
schema.index({ key: 1 }, { unique: true, partialFilterExpression: { key: { $type: "string" } } });

/** The same model each time; its documents are of the schema's form. */
const model = () => connection.model("Thing", schema, undefined, { overwriteModels: true });

describe("what the models use of mongoose works unchanged", () => {
  test("init and createIndexes", async () => {
    await model().init();
    await model().createIndexes();
    expect((await model().collection.indexes()).map(({ name }) => name)).toEqual([
      "_id_",
      "state_1_order_1",
      "key_1",
    ]);
    expect(await model().diffIndexes()).toMatchObject({ toDrop: [], toCreate: [] });
  });

  test("create, find and save, with all types as they were", async () => {
    const Thing = model();
    await Thing.create({
      _id: "a",
      state: "new",
      order: 1,
      tags: ["x"],
      parts: [{ kind: "k", done: false }],
      bytes: Buffer.from("hi"),
      at: new Date(5),
      mixed: { deep: [1, { b: null }] },
      key: "k1",
    });
    const found = await Thing.findById("a");
    expect(found?.toObject()).toMatchObject({
      tags: ["x"],
      at: new Date(5),
      mixed: { deep: [1, { b: null }] },
      __v: 0,
    });
    expect(found?.bytes?.toString()).toBe("hi");
    found?.set("state", "old");
    found?.tags.push("y");
    await found?.save();
    expect(await Thing.findOne({ tags: "y" }).lean()).toMatchObject({ state: "old", __v: 1 });
  });

  test("two who save the same document: the second is told", async () => {
    const Thing = model();
    const [first, second] = [await Thing.findById("a"), await Thing.findById("a")];
    first?.set("order", 2);
    await first?.save();
    second?.set("order", 3);
    expect((await errorOf(second?.save() ?? Promise.resolve()))?.constructor.name).toBe("VersionError");
  });

  test("a unique partial index", async () => {
    const Thing = model();
    expect((await errorOf(Thing.create({ _id: "b", state: "new", key: "k1" })))?.code).toBe(11000);
    await Thing.create([
      { _id: "b", state: "new" },
      { _id: "c", state: "new" },
    ]);
  });

  test("a fenced update, as a commit makes it", async () => {
    const { collection } = model();
    await collection.insertOne({ _id: "s" as never, version: 3, epoch: 5 });
    const commit = (version: number, epoch: number) =>
      collection.updateOne(
        { _id: "s" as never, version, epoch: { $lte: epoch } },
        { $set: { epoch, round: "r" }, $inc: { version: 1 } },
      );
    expect((await commit(3, 4)).matchedCount).toBe(0);
    expect((await commit(2, 6)).matchedCount).toBe(0);
    expect((await commit(3, 6)).modifiedCount).toBe(1);
    expect(await collection.findOne({ round: "r" })).toMatchObject({ version: 4, epoch: 6 });
  });

  test("a lease by the database's own clock", async () => {
    const { collection } = model();
    const acquire = (holder: string) =>
      collection.findOneAndUpdate(
        { _id: "lease" as never, $expr: { $lte: [{ $ifNull: ["$until", new Date(0)] }, "$$NOW"] } },
        [
          {
            $set: {
              holder,
              epoch: { $add: [{ $ifNull: ["$epoch", 0] }, 1] },
              until: { $dateAdd: { startDate: "$$NOW", unit: "minute", amount: 1 } },
            },
          },
        ],
        { upsert: true, returnDocument: "after" },
      );
    expect(await acquire("one")).toMatchObject({ holder: "one", epoch: 1 });
    expect((await errorOf(acquire("two")))?.code).toBe(11000);
  });

  test("bulkWrite, updateMany by pipeline, countDocuments, aggregate, deleteMany", async () => {
    const Thing = model();
    const error = (await errorOf(
      Thing.collection.insertMany(
        ["b", "d", "e", "d"].map((_id, order) => ({ _id: _id as never, state: "bulk", order })),
        { ordered: false },
      ),
    )) as { writeErrors?: { index: number }[] } | undefined;
    expect(error?.writeErrors?.map(({ index }) => index)).toEqual([0, 3]);
    const result = await Thing.bulkWrite(
      ["d", "e", "nobody"].map((_id) => ({ updateOne: { filter: { _id }, update: { $set: { mixed: 1 } } } })),
      { ordered: false },
    );
    expect(result).toMatchObject({ matchedCount: 2, modifiedCount: 2 });
    await Thing.updateMany({ state: "bulk" }, [{ $set: { order: { $multiply: ["$order", 10] } } }], {
      updatePipeline: true,
    });
    expect(await Thing.countDocuments({ state: "bulk", order: { $gte: 10 } })).toBe(2);
    expect(
      await Thing.aggregate([
        { $match: { state: "bulk" } },
        { $group: { _id: "$state", sum: { $sum: "$order" } } },
      ]),
    ).toEqual([{ _id: "bulk", sum: 30 }]);
    expect((await Thing.deleteMany({ state: "bulk" })).deletedCount).toBe(2);
  });

  test("arrays of parts by position and by filter", async () => {
    const Thing = model();
    await Thing.updateOne({ _id: "a", "parts.kind": "k" }, { $set: { "parts.$.done": true } });
    await Thing.updateOne(
      { _id: "a" },
      { $push: { parts: { $each: [{ kind: "l" }], $slice: -5 } }, $addToSet: { tags: "x" } },
    );
    await Thing.updateOne(
      { _id: "a" },
      { $set: { "parts.$[part].done": true } },
      { arrayFilters: [{ "part.kind": "l" }] },
    );
    const found = await Thing.findById("a").lean();
    expect(found).toMatchObject({
      tags: ["x", "y"],
      parts: [
        { kind: "k", done: true },
        { kind: "l", done: true },
      ],
    });
  });

  test("populate, cursors and sessions", async () => {
    const Thing = model();
    const Owner = connection.model("Owner", new Schema({ thing: { type: String, ref: "Thing" } }));
    const session = await connection.startSession();
    const [owner] = await Owner.create([{ thing: "a" }], { session });
    expect((await Owner.findById(owner?._id).populate("thing").session(session))?.get("thing.state")).toBe(
      "old",
    );
    await session.endSession();
    const seen: string[] = [];
    for await (const thing of Thing.find().sort({ _id: 1 }).cursor({ batchSize: 1 }))
      seen.push(String(thing._id));
    expect(seen).toEqual([...seen].sort());
  });

  test("retryable writes may be asked for or not", async () => {
    for (const retryWrites of [true, false]) {
      const other = await mongoose
        .createConnection(database.uri, { retryWrites, dbName: "retry" })
        .asPromise();
      expect((await other.collection("c").insertOne({ a: 1 })).acknowledged).toBe(true);
      await other.close();
    }
  });
});

const compiled = new URL("../../../dist/models/embedded/index.js", import.meta.url).pathname;
test.skipIf(!existsSync(compiled))(
  "the compiled database opens, and a process ends by itself with it open",
  () => {
    const directory = temporaryDirectory();
    const program = `
    import mongoose from "mongoose";
    const { openEmbeddedDatabase } = await import(${JSON.stringify(compiled)});
    const { uri } = await openEmbeddedDatabase({ directory: process.argv[1] });
    const client = new mongoose.mongo.MongoClient(uri);
    await client.db("x").collection("y").insertOne({ a: 1 });
    console.log(await client.db("x").collection("y").countDocuments());
    await client.close();`;
    const run = () =>
      execFileSync(process.execPath, ["--input-type=module", "-e", program, directory.path], {
        cwd: new URL("../../..", import.meta.url).pathname,
        encoding: "utf8",
        timeout: 20_000,
      });
    expect(run().trim()).toBe("1");
    expect(run().trim()).toBe("2");
    directory.remove();
  },
);
