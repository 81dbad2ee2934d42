import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  Decimal128,
  Double,
  errorOf,
  filled,
  Long,
  ObjectId,
  openTestDatabase,
  type Plain,
  type TestDatabase,
} from "./support.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const long = (text: string) => Long.fromString(text);
const decimal = (text: string) => Decimal128.fromString(text);

interface Case {
  before: Plain;
  update: Plain | Plain[];
  after: Plain;
  filter?: Plain;
  arrayFilters?: Plain[];
  modified?: 0;
}

const cases: [string, Case][] = [
  [
    "$set in the order of paths",
    { before: { a: 1 }, update: { $set: { c: 1, b: 1 } }, after: { a: 1, b: 1, c: 1 } },
  ],
  [
    "$set at a dotted path makes documents",
    { before: {}, update: { $set: { "a.b.c": 1 } }, after: { a: { b: { c: 1 } } } },
  ],
  [
    "$set past the end of an array fills with null",
    { before: { a: [1] }, update: { $set: { "a.3": 9 } }, after: { a: [1, null, null, 9] } },
  ],
  [
    "$set by number makes a field where there is no array",
    { before: {}, update: { $set: { "a.0": 1 } }, after: { a: { 0: 1 } } },
  ],
  [
    "$set of the same value changes nothing",
    { before: { a: 1 }, update: { $set: { a: 1 } }, after: { a: 1 }, modified: 0 },
  ],
  [
    "$set of an equal value of another type does change",
    { before: { a: 1 }, update: { $set: { a: new Double(1) } }, after: { a: 1 } },
  ],
  ["$set of the same _id", { before: { a: 1 }, update: { $set: { _id: 1, a: 2 } }, after: { a: 2 } }],
  ["$set of nothing", { before: { a: 1 }, update: { $set: {} }, after: { a: 1 }, modified: 0 }],
  [
    "$unset",
    { before: { a: { b: 1, c: 2 }, d: 1 }, update: { $unset: { "a.b": "", d: 1 } }, after: { a: { c: 2 } } },
  ],
  [
    "$unset in an array leaves null",
    { before: { a: [1, 2] }, update: { $unset: { "a.0": "" } }, after: { a: [null, 2] } },
  ],
  [
    "$unset of what is not there makes nothing",
    { before: {}, update: { $unset: { "a.b": "" } }, after: {}, modified: 0 },
  ],
  ["$inc", { before: { a: 1 }, update: { $inc: { a: 2, b: 3 } }, after: { a: 3, b: 3 } }],
  [
    "$inc keeps a long exact",
    {
      before: { a: long("9007199254740993") },
      update: { $inc: { a: 1 } },
      after: { a: long("9007199254740994") },
    },
  ],
  [
    "$inc of an int beyond its range makes a long",
    { before: { a: 2147483647 }, update: { $inc: { a: 1 } }, after: { a: long("2147483648") } },
  ],
  [
    "$inc of a decimal",
    { before: { a: decimal("1.5") }, update: { $inc: { a: 1 } }, after: { a: decimal("2.5") } },
  ],
  ["$inc by a double makes a double", { before: { a: 1 }, update: { $inc: { a: 0.5 } }, after: { a: 1.5 } }],
  ["$mul", { before: { a: 3 }, update: { $mul: { a: 2, b: 5 } }, after: { a: 6, b: 0 } }],
  [
    "$mul of a decimal",
    { before: { a: decimal("1.5") }, update: { $mul: { a: 2 } }, after: { a: decimal("3.0") } },
  ],
  [
    "$min and $max by the order of all types",
    { before: { a: 5, b: 5 }, update: { $min: { a: 3 }, $max: { b: "x" } }, after: { a: 3, b: "x" } },
  ],
  ["$max of a missing field", { before: {}, update: { $max: { a: 3 } }, after: { a: 3 } }],
  ["$rename", { before: { a: 1, b: 2 }, update: { $rename: { a: "c.d" } }, after: { b: 2, c: { d: 1 } } }],
  ["$rename over a field", { before: { a: 1, b: 2 }, update: { $rename: { a: "b" } }, after: { b: 1 } }],
  [
    "$rename of a missing field",
    { before: { b: 2 }, update: { $rename: { a: "c" } }, after: { b: 2 }, modified: 0 },
  ],
  ["$bit", { before: { a: 5 }, update: { $bit: { a: { and: 4, or: 1 } } }, after: { a: 5 }, modified: 0 }],
  [
    "$bit xor of a long",
    { before: { a: long("5") }, update: { $bit: { a: { xor: 1 } } }, after: { a: long("4") } },
  ],
  ["$push", { before: { a: [1] }, update: { $push: { a: 2, b: 3 } }, after: { a: [1, 2], b: [3] } }],
  [
    "$push of an array pushes one element",
    { before: { a: [] }, update: { $push: { a: [1, 2] } }, after: { a: [[1, 2]] } },
  ],
  [
    "$push $each at a place",
    {
      before: { a: [1, 2] },
      update: { $push: { a: { $each: [8, 9], $position: 1 } } },
      after: { a: [1, 8, 9, 2] },
    },
  ],
  [
    "$push at a place from the end",
    {
      before: { a: [1, 2, 3] },
      update: { $push: { a: { $each: [9], $position: -1 } } },
      after: { a: [1, 2, 9, 3] },
    },
  ],
  [
    "$push $slice on a new field",
    { before: {}, update: { $push: { a: { $each: [1, 2, 3], $slice: -2 } } }, after: { a: [2, 3] } },
  ],
  [
    "$push $slice: 0 empties",
    { before: { a: [1] }, update: { $push: { a: { $each: [2], $slice: 0 } } }, after: { a: [] } },
  ],
  [
    "$push $sort by two fields",
    {
      before: { a: [{ x: 1, y: 2 }] },
      update: {
        $push: {
          a: {
            $each: [
              { x: 1, y: 1 },
              { x: 0, y: 9 },
            ],
            $sort: { x: -1, y: 1 },
          },
        },
      },
      after: {
        a: [
          { x: 1, y: 1 },
          { x: 1, y: 2 },
          { x: 0, y: 9 },
        ],
      },
    },
  ],
  [
    "$push $sort of values",
    {
      before: { a: [3, "a"] },
      update: { $push: { a: { $each: [1], $sort: 1 } } },
      after: { a: [1, 3, "a"] },
    },
  ],
  [
    "$addToSet",
    { before: { a: [1, 1] }, update: { $addToSet: { a: { $each: [1, 2, 2] } } }, after: { a: [1, 1, 2] } },
  ],
  [
    "$addToSet knows equal numbers",
    { before: { a: [1] }, update: { $addToSet: { a: long("1") } }, after: { a: [1] }, modified: 0 },
  ],
  [
    "$addToSet minds the order of fields",
    {
      before: { a: [{ x: 1, y: 1 }] },
      update: { $addToSet: { a: { y: 1, x: 1 } } },
      after: {
        a: [
          { x: 1, y: 1 },
          { y: 1, x: 1 },
        ],
      },
    },
  ],
  ["$pull by value", { before: { a: [1, 2, 1] }, update: { $pull: { a: 1 } }, after: { a: [2] } }],
  [
    "$pull by operators",
    { before: { a: [1, 5, 9] }, update: { $pull: { a: { $gte: 5 } } }, after: { a: [1] } },
  ],
  [
    "$pull by fields of documents",
    {
      before: { a: [{ x: 1, y: 2 }, { x: 2 }, 1] },
      update: { $pull: { a: { x: 1 } } },
      after: { a: [{ x: 2 }, 1] },
    },
  ],
  [
    "$pull of nothing",
    { before: { a: [1] }, update: { $pull: { a: 7, b: 1 } }, after: { a: [1] }, modified: 0 },
  ],
  ["$pullAll", { before: { a: [1, 2, 1, 3] }, update: { $pullAll: { a: [1, 3] } }, after: { a: [2] } }],
  [
    "$pop from both ends",
    { before: { a: [1, 2], b: [1, 2] }, update: { $pop: { a: 1, b: -1 } }, after: { a: [1], b: [2] } },
  ],
  [
    "the positional $ by value",
    { before: { a: [1, 2, 3] }, update: { $set: { "a.$": 9 } }, filter: { a: 2 }, after: { a: [1, 9, 3] } },
  ],
  [
    "the positional $ by $elemMatch",
    {
      before: {
        a: [
          { k: 1, v: 1 },
          { k: 2, v: 1 },
        ],
      },
      update: { $set: { "a.$.v": 5 } },
      filter: { a: { $elemMatch: { k: 2, v: 1 } } },
      after: {
        a: [
          { k: 1, v: 1 },
          { k: 2, v: 5 },
        ],
      },
    },
  ],
  [
    "the positional $ with two conditions",
    {
      before: { a: [{ k: 1, v: 1 }] },
      update: { $inc: { "a.$.v": 5 } },
      filter: { "a.k": 1, "a.v": 1 },
      after: { a: [{ k: 1, v: 6 }] },
    },
  ],
  [
    "the positional $ under $and",
    {
      before: { a: [1, 2] },
      update: { $set: { "a.$": 9 } },
      filter: { $and: [{ a: 2 }] },
      after: { a: [1, 9] },
    },
  ],
  [
    "$[] is every element",
    { before: { a: [1, 2] }, update: { $inc: { "a.$[]": 10 } }, after: { a: [11, 12] } },
  ],
  [
    "$[x] is those that pass",
    {
      before: { a: [{ k: 1 }, { k: 2 }] },
      update: { $set: { "a.$[e].v": 1 } },
      arrayFilters: [{ "e.k": { $gt: 1 } }],
      after: { a: [{ k: 1 }, { k: 2, v: 1 }] },
    },
  ],
  [
    "$[x] with $or",
    {
      before: { a: [1, 2, 3] },
      update: { $set: { "a.$[e]": 0 } },
      arrayFilters: [{ $or: [{ e: 1 }, { e: 3 }] }],
      after: { a: [0, 2, 0] },
    },
  ],
  [
    "nested $[] and $[x]",
    {
      before: { a: [{ b: [1, 2] }, { b: [2] }] },
      update: { $set: { "a.$[].b.$[e]": 7 } },
      arrayFilters: [{ e: 2 }],
      after: { a: [{ b: [1, 7] }, { b: [7] }] },
    },
  ],
  [
    "a pipeline",
    {
      before: { a: 1, b: 2 },
      update: [{ $set: { c: { $add: ["$a", "$b"] } } }, { $unset: "a" }, { $set: { "d.e": "$c" } }],
      after: { b: 2, c: 3, d: { e: 3 } },
    },
  ],
  [
    "a pipeline with $replaceWith keeps _id",
    { before: { a: { x: 1 } }, update: [{ $replaceWith: "$a" }], after: { x: 1 } },
  ],
  [
    "a pipeline that changes nothing",
    { before: { a: 1 }, update: [{ $set: { a: 1 } }], after: { a: 1 }, modified: 0 },
  ],
  [
    "$set in a pipeline removes with $$REMOVE",
    {
      before: { a: 1, b: 2 },
      update: [{ $set: { a: { $cond: [{ $eq: ["$b", 2] }, "$$REMOVE", "$a"] } } }],
      after: { b: 2 },
    },
  ],
];

