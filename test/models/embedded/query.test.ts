import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  Binary,
  BSONRegExp,
  Decimal128,
  Double,
  errorOf,
  filled,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  openTestDatabase,
  type Plain,
  type TestDatabase,
  Timestamp,
} from "./support.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const id = new ObjectId("5f43a1b2c3d4e5f601234567");
const bytes = (...values: number[]) => new Binary(Buffer.from(values));
const long = (text: string) => Long.fromString(text);
const decimal = (text: string) => Decimal128.fromString(text);

/** Values of a field `a`, one a document (undefined: the field is missing), a filter, and the places that pass. */
type Case = [name: string, values: unknown[], filter: Plain, passing: number[]];

const cases: Case[] = [
  [
    "int, long, double and decimal are equal by value",
    [5, long("5"), new Double(5), decimal("5.0"), "5"],
    { a: 5 },
    [0, 1, 2, 3],
  ],
  [
    "a long beyond 2^53 is exact",
    [long("9007199254740993"), long("9007199254740992"), new Double(9007199254740992)],
    { a: long("9007199254740993") },
    [0],
  ],
  [
    "a decimal equals its double only when exactly so",
    [decimal("0.1"), 0.1, decimal("0.5"), 0.5],
    { a: decimal("0.5") },
    [2, 3],
  ],
  ["a decimal 0.1 is not the double 0.1", [decimal("0.1"), 0.1], { a: 0.1 }, [1]],
  [
    "ranges compare all numeric types",
    [1, long("10"), decimal("9.5"), 20.5, "11"],
    { a: { $gt: 9 } },
    [1, 2, 3],
  ],
  ["minus zero is zero", [-0, 0], { a: 0 }, [0, 1]],
  ["NaN equals NaN of any type", [Number.NaN, decimal("NaN"), 1], { a: Number.NaN }, [0, 1]],
  ["NaN is below nothing", [Number.NaN, 1], { a: { $lt: 5 } }, [1]],
  ["NaN is at least NaN", [Number.NaN, 1], { a: { $gte: Number.NaN } }, [0]],
  ["a range keeps to its type", [1, "x", new Date(5), true, null], { a: { $gte: 0 } }, [0]],
  ["strings sort by code points", ["\uffff", "\u{1f600}", "a"], { a: { $gt: "\uffff" } }, [1]],
  [
    "binary data compares by length, subtype, bytes",
    [bytes(0xff), bytes(0xfe), bytes(1, 2)],
    { a: bytes(0xfe) },
    [1],
  ],
  ["binary ranges", [bytes(0xff), bytes(0xfe), bytes(1, 2)], { a: { $gt: bytes(0xfe) } }, [0, 2]],
  [
    "ObjectIds are equal by bytes",
    [id, new ObjectId(), id.toHexString()],
    { a: new ObjectId(id.toHexString()) },
    [0],
  ],
  [
    "timestamps",
    [new Timestamp({ t: 1, i: 2 }), new Timestamp({ t: 2, i: 1 })],
    { a: { $gt: new Timestamp({ t: 1, i: 3 }) } },
    [1],
  ],
  ["everything else is above MinKey", [1, null, undefined, "x"], { a: { $gt: new MinKey() } }, [0, 1, 2, 3]],
  ["everything else is below MaxKey", [1, null, "x"], { a: { $lt: new MaxKey() } }, [0, 1, 2]],
  ["null passes null and missing", [null, undefined, 0, []], { a: null }, [0, 1]],
  ["$ne null", [null, undefined, 0], { a: { $ne: null } }, [2]],
  ["$lte null and $gte null", [null, undefined, 0], { a: { $lte: null } }, [0, 1]],
  ["$exists tells null from missing", [null, undefined, 0], { a: { $exists: true } }, [0, 2]],
  ["$exists: false", [null, undefined, 0], { a: { $exists: false } }, [1]],
  ["$in with null passes missing", [null, undefined, 3, 4], { a: { $in: [null, 3] } }, [0, 1, 2]],
  ["$nin with null", [null, undefined, 3, 4], { a: { $nin: [null, 3] } }, [3]],
  [
    "a long $in list",
    [1, 5, long("7"), 30, "x"],
    { a: { $in: Array.from({ length: 20 }, (_, n) => n) } },
    [0, 1, 2],
  ],
  ["an array stands for its elements", [[1, 2], 2, [3]], { a: 2 }, [0, 1]],
  ["an array equals an array as a whole", [[1, 2], [2, 1], [[1, 2]]], { a: [1, 2] }, [0, 2]],
  ["an array in an array is not taken apart", [[[1]], [1]], { a: 1 }, [1]],
  ["two ranges may be met by two elements", [[1, 9], [4], 4], { a: { $gt: 5, $lt: 3 } }, [0]],
  ["$elemMatch wants one element for both", [[1, 9], [4], 4], { a: { $elemMatch: { $gt: 3, $lt: 5 } } }, [1]],
  [
    "$elemMatch over documents",
    [[{ b: 1, c: 2 }], [{ b: 1 }, { c: 2 }], { b: 1, c: 2 }],
    { a: { $elemMatch: { b: 1, c: 2 } } },
    [0],
  ],
  [
    "$elemMatch with $or inside",
    [[{ b: 1 }], [{ c: 2 }], [{ d: 3 }]],
    { a: { $elemMatch: { $or: [{ b: 1 }, { c: 2 }] } } },
    [0, 1],
  ],
  ["$all", [[1, 2, 3], [1], 1], { a: { $all: [1, 3] } }, [0]],
  ["$all of one on a scalar", [[1, 2, 3], [1], 1], { a: { $all: [1] } }, [0, 1, 2]],
  ["$all: [] passes nothing", [[1], []], { a: { $all: [] } }, []],
  [
    "$all with $elemMatch",
    [[{ b: 1 }, { b: 2 }], [{ b: 1 }]],
    { a: { $all: [{ $elemMatch: { b: 1 } }, { $elemMatch: { b: 2 } }] } },
    [0],
  ],
  ["$size", [[1, 2], [1], [], 2], { a: { $size: 1 } }, [1]],
  ["$not turns round, missing included", [3, 9, undefined, "x"], { a: { $not: { $gt: 5 } } }, [0, 2, 3]],
  ["$not with a pattern", ["abc", "xyz", 1], { a: { $not: /^a/ } }, [1, 2]],
  ["$ne looks at all elements", [[1, 2], [3], 2], { a: { $ne: 2 } }, [1]],
  [
    "a dotted path goes into documents in arrays",
    [[{ b: 1 }, { b: 2 }], { b: 2 }, [{ b: [2] }], [[{ b: 2 }]]],
    { "a.b": 2 },
    [0, 1, 2],
  ],
  ["a dotted path by place", [[{ b: 1 }, { b: 2 }], [{ b: 2 }]], { "a.1.b": 2 }, [0]],
  ["a place at the end", [[5, 6], [6], { 0: 6 }], { "a.0": 6 }, [1, 2]],
  [
    "null at a path that some elements lack",
    [[{ b: 1 }, { c: 1 }], [{ b: 1 }], 5, [], [5]],
    { "a.b": null },
    [0, 2],
  ],
  ["$exists: false through an array", [[{ c: 1 }], [{ b: 1 }], []], { "a.b": { $exists: false } }, [0, 2]],
  [
    "documents are equal with the same order of fields",
    [{ x: 1, y: 2 }, { y: 2, x: 1 }, { x: 1 }],
    { a: { x: 1, y: 2 } },
    [0],
  ],
  ["documents compare field by field", [{ x: 1 }, { x: 2 }, { x: "a" }], { a: { $gt: { x: 1 } } }, [1, 2]],
  ["a pattern", ["abc", "xbc", ["q", "ab"], 1], { a: /^a/ }, [0, 2]],
  ["a pattern ignoring case", ["ABC", "x"], { a: { $regex: "b", $options: "i" } }, [0]],
  ["the dollar also stands before a last line break", ["ab\n", "ab", "ab\nc"], { a: /b$/ }, [0, 1]],
  ["extended patterns skip blanks", ["ab", "a b"], { a: { $regex: "a b # both", $options: "x" } }, [0]],
  ["a leading inline option", ["ABC"], { a: { $regex: "(?i)b" } }, [0]],
  [
    "a stored pattern equals the same pattern",
    [new BSONRegExp("^a", "i"), "abc"],
    { a: { $in: [/^a/i] } },
    [0, 1],
  ],
  ["$in with patterns", ["abc", "x", 3], { a: { $in: [/^a/, 3] } }, [0, 2]],
  [
    "$type by name",
    [1, long("1"), new Double(1), decimal("1"), "x"],
    { a: { $type: "number" } },
    [0, 1, 2, 3],
  ],
  ["$type tells a double from an int", [1, new Double(1), 1.5], { a: { $type: "double" } }, [1, 2]],
  ["$type long", [1, long("1")], { a: { $type: 18 } }, [1]],
  ["$type of an array's elements and of the array", [["x"], "x", []], { a: { $type: "string" } }, [0, 1]],
  ["$type array", [["x"], [], "x"], { a: { $type: "array" } }, [0, 1]],
  ["$type null is not missing", [null, undefined], { a: { $type: "null" } }, [0]],
  ["$type several", [id, bytes(1), true], { a: { $type: ["objectId", "binData"] } }, [0, 1]],
  [
    "$mod cuts fractions",
    [10, 10.9, long("15"), decimal("20.5"), 11, "10"],
    { a: { $mod: [5, 0] } },
    [0, 1, 2, 3],
  ],
  ["$mod keeps the sign", [-7, 7], { a: { $mod: [5, -2] } }, [0]],
  ["$bitsAllSet", [7, 4, bytes(3), -1, 1.5], { a: { $bitsAllSet: 3 } }, [0, 2, 3]],
  ["$bitsAnyClear by places", [7, 4], { a: { $bitsAnyClear: [0, 1] } }, [1]],
  ["$or and $nor", [1, 2, 3], { $or: [{ a: 1 }, { a: 2 }], $nor: [{ a: 2 }] }, [0]],
  ["$and with the same field twice", [[1, 2], [1], [2]], { $and: [{ a: 1 }, { a: 2 }] }, [0]],
  ["$expr compares types", [1, "x", undefined], { $expr: { $gt: ["$a", 1] } }, [1]],
  ["$expr: a missing field is below null", [null, undefined, 1], { $expr: { $lt: ["$a", null] } }, [1]],
  ["$comment is passed over", [1, 2], { a: 1, $comment: "why" }, [0]],
  ["a field named like a method", [1], { constructor: null }, [0]],
];

