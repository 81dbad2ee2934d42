import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  Binary,
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
const date = (text: string) => new Date(text);
const id = new ObjectId("5f43a1b2c3d4e5f601234567");

/** The document that the expressions are evaluated on. */
const subject: Plain = {
  _id: 1,
  int: 7,
  negative: -7,
  double: 2.5,
  long: long("9007199254740993"),
  decimal: decimal("1.5"),
  text: "Blåbær jam",
  list: [3, 1, 2],
  mixed: [1, "a", null],
  nothing: null,
  yes: true,
  when: date("2024-03-31T01:30:15.123Z"),
  id,
  inner: { a: 1, b: { c: 2 } },
  rows: [{ k: "x", v: 1 }, { k: "y", v: 2 }, { z: 1 }],
};

const MISSING = Symbol("missing");
const expressions: [expression: unknown, value: unknown][] = [
  ["$int", 7],
  ["$inner.b.c", 2],
  ["$rows.v", [1, 2]],
  ["$none", MISSING],
  [{ $literal: "$int" }, "$int"],
  [{ a: "$int", b: "$none" }, { a: 7 }],
  [
    ["$int", "$none"],
    [7, null],
  ],
  [{ $add: ["$int", 1] }, 8],
  [{ $add: ["$long", 1] }, long("9007199254740994")],
  [{ $add: ["$decimal", 1] }, decimal("2.5")],
  [{ $add: [0.1, 0.2, 0.3] }, 0.6],
  [{ $add: ["$when", 1000] }, date("2024-03-31T01:30:16.123Z")],
  [{ $add: ["$int", "$nothing"] }, null],
  [{ $add: [2147483647, 1] }, long("2147483648")],
  [{ $subtract: ["$when", date("2024-03-31T01:30:15.000Z")] }, long("123")],
  [{ $subtract: [1, 2.5] }, -1.5],
  [{ $multiply: ["$int", "$double"] }, 17.5],
  [{ $divide: ["$int", 2] }, 3.5],
  [{ $mod: ["$negative", 3] }, -1],
  [{ $abs: "$negative" }, 7],
  [{ $ceil: "$double" }, 3],
  [{ $floor: -2.5 }, -3],
  [{ $round: [2.5, 0] }, 2],
  [{ $round: [3.5] }, 4],
  [{ $round: [1234, -2] }, 1200],
  [{ $round: [19.25, 1] }, 19.2],
  [{ $trunc: [-2.75, 1] }, -2.7],
  [{ $sqrt: 16 }, 4],
  [{ $pow: [2, 10] }, 1024],
  [{ $pow: [2, -1] }, 0.5],
  [{ $pow: [2, 62] }, long("4611686018427387904")],
  [{ $ln: 1 }, 0],
  [{ $log10: 1000 }, 3],
  [{ $cmp: ["$int", 8] }, -1],
  [{ $eq: ["$none", "$nothing"] }, false],
  [{ $gt: ["$nothing", "$none"] }, true],
  [{ $lt: ["$int", "$text"] }, true],
  [{ $eq: [1, new Double(1)] }, true],
  [{ $and: ["$int", "$yes"] }, true],
  [{ $and: [] }, true],
  [{ $or: ["$nothing", 0, "$none"] }, false],
  [{ $not: ["$nothing"] }, true],
  [{ $cond: ["$nothing", 1, 2] }, 2],
  // biome-ignore lint/suspicious/noThenProperty: the operator has it
  [{ $cond: { if: "", then: "yes", else: "no" } }, "yes"],
  [{ $ifNull: ["$none", "$nothing", 5] }, 5],
  // biome-ignore lint/suspicious/noThenProperty: the operator has it
  [{ $switch: { branches: [{ case: { $eq: ["$int", 7] }, then: "seven" }], default: "other" } }, "seven"],
  [{ $let: { vars: { a: 1, b: "$int" }, in: { $add: ["$$a", "$$b"] } } }, 8],
  [{ $concat: ["$text", "!"] }, "Blåbær jam!"],
  [{ $concat: ["$text", "$nothing"] }, null],
  [{ $toLower: "ABÉ" }, "abÉ"],
  [{ $toUpper: "$none" }, ""],
  [{ $substrCP: ["$text", 2, 2] }, "åb"],
  [{ $substrBytes: ["hello", 1, 3] }, "ell"],
  [{ $substr: ["hello", 2, -1] }, "llo"],
  [{ $strLenCP: "$text" }, 10],
  [{ $strLenBytes: "$text" }, 12],
  [{ $split: ["a,b,c", ","] }, ["a", "b", "c"]],
  [{ $trim: { input: "  x " } }, "x"],
  [{ $ltrim: { input: "xxabx", chars: "x" } }, "abx"],
  [{ $indexOfCP: ["$text", "jam"] }, 7],
  [{ $indexOfBytes: ["$text", "jam"] }, 9],
  [{ $strcasecmp: ["ABC", "abd"] }, -1],
  [{ $regexMatch: { input: "$text", regex: /JAM/i } }, true],
  [{ $regexFind: { input: "$text", regex: "b(å|æ)" } }, { match: "bæ", idx: 3, captures: ["æ"] }],
  [
    { $regexFindAll: { input: "aXbX", regex: "X" } },
    [
      { match: "X", idx: 1, captures: [] },
      { match: "X", idx: 3, captures: [] },
    ],
  ],
  [{ $replaceOne: { input: "aa", find: "a", replacement: { $literal: "$&" } } }, "$&a"],
  [{ $replaceAll: { input: "aa", find: "a", replacement: "b" } }, "bb"],
  [{ $arrayElemAt: ["$list", -1] }, 2],
  [{ $arrayElemAt: ["$list", 9] }, MISSING],
  [{ $first: "$list" }, 3],
  [{ $last: "$list" }, 2],
  [{ $size: "$list" }, 3],
  [{ $slice: ["$list", -2] }, [1, 2]],
  [{ $slice: ["$list", 1, 5] }, [1, 2]],
  [{ $concatArrays: ["$list", [9]] }, [3, 1, 2, 9]],
  [{ $filter: { input: "$list", as: "n", cond: { $gte: ["$$n", 2] } } }, [3, 2]],
  [{ $filter: { input: "$list", cond: { $gte: ["$$this", 1] }, limit: 1 } }, [3]],
  [{ $map: { input: "$list", in: { $multiply: ["$$this", 2] } } }, [6, 2, 4]],
  [{ $reduce: { input: "$list", initialValue: 0, in: { $add: ["$$value", "$$this"] } } }, 6],
  [{ $in: [2, "$list"] }, true],
  [{ $indexOfArray: ["$list", 2] }, 2],
  [{ $isArray: "$list" }, true],
  [{ $range: [0, 5, 2] }, [0, 2, 4]],
  [{ $reverseArray: "$list" }, [2, 1, 3]],
  [{ $sortArray: { input: "$list", sortBy: -1 } }, [3, 2, 1]],
  [{ $sortArray: { input: "$rows", sortBy: { v: -1 } } }, [{ k: "y", v: 2 }, { k: "x", v: 1 }, { z: 1 }]],
  [
    {
      $zip: {
        inputs: [
          ["a", "b"],
          [1, 2, 3],
        ],
        useLongestLength: true,
        defaults: ["z", 0],
      },
    },
    [
      ["a", 1],
      ["b", 2],
      ["z", 3],
    ],
  ],
  [{ $firstN: { n: 2, input: "$list" } }, [3, 1]],
  [{ $maxN: { n: 2, input: "$list" } }, [3, 2]],
  [{ $arrayToObject: [[{ k: "a", v: 1 }]] }, { a: 1 }],
  [
    {
      $arrayToObject: [
        [
          ["a", 1],
          ["b", 2],
        ],
      ],
    },
    { a: 1, b: 2 },
  ],
  [
    { $objectToArray: "$inner" },
    [
      { k: "a", v: 1 },
      { k: "b", v: { c: 2 } },
    ],
  ],
  [{ $mergeObjects: ["$inner", { a: 9 }, null] }, { a: 9, b: { c: 2 } }],
  [{ $getField: "int" }, 7],
  [{ $getField: { field: { $literal: "$x" }, input: { $literal: { $x: 3 } } } }, 3],
  [{ $setField: { field: "n", input: "$inner.b", value: 1 } }, { c: 2, n: 1 }],
  [{ $unsetField: { field: "a", input: "$inner" } }, { b: { c: 2 } }],
  [{ $setUnion: ["$list", [2, 9]] }, [1, 2, 3, 9]],
  [{ $setIntersection: ["$list", [2, 9]] }, [2]],
  [{ $setDifference: ["$list", [2, 9]] }, [3, 1]],
  [
    {
      $setEquals: [
        [1, 2],
        [2, 1, 1],
      ],
    },
    true,
  ],
  [{ $setIsSubset: [[1], "$list"] }, true],
  [{ $anyElementTrue: [[0, 1]] }, true],
  [{ $allElementsTrue: [[0, 1]] }, false],
  [{ $sum: "$list" }, 6],
  [{ $avg: "$list" }, 2],
  [{ $max: ["$int", "$double"] }, 7],
  [{ $min: "$mixed" }, 1],
  [{ $sum: ["$long", 1] }, long("9007199254740994")],
  [{ $type: "$none" }, "missing"],
  [{ $type: "$double" }, "double"],
  [{ $isNumber: "$decimal" }, true],
  [{ $toString: "$id" }, "5f43a1b2c3d4e5f601234567"],
  [{ $toString: "$double" }, "2.5"],
  [{ $toString: "$when" }, "2024-03-31T01:30:15.123Z"],
  [{ $toObjectId: "5f43a1b2c3d4e5f601234567" }, id],
  [{ $toInt: "42" }, 42],
  [{ $toInt: 2.9 }, 2],
  [{ $toLong: "9007199254740993" }, long("9007199254740993")],
  [{ $toDouble: "1.5" }, 1.5],
  [{ $toDecimal: "1.10" }, decimal("1.10")],
  [{ $toBool: "" }, true],
  [{ $toBool: 0 }, false],
  [{ $toDate: "2024-01-02" }, date("2024-01-02T00:00:00Z")],
  [{ $toDate: long("5") }, new Date(5)],
  [{ $convert: { input: "x", to: "int", onError: "bad" } }, "bad"],
  [{ $convert: { input: null, to: "int", onNull: 0 } }, 0],
  [{ $year: "$when" }, 2024],
  [{ $month: { date: "$when", timezone: "Pacific/Auckland" } }, 3],
  [{ $hour: { date: "$when", timezone: "Europe/Oslo" } }, 3],
  [{ $dayOfWeek: "$when" }, 1],
  [{ $isoDayOfWeek: "$when" }, 7],
  [{ $dayOfYear: "$when" }, 91],
  [{ $week: "$when" }, 13],
  [{ $isoWeek: date("2021-01-03T00:00:00Z") }, 53],
  [{ $isoWeekYear: date("2021-01-03T00:00:00Z") }, long("2020")],
  [{ $millisecond: "$when" }, 123],
  [
    { $dateToString: { date: "$when", format: "%Y-%m-%d %H:%M:%S.%L %j %u %V %z", timezone: "Europe/Oslo" } },
    "2024-03-31 03:30:15.123 091 7 13 +0200",
  ],
  [{ $dateToString: { date: "$when" } }, "2024-03-31T01:30:15.123Z"],
  [
    { $dateFromString: { dateString: "2024-03-31T03:30", timezone: "Europe/Oslo" } },
    date("2024-03-31T01:30:00Z"),
  ],
  [{ $dateFromString: { dateString: "31/03/2024", format: "%d/%m/%Y" } }, date("2024-03-31T00:00:00Z")],
  [{ $dateFromParts: { year: 2024, month: 14, day: 1 } }, date("2025-02-01T00:00:00Z")],
  [
    { $dateToParts: { date: "$when" } },
    { year: 2024, month: 3, day: 31, hour: 1, minute: 30, second: 15, millisecond: 123 },
  ],
  [{ $dateTrunc: { date: "$when", unit: "day", timezone: "Europe/Oslo" } }, date("2024-03-30T23:00:00Z")],
  [{ $dateTrunc: { date: "$when", unit: "week", startOfWeek: "monday" } }, date("2024-03-25T00:00:00Z")],
  [{ $dateTrunc: { date: "$when", unit: "month" } }, date("2024-03-01T00:00:00Z")],
  [{ $dateTrunc: { date: "$when", unit: "quarter" } }, date("2024-01-01T00:00:00Z")],
  [{ $dateTrunc: { date: "$when", unit: "minute", binSize: 15 } }, date("2024-03-31T01:30:00Z")],
  [
    { $dateAdd: { startDate: date("2024-01-31T00:00:00Z"), unit: "month", amount: 1 } },
    date("2024-02-29T00:00:00Z"),
  ],
  [
    {
      $dateAdd: { startDate: date("2024-03-30T12:00:00Z"), unit: "day", amount: 1, timezone: "Europe/Oslo" },
    },
    date("2024-03-31T11:00:00Z"),
  ],
  [{ $dateSubtract: { startDate: "$when", unit: "hour", amount: 2 } }, date("2024-03-30T23:30:15.123Z")],
  [
    {
      $dateDiff: {
        startDate: date("2023-12-31T23:59:00Z"),
        endDate: date("2024-01-01T00:01:00Z"),
        unit: "year",
      },
    },
    long("1"),
  ],
  [
    {
      $dateDiff: {
        startDate: date("2024-01-06T00:00:00Z"),
        endDate: date("2024-01-07T00:00:00Z"),
        unit: "week",
      },
    },
    long("1"),
  ],
];