describe("an update does what MongoDB's does", () => {
  test.each(cases)("%s", async (_name, { before, update, after, filter, arrayFilters, modified }) => {
    const collection = await filled(database, [{ _id: 1, ...before }]);
    const options = arrayFilters ? { arrayFilters } : {};
    const result = await collection.updateOne({ _id: 1, ...filter }, update, options);
    expect(result.matchedCount).toBe(1);
    expect(result.modifiedCount).toBe(modified ?? 1);
    const stored = await collection.findOne({}, { promoteLongs: false });
    expect(stored).toEqual({ _id: 1, ...after });
    expect(Object.keys(stored ?? {})).toEqual(["_id", ...Object.keys(after)]);
    await collection.drop();
  });
});

test("what an update does not touch keeps its type", async () => {
  const collection = await filled(database, [
    { _id: 1, l: long("5"), d: new Double(2), i: 3, n: decimal("1.10") },
  ]);
  await collection.updateOne({}, { $set: { z: 1 } });
  const types = await collection
    .aggregate([
      {
        $project: { _id: 0, l: { $type: "$l" }, d: { $type: "$d" }, i: { $type: "$i" }, n: { $type: "$n" } },
      },
    ])
    .toArray();
  expect(types).toEqual([{ l: "long", d: "double", i: "int", n: "decimal" }]);
  expect(String((await collection.findOne())?.n)).toBe("1.10");
});