describe("a filter passes what MongoDB's passes", () => {
  test.each(cases)("%s", async (_name, values, filter, passing) => {
    const documents = values.map((a, place) => (a === undefined ? { _id: place } : { _id: place, a }));
    const plain = await filled(database, documents as Plain[]);
    const answer = async () => (await plain.find(filter).sort({ _id: 1 }).toArray()).map(({ _id }) => _id);
    expect(await answer()).toEqual(passing);
    expect(await plain.countDocuments(filter)).toBe(passing.length);
    // and the same with an index to find them by
    await plain.createIndex({ a: 1 });
    expect(await answer()).toEqual(passing);
    await plain.createIndex({ a: -1, _id: 1 }, { name: "down" });
    expect(
      (await plain.find(filter).hint("down").toArray()).map(({ _id }) => _id as unknown as number).sort(),
    ).toEqual(passing);
  });
});

/** Filters that are refused, with MongoDB's code and a part of its message. */
const refused: [filter: Plain, code: number, message: RegExp][] = [
  [{ $foo: 1 }, 2, /unknown top level operator: \$foo/],
  [{ a: { $foo: 1 } }, 2, /unknown operator: \$foo/],
  [{ a: { $gt: 1, b: 2 } }, 2, /unknown operator: b/],
  [{ a: { $in: 1 } }, 2, /\$in needs an array/],
  [{ a: { $in: [{ $gt: 1 }] } }, 2, /cannot nest \$ under \$in/],
  [{ a: { $nin: 1 } }, 2, /needs an array/],
  [{ $and: [] }, 2, /must be a nonempty array/],
  [{ $or: 1 }, 2, /must be an array/],
  [{ $or: [1] }, 2, /entries need to be full objects/],
  [{ a: { $not: 1 } }, 2, /\$not needs a regex or a document/],
  [{ a: { $not: {} } }, 2, /\$not cannot be empty/],
  [{ a: { $gt: /x/ } }, 2, /Can't have RegEx as arg/],
  [{ a: { $ne: /x/ } }, 2, /Can't have regex as arg to \$ne/],
  [{ a: { $size: "x" } }, 2, /\$size/],
  [{ a: { $size: -1 } }, 2, /\$size/],
  [{ a: { $mod: [0, 1] } }, 2, /divisor cannot be 0/],
  [{ a: { $mod: [1] } }, 2, /not enough elements/],
  [{ a: { $type: "what" } }, 2, /Unknown type name alias: what/],
  [{ a: { $elemMatch: 1 } }, 2, /\$elemMatch needs an Object/],
  [{ a: { $all: 1 } }, 2, /\$all needs an array/],
  [{ a: { $options: "i" } }, 2, /\$options needs a \$regex/],
  [{ a: { $regex: "(" } }, 51091, /[Rr]egular expression is invalid/],
  [{ a: { $regex: "a", $options: "q" } }, 51108, /invalid flag/],
  [{ $expr: { $foo: 1 } }, 168, /Unrecognized expression '\$foo'/],
  [{ $expr: "$$nope" }, 17276, /Use of undefined variable: nope/],
  [{ _id: { $a: 1 } }, 2, /unknown operator: \$a/],
];

test.each(refused)("the filter %j is refused", async (filter, code, message) => {
  const collection = await filled(database, [{ _id: 1 }]);
  const error = await errorOf(collection.find(filter).toArray());
  expect(error?.code).toBe(code);
  expect(error?.message).toMatch(message);
});

describe("order", () => {
  const values = [
    new MinKey(),
    undefined,
    null,
    Number.NaN,
    -5,
    0,
    long("9007199254740993"),
    decimal("1E400"),
    Number.POSITIVE_INFINITY,
    "",
    "a",
    "a\0",
    "ab",
    "é",
    { a: 1 },
    { a: 2 },
    { b: 0 },
    bytes(9),
    bytes(1, 1),
    id,
    false,
    true,
    new Date(-5),
    new Date(5),
    new Timestamp({ t: 1, i: 1 }),
    /a/,
    new MaxKey(),
  ];
  const documents = values.map((a, _id) => (a === undefined ? { _id } : { _id, a }));

  test.each([1, -1] as const)(
    "all types sort as documented, direction %i, with and without an index",
    async (direction) => {
      const shuffled = [...documents].sort((a, b) => ((a._id * 7) % 27) - ((b._id * 7) % 27));
      const collection = await filled(database, shuffled as Plain[]);
      const expected = values.map((_, place) => place);
      // missing and null sort alike: the second key decides
      const wanted = direction === 1 ? expected : [...expected].reverse();
      const sorted = async () =>
        (await collection.find({}).sort({ a: direction, _id: direction }).toArray()).map(({ _id }) => _id);
      expect(await sorted()).toEqual(wanted);
      await collection.createIndex({ a: 1, _id: 1 });
      expect(await sorted()).toEqual(wanted);
      const explained = await collection
        .find({})
        .sort({ a: direction, _id: direction })
        .explain("queryPlanner");
      expect(JSON.stringify(explained)).toContain("IXSCAN");
    },
  );

  test("an array sorts by its smallest element, backwards by its largest, and empty below null", async () => {
    const collection = await filled(database, [
      { _id: 1, a: [1, 30] },
      { _id: 2, a: [5, 20] },
      { _id: 3, a: [] },
      { _id: 4, a: null },
    ]);
    const order = async (direction: 1 | -1) =>
      (await collection.find().sort({ a: direction }).toArray()).map(({ _id }) => _id);
    expect(await order(1)).toEqual([3, 4, 1, 2]);
    expect(await order(-1)).toEqual([1, 2, 4, 3]);
    await collection.createIndex({ a: 1 });
    expect(await order(1)).toEqual([3, 4, 1, 2]);
    expect(await order(-1)).toEqual([1, 2, 4, 3]);
  });

  test("skip, limit and batches cut the same list", async () => {
    const collection = await filled(
      database,
      Array.from({ length: 500 }, (_, n) => ({ _id: n, a: (n * 37) % 500 })),
    );
    const all = await collection.find().sort({ a: 1 }).batchSize(7).toArray();
    expect(all.map(({ a }) => a)).toEqual(Array.from({ length: 500 }, (_, n) => n));
    const part = await collection.find().sort({ a: -1 }).skip(10).limit(25).batchSize(10).toArray();
    expect(part.map(({ a }) => a)).toEqual(Array.from({ length: 25 }, (_, n) => 489 - n));
  });

  test("without an order, documents come as they were inserted", async () => {
    const collection = await filled(database, [{ _id: 3 }, { _id: 1 }, { _id: 2 }]);
    expect((await collection.find().toArray()).map(({ _id }) => _id)).toEqual([3, 1, 2]);
    expect((await collection.find().sort({ $natural: -1 }).toArray()).map(({ _id }) => _id)).toEqual([
      2, 1, 3,
    ]);
  });
});

/** What a projection leaves of a document. */
const projections: [document: Plain, projection: Plain, left: Plain][] = [
  [
    { _id: 1, b: 1, a: 2 },
    { a: 1, b: 1 },
    { _id: 1, b: 1, a: 2 },
  ],
  [{ _id: 1, a: 1 }, { a: 1, _id: 0 }, { a: 1 }],
  [{ _id: 1, a: 1, b: 2 }, { a: 0 }, { _id: 1, b: 2 }],
  [{ _id: 1, a: [{ b: 1, c: 2 }, 5] }, { "a.b": 1 }, { _id: 1, a: [{ b: 1 }] }],
  [{ _id: 1, a: { c: 1 } }, { "a.b": 1 }, { _id: 1, a: {} }],
  [{ _id: 1, a: 5 }, { "a.b": 1 }, { _id: 1 }],
  [{ _id: 1, a: [{ b: 1, c: 2 }] }, { "a.b": 0 }, { _id: 1, a: [{ c: 2 }] }],
  [{ _id: 1, a: [1, 2, 3] }, { a: { $slice: -2 } }, { _id: 1, a: [2, 3] }],
  [{ _id: 1, a: [1, 2, 3], b: 1 }, { a: { $slice: [1, 1] } }, { _id: 1, a: [2], b: 1 }],
  [{ _id: 1, a: [{ k: 1 }, { k: 2 }], b: 1 }, { a: { $elemMatch: { k: 2 } } }, { _id: 1, a: [{ k: 2 }] }],
  [{ _id: 1, a: 2, b: 3 }, { sum: { $add: ["$a", "$b"] } }, { _id: 1, sum: 5 }],
  [{ _id: 1, a: { b: 1, c: 2 } }, { a: { b: 1 } }, { _id: 1, a: { b: 1 } }],
  [
    { _id: 1, a: 2 },
    { x: "$a", y: "literal" },
    { _id: 1, x: 2, y: "literal" },
  ],
];

test.each(projections)("of %j the projection %j leaves %j", async (document, projection, left) => {
  const collection = await filled(database, [document]);
  expect(await collection.findOne({}, { projection })).toEqual(left);
});

test("the positional projection shows the element by which a document was found", async () => {
  const collection = await filled(database, [{ _id: 1, a: [1, 5, 9], b: 1 }]);
  expect(await collection.findOne({ a: { $gt: 4 } }, { projection: { "a.$": 1 } })).toEqual({
    _id: 1,
    a: [5],
  });
});

test.each([
  [{ a: 1, b: 0 }, 31254],
  [{ a: 0, b: 1 }, 31253],
  [{ a: 1, "a.b": 1 }, 31249],
] as [Plain, number][])("the projection %j is refused", async (projection, code) => {
  const collection = await filled(database, [{ _id: 1 }]);
  expect((await errorOf(collection.findOne({}, { projection })))?.code).toBe(code);
});

test("distinct lists values once, those in arrays too, in order", async () => {
  const collection = await filled(database, [
    { a: [2, 1] },
    { a: 1 },
    { a: { b: 1 } },
    { a: null },
    {},
    { a: new Double(2) },
  ]);
  expect(await collection.distinct("a")).toEqual([null, 1, 2, { b: 1 }]);
  expect(await collection.distinct("a.b")).toEqual([1]);
  expect(await collection.distinct("a", { a: { $gt: 1 } })).toEqual([1, 2]);
});