describe("an expression gives what MongoDB's gives", () => {
  test.each(expressions)("%j", async (expression, value) => {
    const collection = await filled(database, [subject]);
    const [result] = await collection
      .aggregate([{ $set: { result: expression } }], { promoteLongs: false })
      .toArray();
    if (value === MISSING) expect(result).not.toHaveProperty("result");
    else expect(result?.result).toEqual(value);
    await collection.drop();
  });
});

const refusedExpressions: [expression: unknown, code: number, message: RegExp][] = [
  [{ $foo: 1 }, 168, /Unrecognized expression '\$foo'/],
  [{ $add: ["$text", 1] }, 14, /\$add only supports numeric or date types, not string/],
  [{ $divide: [1, 0] }, 2, /can't \$divide by zero/],
  [{ $mod: [1, 0] }, 16610, /can't \$mod by zero/],
  [{ $subtract: [1] }, 16020, /takes exactly 2 arguments. 1 were passed in/],
  [{ $size: "$none" }, 17124, /must be an array, but was of type: missing/],
  [{ $concat: [1] }, 16702, /\$concat only supports strings, not int/],
  [{ $arrayElemAt: [1, 0] }, 28689, /must be an array, but is int/],
  [{ $toInt: "x" }, 241, /Failed to parse number 'x'/],
  [{ $toObjectId: "x" }, 241, /Failed to parse objectId 'x'/],
  [{ $toInt: [[1]] }, 241, /Unsupported conversion from array to int/],
  // biome-ignore lint/suspicious/noThenProperty: the operator has it
  [{ $switch: { branches: [{ case: false, then: 1 }] } }, 40066, /no default/],
  [{ $dateToString: { date: "$when", format: "%q" } }, 18536, /Invalid format character/],
  [{ $hour: { date: "$when", timezone: "Nowhere/Else" } }, 40485, /unrecognized time zone identifier/],
  ["$$nope", 17276, /Use of undefined variable: nope/],
  [{ $in: [1, 2] }, 40081, /requires an array as a second argument/],
  [{ $setUnion: [1] }, 17043, /must be arrays/],
  [{ a: 1, $add: [1] }, 16410, /FieldPath field names may not start/],
];

test.each(refusedExpressions)("the expression %j is refused", async (expression, code, message) => {
  const collection = await filled(database, [subject]);
  const error = await errorOf(collection.aggregate([{ $project: { result: expression } }]).toArray());
  expect(error?.message).toMatch(message);
  expect(error?.code).toBe(code);
});

const people = [
  { _id: 1, team: "a", n: 5, tags: ["x", "y"], at: date("2024-01-05T10:00:00Z") },
  { _id: 2, team: "b", n: 3, tags: [], at: date("2024-01-20T10:00:00Z") },
  { _id: 3, team: "a", n: 1, tags: ["y"], at: date("2024-02-01T10:00:00Z") },
  { _id: 4, n: 7, at: date("2024-02-02T10:00:00Z") },
];

const pipelines: [pipeline: Plain[], result: unknown[]][] = [
  [
    [{ $match: { n: { $gt: 2 } } }, { $sort: { n: 1 } }, { $project: { _id: 0, n: 1 } }],
    [{ n: 3 }, { n: 5 }, { n: 7 }],
  ],
  [
    [{ $group: { _id: "$team", sum: { $sum: "$n" }, all: { $push: "$n" } } }, { $sort: { _id: 1 } }],
    [
      { _id: null, sum: 7, all: [7] },
      { _id: "a", sum: 6, all: [5, 1] },
      { _id: "b", sum: 3, all: [3] },
    ],
  ],
  [
    [
      {
        $group: {
          _id: null,
          avg: { $avg: "$n" },
          min: { $min: "$n" },
          max: { $max: "$n" },
          count: { $count: {} },
        },
      },
    ],
    [{ _id: null, avg: 4, min: 1, max: 7, count: 4 }],
  ],
  [
    [
      {
        $group: { _id: null, first: { $first: "$team" }, last: { $last: "$team" }, none: { $avg: "$nope" } },
      },
    ],
    [{ _id: null, first: "a", last: null, none: null }],
  ],
  [
    [
      { $group: { _id: { month: { $dateTrunc: { date: "$at", unit: "month" } } }, n: { $sum: 1 } } },
      { $sort: { _id: 1 } },
    ],
    [
      { _id: { month: date("2024-01-01T00:00:00Z") }, n: 2 },
      { _id: { month: date("2024-02-01T00:00:00Z") }, n: 2 },
    ],
  ],
  [
    [
      { $sort: { _id: 1 } },
      {
        $group: {
          _id: null,
          top: { $top: { sortBy: { n: -1 }, output: "$_id" } },
          two: { $firstN: { n: 2, input: "$n" } },
        },
      },
    ],
    [{ _id: null, top: 4, two: [5, 3] }],
  ],
  [
    [{ $group: { _id: "$team", tags: { $addToSet: "$none" } } }, { $match: { _id: "a" } }],
    [{ _id: "a", tags: [] }],
  ],
  [
    [{ $unwind: "$tags" }, { $project: { tags: 1 } }],
    [
      { _id: 1, tags: "x" },
      { _id: 1, tags: "y" },
      { _id: 3, tags: "y" },
    ],
  ],
  [
    [
      { $unwind: { path: "$tags", preserveNullAndEmptyArrays: true, includeArrayIndex: "i" } },
      { $match: { _id: { $in: [2, 3, 4] } } },
      { $project: { tags: 1, i: 1 } },
    ],
    [
      { _id: 2, i: null },
      { _id: 3, tags: "y", i: long("0") },
      { _id: 4, i: null },
    ],
  ],
  [[{ $match: { team: "a" } }, { $count: "n" }], [{ n: 2 }]],
  [[{ $match: { team: "z" } }, { $count: "n" }], []],
  [
    [{ $sort: { n: -1 } }, { $skip: 1 }, { $limit: 2 }, { $project: { _id: 1 } }],
    [{ _id: 1 }, { _id: 2 }],
  ],
  [[{ $limit: 3 }, { $skip: 1 }, { $limit: 1 }, { $project: { _id: 1 } }], [{ _id: 2 }]],
  [
    [
      { $set: { twice: { $multiply: ["$n", 2] }, "deep.x": 1 } },
      { $unset: ["tags", "at", "team"] },
      { $match: { _id: 1 } },
    ],
    [{ _id: 1, n: 5, twice: 10, deep: { x: 1 } }],
  ],
  [[{ $match: { _id: 1 } }, { $project: { n: 0, at: 0, tags: 0 } }], [{ _id: 1, team: "a" }]],
  [
    [
      { $match: { $expr: { $eq: ["$n", { $max: ["$n", 5] }] } } },
      { $sort: { _id: 1 } },
      { $project: { _id: 1 } },
    ],
    [{ _id: 1 }, { _id: 4 }],
  ],
  [
    [{ $match: { _id: 1 } }, { $replaceRoot: { newRoot: { $mergeObjects: [{ x: 1 }, "$none"] } } }],
    [{ x: 1 }],
  ],
];

describe("a pipeline gives what MongoDB's gives", () => {
  test.each(pipelines)("%j", async (pipeline, result) => {
    const collection = await filled(database, people);
    expect(await collection.aggregate(pipeline, { promoteLongs: false }).toArray()).toEqual(result);
    // indexes in front change nothing but the way
    await collection.createIndexes([{ key: { team: 1, n: -1 } }, { key: { n: 1 } }]);
    expect(await collection.aggregate(pipeline, { promoteLongs: false }).toArray()).toEqual(result);
    await collection.drop();
  });
});

test("sums keep what their types can hold", async () => {
  const collection = await filled(database, [
    { a: long("9007199254740993"), d: decimal("0.1"), f: 0.1 },
    { a: 1, d: decimal("0.2"), f: 0.2 },
    { a: "x" },
  ]);
  const [sum] = await collection
    .aggregate([{ $group: { _id: null, a: { $sum: "$a" }, d: { $sum: "$d" } } }], { promoteLongs: false })
    .toArray();
  expect(sum).toEqual({ _id: null, a: long("9007199254740994"), d: decimal("0.3") });
});

describe("$lookup", () => {
  test("joins by equality, arrays and missing values included, with and without an index", async () => {
    const orders = await filled(database, [
      { _id: 1, item: "a" },
      { _id: 2, item: ["a", "b"] },
      { _id: 3 },
      { _id: 4, item: "q" },
    ]);
    const items = await filled(database, [
      { _id: 10, name: "a" },
      { _id: 11, name: "b" },
      { _id: 12 },
      { _id: 13, name: ["a", "z"] },
    ]);
    const pipeline = [
      { $lookup: { from: items.collectionName, localField: "item", foreignField: "name", as: "found" } },
      { $project: { ids: "$found._id" } },
      { $sort: { _id: 1 } },
    ];
    const expected = [
      { _id: 1, ids: [10, 13] },
      { _id: 2, ids: [10, 11, 13] },
      { _id: 3, ids: [12] },
      { _id: 4, ids: [] },
    ];
    const sorted = async () =>
      (await orders.aggregate(pipeline).toArray()).map((each) => ({ ...each, ids: [...each.ids].sort() }));
    expect(await sorted()).toEqual(expected);
    await items.createIndex({ name: 1 });
    expect(await sorted()).toEqual(expected);
  });

  test("joins by a pipeline with variables", async () => {
    const left = await filled(database, [{ _id: 1, min: 2 }, { _id: 2 }]);
    const right = await filled(database, [
      { _id: 1, n: 1 },
      { _id: 2, n: 2 },
      { _id: 3, n: 3 },
    ]);
    const result = await left
      .aggregate([
        {
          $lookup: {
            from: right.collectionName,
            let: { min: "$min" },
            pipeline: [
              {
                $match: {
                  $expr: { $and: [{ $ne: [{ $type: "$$min" }, "missing"] }, { $gte: ["$n", "$$min"] }] },
                },
              },
              { $project: { _id: 0, n: 1 } },
            ],
            as: "found",
          },
        },
        { $sort: { _id: 1 } },
      ])
      .toArray();
    expect(result).toEqual([
      { _id: 1, min: 2, found: [{ n: 2 }, { n: 3 }] },
      { _id: 2, found: [] },
    ]);
  });
});

const refusedPipelines: [pipeline: Plain[], code: number, message: RegExp][] = [
  [[{ $nope: 1 }], 40324, /Unrecognized pipeline stage name: '\$nope'/],
  [[{}], 40323, /exactly one field/],
  [[{ $limit: 0 }], 15958, /the limit must be positive/],
  [[{ $skip: -1 }], 5107200, /\$skip/],
  [[{ $sort: {} }], 15976, /at least one sort key/],
  [[{ $sort: { a: 2 } }], 15975, /must be 1 \(for ascending\) or -1 \(for descending\)/],
  [[{ $group: { n: { $sum: 1 } } }], 15955, /must include an _id/],
  [[{ $group: { _id: 1, n: { $nope: 1 } } }], 15952, /unknown group operator '\$nope'/],
  [[{ $group: { _id: 1, n: 5 } }], 40234, /must be an accumulator object/],
  [[{ $unwind: "tags" }], 28818, /prefixed with a '\$'/],
  [[{ $count: "" }], 40156, /non-empty string/],
  [[{ $project: {} }], 51272, /at least one field/],
  [[{ $lookup: { from: "x", localField: "a", foreignField: "b" } }], 9, /must specify 'as'/],
];

test.each(refusedPipelines)("the pipeline %j is refused", async (pipeline, code, message) => {
  const collection = await filled(database, people);
  const error = await errorOf(collection.aggregate(pipeline).toArray());
  expect(error?.message).toMatch(message);
  expect(error?.code).toBe(code);
});

test("grouping tells binary values apart by their bytes", async () => {
  const collection = await filled(database, [
    { k: new Binary(Buffer.from([0xff])) },
    { k: new Binary(Buffer.from([0xfe])) },
  ]);
  expect(await collection.aggregate([{ $group: { _id: "$k" } }]).toArray()).toHaveLength(2);
});