const refused: [
  before: Plain,
  update: Plain | Plain[],
  code: number,
  message: RegExp,
  arrayFilters?: Plain[],
][] = [
  [{ a: null }, { $set: { "a.b": 1 } }, 28, /Cannot create field 'b' in element \{a: null\}/],
  [{ a: 5 }, { $set: { "a.b": 1 } }, 28, /Cannot create field 'b' in element \{a: 5\}/],
  [{ a: [{ b: 1 }] }, { $set: { "a.b": 2 } }, 28, /Cannot create field 'b' in element \{a: \[/],
  [{ a: "x" }, { $inc: { a: 1 } }, 14, /Cannot apply \$inc to a value of non-numeric type/],
  [{ a: null }, { $inc: { a: 1 } }, 14, /non-numeric type null/],
  [{ a: 1 }, { $inc: { a: "x" } }, 14, /Cannot increment with non-numeric argument: \{a: "x"\}/],
  [
    { a: long("9223372036854775807") },
    { $inc: { a: 1 } },
    2,
    /Failed to apply \$inc operations to current value/,
  ],
  [{ a: 1 }, { $mul: { a: "x" } }, 14, /Cannot multiply with non-numeric argument/],
  [{ a: 1 }, { $push: { a: 1 } }, 2, /must be an array but is of type int/],
  [{ a: [] }, { $push: { a: { $each: 1 } } }, 2, /\$each in \$push must be an array/],
  [{ a: 1 }, { $addToSet: { a: 1 } }, 2, /non-array/],
  [{ a: 1 }, { $pull: { a: 1 } }, 2, /Cannot apply \$pull to a non-array value/],
  [{ a: 1 }, { $pop: { a: 1 } }, 14, /non-array type/],
  [{ a: [1] }, { $pop: { a: 2 } }, 9, /\$pop expects 1 or -1, found: 2/],
  [{}, { $set: { a: 1 }, $inc: { a: 1 } }, 40, /Updating the path 'a' would create a conflict at 'a'/],
  [{}, { $set: { a: 1, "a.b": 2 } }, 40, /would create a conflict at 'a'/],
  [{}, { $foo: { a: 1 } }, 9, /Unknown modifier: \$foo/],
  [{}, { $set: 5 }, 9, /Modifiers operate on fields/],
  [{}, { $set: { "": 1 } }, 56, /empty/],
  [{}, { $set: { "a..b": 1 } }, 56, /empty field name/],
  [{}, { $set: { $a: 1 } }, 52, /\$a/],
  [{}, { $set: { _id: 2 } }, 66, /would modify the immutable field '_id'/],
  [{}, [{ $set: { _id: 2 } }], 66, /_id/],
  [{ a: [1] }, { $set: { "a.$": 2 } }, 2, /positional operator did not find the match/],
  [{ a: 1 }, { $set: { "a.$[]": 2 } }, 2, /Cannot apply array updates to non-array element a: 1/],
  [{}, { $set: { "a.$[]": 2 } }, 2, /must exist in the document in order to apply array updates/],
  [{ a: [1] }, { $set: { "a.$[e]": 2 } }, 2, /No array filter found for identifier 'e'/],
  [{ a: [1] }, { $set: { a: 2 } }, 9, /was not used in the update/, [{ e: 1 }]],
  [{ a: 1 }, { $rename: { a: 5 } }, 2, /must be a string/],
  [{ a: 1 }, { $rename: { a: "a" } }, 2, /must differ/],
  [{ a: 1 }, { $bit: { a: { not: 1 } } }, 2, /'and', 'or', and 'xor'/],
  [{ a: 1.5 }, { $bit: { a: { and: 1 } } }, 2, /non-integral type/],
  [{}, { $currentDate: { a: "x" } }, 2, /is not valid type for \$currentDate/],
  [{}, [{ $match: {} }], 72, /\$match is not allowed to be used within an update/],
];

test.each(refused)("%j with %j is refused", async (before, update, code, message, arrayFilters) => {
  const collection = await filled(database, [{ _id: 1, ...before }]);
  const error = await errorOf(collection.updateOne({}, update, arrayFilters ? { arrayFilters } : {}));
  expect(error?.message).toMatch(message);
  expect(error?.code).toBe(code);
  expect(await collection.findOne({}, { promoteLongs: false })).toEqual({ _id: 1, ...before });
});

describe("upserts", () => {
  const upserts: [filter: Plain, update: Plain | Plain[], inserted: Plain][] = [
    [{ _id: 5, a: 1 }, { $set: { b: 2 } }, { _id: 5, a: 1, b: 2 }],
    [{ _id: 5, "a.b": 1 }, { $setOnInsert: { c: 2 } }, { _id: 5, a: { b: 1 }, c: 2 }],
    [
      { _id: 5, $and: [{ a: 1 }, { b: { $eq: 2 } }], c: { $gt: 3 }, d: /x/ },
      { $inc: { e: 1 } },
      { _id: 5, a: 1, b: 2, e: 1 },
    ],
    [{ _id: 5, a: { $in: [7] }, b: { $in: [1, 2] } }, { $set: { c: 1 } }, { _id: 5, a: 7, c: 1 }],
    [
      { _id: 5, a: 1 },
      { a: 9, b: 1 },
      { _id: 5, a: 9, b: 1 },
    ],
    [{ _id: 5, a: 1 }, [{ $set: { b: { $add: ["$a", 1] } } }], { _id: 5, a: 1, b: 2 }],
    [{ a: 1 }, { $set: { _id: 6 } }, { _id: 6, a: 1 }],
  ];
  test.each(upserts)("%j with %j", async (filter, update, inserted) => {
    const collection = await filled(database, []);
    const replaces = !Array.isArray(update) && !Object.keys(update)[0]?.startsWith("$");
    const result = replaces
      ? await collection.replaceOne(filter, update, { upsert: true })
      : await collection.updateOne(filter, update, { upsert: true });
    expect([result.upsertedCount, result.matchedCount, result.upsertedId]).toEqual([1, 0, inserted._id]);
    expect(await collection.findOne()).toEqual(inserted);
  });

  test("a missing _id becomes an ObjectId, in front", async () => {
    const collection = await filled(database, []);
    await collection.updateOne({ a: 1 }, { $set: { b: 1 } }, { upsert: true });
    const stored = await collection.findOne();
    expect(stored?._id).toBeInstanceOf(ObjectId);
    expect(Object.keys(stored ?? {})).toEqual(["_id", "a", "b"]);
  });

  test("a field that is fixed twice is refused", async () => {
    const collection = await filled(database, []);
    const error = await errorOf(
      collection.updateOne({ a: { b: 1 }, "a.b": 1 }, { $set: { c: 1 } }, { upsert: true }),
    );
    expect(error?.code).toBe(54);
  });
});

describe("findOneAndUpdate and its siblings", () => {
  test("give the document before or after, by order, projected", async () => {
    const collection = await filled(database, [
      { _id: 1, n: 3 },
      { _id: 2, n: 1 },
    ]);
    const before = await collection.findOneAndUpdate({}, { $inc: { n: 10 } }, { sort: { n: 1 } });
    expect(before).toEqual({ _id: 2, n: 1 });
    const after = await collection.findOneAndUpdate(
      {},
      { $inc: { n: 10 } },
      { sort: { n: 1 }, returnDocument: "after", projection: { _id: 0 } },
    );
    expect(after).toEqual({ n: 13 });
    expect(await collection.findOneAndDelete({ _id: 2 })).toEqual({ _id: 2, n: 11 });
    expect(await collection.findOneAndReplace({ _id: 1 }, { x: 1 }, { returnDocument: "after" })).toEqual({
      _id: 1,
      x: 1,
    });
    expect(await collection.findOneAndUpdate({ _id: 9 }, { $set: { x: 1 } })).toBeNull();
    const raw = await collection.findOneAndUpdate(
      { _id: 9 },
      { $set: { x: 1 } },
      { upsert: true, includeResultMetadata: true },
    );
    expect(raw.lastErrorObject).toMatchObject({ n: 1, updatedExisting: false, upserted: 9 });
  });

  test("claims at the same time never give the same document twice", async () => {
    const collection = await filled(
      database,
      Array.from({ length: 20 }, (_, n) => ({ _id: n, free: true })),
    );
    const claims = await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        collection.findOneAndUpdate({ free: true }, { $set: { free: false, by: n } }, { sort: { _id: 1 } }),
      ),
    );
    const ids = claims.filter((claim) => claim !== null).map((claim) => claim._id);
    expect(ids).toHaveLength(20);
    expect(new Set(ids).size).toBe(20);
  });

  test("$$NOW and $currentDate are the server's time", async () => {
    const collection = await filled(database, [{ _id: 1 }]);
    const earliest = Date.now() - 60_000;
    await collection.updateOne({}, [{ $set: { now: "$$NOW" } }]);
    await collection.updateOne({}, { $currentDate: { date: true, stamp: { $type: "timestamp" } } } as Plain);
    const stored = await collection.findOne();
    expect(stored?.now.getTime()).toBeGreaterThan(earliest);
    expect(stored?.date.getTime()).toBeGreaterThan(earliest);
    expect(stored?.stamp.t * 1000).toBeGreaterThan(earliest);
  });
});

describe("many writes in one", () => {
  test("unordered: each duplicate is reported by its place, all else is written", async () => {
    const collection = await filled(database, [{ _id: 1 }]);
    const error = (await errorOf(
      collection.insertMany([{ _id: 2 }, { _id: 1 }, { _id: 3 }, { _id: 3 }, { _id: 4 }], {
        ordered: false,
      }),
    )) as { code: number; writeErrors: { index: number; code: number }[]; insertedCount: number };
    expect(error.code).toBe(11000);
    expect(error.writeErrors.map(({ index, code }) => [index, code])).toEqual([
      [1, 11000],
      [3, 11000],
    ]);
    expect(error.insertedCount).toBe(3);
    expect(await collection.countDocuments()).toBe(4);
  });

  test("ordered: what comes after an error is not written", async () => {
    const collection = await filled(database, [{ _id: 1 }]);
    await errorOf(collection.insertMany([{ _id: 2 }, { _id: 1 }, { _id: 3 }]));
    expect(await collection.distinct("_id")).toEqual([1, 2]);
  });

  test("a mixed bulk write counts each kind", async () => {
    const collection = await filled(database, [
      { _id: 1, n: 1 },
      { _id: 2, n: 1 },
    ]);
    const result = await collection.bulkWrite([
      { insertOne: { document: { _id: 3, n: 1 } } },
      { updateMany: { filter: { n: 1 }, update: { $inc: { n: 1 } } } },
      { updateOne: { filter: { _id: 9 }, update: { $set: { n: 5 } }, upsert: true } },
      { replaceOne: { filter: { _id: 1 }, replacement: { m: 1 } } },
      { deleteOne: { filter: { _id: 2 } } },
    ]);
    expect(result).toMatchObject({
      insertedCount: 1,
      matchedCount: 4,
      modifiedCount: 4,
      upsertedCount: 1,
      deletedCount: 1,
    });
    expect(await collection.find().sort({ _id: 1 }).toArray()).toEqual([
      { _id: 1, m: 1 },
      { _id: 3, n: 2 },
      { _id: 9, n: 5 },
    ]);
  });

  test("one failing write never undoes its neighbours", async () => {
    const collection = await filled(database, []);
    await collection.createIndex({ k: 1 }, { unique: true });
    const outcomes = await Promise.allSettled(
      Array.from({ length: 60 }, (_, n) => collection.insertOne({ _id: n, k: n % 30 })),
    );
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(30);
    expect(await collection.countDocuments()).toBe(30);
    expect((await collection.distinct("k")).length).toBe(30);
  });

  test.each([
    [{ _id: [1] }, 53],
    [{ _id: /x/ }, 53],
    [{ _id: { $a: 1 } }, 52],
  ] as [Plain, number][])("the document %j is refused", async (document, code) => {
    const collection = await filled(database, []);
    expect((await errorOf(collection.insertOne(document)))?.code).toBe(code);
    expect(await collection.countDocuments()).toBe(0);
  });

  test("deleteMany and deleteOne", async () => {
    const collection = await filled(database, [{ n: 1 }, { n: 1 }, { n: 2 }]);
    expect((await collection.deleteOne({ n: 1 })).deletedCount).toBe(1);
    expect((await collection.deleteMany({})).deletedCount).toBe(2);
    expect(await collection.estimatedDocumentCount()).toBe(0);
  });
});
