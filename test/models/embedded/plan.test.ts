import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeDocument } from "../../../models/embedded/bson/encode.ts";
import { encodeKey } from "../../../models/embedded/bson/keys.ts";
import {
  BsonUndefined,
  type Document,
  documentOf,
  type Value,
} from "../../../models/embedded/bson/values.ts";
import { buildIndex } from "../../../models/embedded/commands/indexes.ts";
import { CommandError } from "../../../models/embedded/errors.ts";
import { expressionContext } from "../../../models/embedded/expressions/context.ts";
import { choosePlan } from "../../../models/embedded/plan/plan.ts";
import { collect, collectSorted, countFound, runToEnd, Search } from "../../../models/embedded/plan/read.ts";
import { parseFilter } from "../../../models/embedded/query/parse-filter.ts";
import { parseSortSpecification } from "../../../models/embedded/query/sort.ts";
import type { Collection } from "../../../models/embedded/storage/collection.ts";
import { Storage } from "../../../models/embedded/storage/storage.ts";
import { verifyStorage } from "../../../models/embedded/storage/verify.ts";
import { parseUpdate, updateStored } from "../../../models/embedded/update/update.ts";
import { commonValues, runs, values } from "./arbitraries.ts";
import { temporaryDirectory } from "./support.ts";

const pace = { due: () => false };
const context = expressionContext(new Date(0));

/** A handful of values that meet often; among them texts too long to be stored whole as keys. */
const dense: fc.Arbitrary<Value> = fc.constantFrom<Value>(
  1,
  2,
  3,
  "a",
  ...["x", "y", "z"].map((end) => "x".repeat(1000) + end),
);

const fieldValues: fc.Arbitrary<Value> = fc.oneof(
  { weight: 12, arbitrary: dense },
  { weight: 6, arbitrary: fc.array(dense, { minLength: 1, maxLength: 3 }) },
  { weight: 6, arbitrary: commonValues },
  { weight: 2, arbitrary: fc.array(commonValues, { maxLength: 3 }) },
  { weight: 1, arbitrary: values },
  { weight: 1, arbitrary: fc.constant(new BsonUndefined()) },
);
const inner: fc.Arbitrary<Value> = fc
  .record({ d: fc.option(fieldValues, { nil: undefined }), e: fc.option(fieldValues, { nil: undefined }) })
  .map(
    (record) =>
      new Map(Object.entries(record).filter((entry): entry is [string, Value] => entry[1] !== undefined)),
  );
const documents: fc.Arbitrary<Document> = fc
  .record({
    a: fc.option(fieldValues, { nil: undefined }),
    b: fc.option(fieldValues, { nil: undefined }),
    c: fc.option(fc.oneof(inner, fc.array(inner, { maxLength: 3 }), fieldValues), { nil: undefined }),
  })
  .map(
    (record) =>
      new Map(Object.entries(record).filter((entry): entry is [string, Value] => entry[1] !== undefined)),
  );

const operands = fc.oneof({ weight: 3, arbitrary: dense }, { weight: 1, arbitrary: commonValues });
const condition: fc.Arbitrary<Value> = fc.oneof(
  { weight: 4, arbitrary: dense },
  {
    weight: 2,
    arbitrary: fc.tuple(dense, dense).map(([low, high]): Value => documentOf({ $gt: low, $lt: high })),
  },
  operands,
  ...["$eq", "$gt", "$gte", "$lt", "$lte", "$ne"].map((name) =>
    operands.map((value): Value => documentOf({ [name]: value })),
  ),
  fc.tuple(operands, operands).map(([low, high]): Value => documentOf({ $gte: low, $lt: high })),
  fc.tuple(operands, operands).map(([low, high]): Value => documentOf({ $gt: low, $lte: high })),
  fc.array(operands, { maxLength: 4 }).map((list): Value => documentOf({ $in: list })),
  fc.boolean().map((is): Value => documentOf({ $exists: is })),
  fc
    .constantFrom("string", "number", "null", "array", "int", "object")
    .map((type): Value => documentOf({ $type: type })),
);
const paths = fc.constantFrom("a", "a", "b", "b", "c.d", "c.d", "c.e", "c.e", "c", "c.d.x", "a.0");
const filters: fc.Arbitrary<Document> = fc
  .tuple(
    fc.array(fc.tuple(paths, condition), { maxLength: 3 }),
    fc.option(fc.array(fc.tuple(paths, condition), { minLength: 1, maxLength: 2 }), { freq: 1 }),
  )
  .map(([fields, either]): Document => {
    const filter: Document = new Map(fields);
    if (either)
      filter.set(
        "$or",
        either.map(([path, value]): Value => documentOf({ [path]: value })),
      );
    return filter;
  });
const sorts: fc.Arbitrary<Sort> = fc.option(
  fc.uniqueArray(fc.tuple(fc.constantFrom("a", "b", "c.d", "c.e"), fc.constantFrom<number>(1, -1)), {
    minLength: 1,
    maxLength: 3,
    selector: ([path]) => path,
  }),
);
const indexes: Document[] = [
  { key: { a: 1 } },
  { key: { a: -1, b: 1 } },
  { key: { b: 1, a: 1 }, partialFilterExpression: { a: { $exists: true } } },
  { key: { b: -1 }, sparse: true },
  { key: { "c.d": 1 } },
  { key: { "c.d": 1, "c.e": -1 } },
  { key: { "c.e": 1, b: 1 } },
  { key: { a: 1, "c.d": 1 }, partialFilterExpression: { b: { $gt: 0 } } },
  { key: { a: -1 }, partialFilterExpression: { a: { $type: "string" } } },
  { key: { c: 1 } },
].map((each) => toDocument(each) as Document);

function toDocument(plain: unknown): Value {
  if (typeof plain !== "object" || plain === null) return plain as Value;
  return new Map(Object.entries(plain).map(([name, value]) => [name, toDocument(value)]));
}

type Sort = [string, number][] | null;

/** What a search finds, each document with its number; "refused" where the order cannot be computed. */
function find(
  storage: Storage,
  collection: Collection,
  filter: Document,
  sort: Sort,
): Document[] | "refused" {
  const all = Number.POSITIVE_INFINITY;
  try {
    const parsed = parseFilter(filter, context);
    const counting = new Search(storage, choosePlan(collection, parsed, null, undefined), parsed, {
      keysOnly: true,
    });
    const count = runToEnd(countFound(counting, all, pace));
    const sorter = sort ? parseSortSpecification(new Map(sort)) : null;
    const plan = choosePlan(collection, parsed, sorter, undefined);
    const search = new Search(storage, plan, parsed, { expected: 3 });
    const found = runToEnd(
      sorter && !plan.sorted ? collectSorted(search, sorter, all, pace) : collect(search, all, pace),
    );
    expect(count).toBe(found.length);
    return found.map(({ bytes }) => decodeNumbered(bytes));
  } catch (error) {
    if (error instanceof CommandError) return "refused";
    throw error;
  }
}

function decodeNumbered(bytes: Buffer): Document {
  return new Map<string, Value>([
    ["n", bytes.readInt32LE(bytes.indexOf("_id\0") + 4)],
    ["bytes", bytes.toString("latin1")],
  ]);
}

function numbers(found: Document[]): number[] {
  return found.map((document) => Number(document.get("n"))).sort((a, b) => a - b);
}

test("a search by indexes finds what a look at every document finds, in the same order", () => {
  const directory = temporaryDirectory();
  const storage = new Storage({ path: join(directory.path, "data.mdb"), noSync: true });
  let round = 0;
  fc.assert(
    fc.property(
      fc.array(documents, { minLength: 5, maxLength: 40 }),
      fc.subarray(indexes, { minLength: 1 }),
      fc.array(fc.tuple(filters, sorts), { minLength: 40, maxLength: 40 }),
      fc.array(fc.tuple(fc.nat(39), fc.constantFrom("a", "b", "c"), fieldValues), { maxLength: 10 }),
      (contents, chosen, queries, changes) => {
        round += 1;
        const [indexed, plain] = storage.write(() => {
          const both = [
            storage.createCollection(`t.indexed${round}`),
            storage.createCollection(`t.plain${round}`),
          ] as const;
          chosen.forEach((specification, at) => {
            try {
              buildIndex(
                storage,
                both[0],
                new Map<string, Value>([["name", `index${at}`], ...specification]),
              );
            } catch (error) {
              if (!(error instanceof CommandError)) throw error;
            }
          });
          contents.forEach((document, n) => {
            insertBoth(both, new Map<string, Value>([["_id", n], ...document]));
          });
          for (const [n, field, value] of changes) changeBoth(storage, both, n, field, value);
          return both;
        });
        for (const [filter, sort] of queries) {
          const byIndex = find(storage, indexed, filter, sort);
          const byLook = find(storage, plain, filter, sort);
          if (byIndex === "refused" || byLook === "refused") {
            expect(byIndex).toBe(byLook);
            continue;
          }
          expect(numbers(byIndex)).toEqual(numbers(byLook));
          if (sort) expect(keysInOrder(byIndex, sort)).toEqual(keysInOrder(byLook, sort));
        }
        expect(runToEnd(verifyStorage(storage, { due: () => false })).problems).toEqual([]);
        storage.write(() => {
          storage.dropCollection(indexed);
          storage.dropCollection(plain);
        });
      },
    ),
    // 40 queries a round
    { numRuns: runs(500) },
  );
  void storage.close();
  directory.remove();
}, 120_000);

/** A document that a parallel array keeps out of one collection is kept out of the other too. */
function insertBoth(both: readonly [Collection, Collection], document: Document): void {
  const bytes = encodeDocument(document);
  try {
    both[0].insert(bytes);
  } catch (error) {
    if (error instanceof CommandError) return;
    throw error;
  }
  both[1].insert(bytes);
}

function changeBoth(
  storage: Storage,
  both: readonly [Collection, Collection],
  n: number,
  field: string,
  value: Value,
): void {
  const filter = parseFilter(documentOf({ _id: n }), context);
  const update = parseUpdate(documentOf({ $set: documentOf({ [field]: value }) }), undefined, context);
  for (const collection of both) {
    const [found] = runToEnd(
      collect(new Search(storage, choosePlan(collection, filter, null, undefined), filter), 1, pace),
    );
    const after = found && updateStored(update, found.bytes, filter);
    if (!found || !after) return;
    try {
      collection.replace(found.record, found.bytes, after.bytes, update.fields);
    } catch (error) {
      if (error instanceof CommandError) return;
      throw error;
    }
  }
}

function keysInOrder(found: Document[], sort: NonNullable<Sort>): string[] {
  const sorter = parseSortSpecification(new Map(sort));
  return found.map((document) => {
    const key = sorter.keyOfBytes(Buffer.from(String(document.get("bytes")), "latin1"));
    return key.map((value) => encodeKey(value).toString("hex")).join();
  });
}

test("a field that is fixed but may be an array still counts in the order", () => {
  const directory = temporaryDirectory();
  const storage = new Storage({ path: join(directory.path, "data.mdb"), noSync: true });
  const collection = storage.write(() => {
    const created = storage.createCollection("t.c");
    buildIndex(storage, created, documentOf({ name: "a", key: documentOf({ a: -1, b: 1 }) }));
    created.insert(encodeDocument(documentOf({ _id: 1, a: [1, 2], b: 1 })));
    created.insert(encodeDocument(documentOf({ _id: 2, a: [1, 3], b: 2 })));
    return created;
  });
  const found = find(storage, collection, documentOf({ a: 1 }), [
    ["a", -1],
    ["b", 1],
  ]);
  expect(found === "refused" ? found : found.map((document) => document.get("n"))).toEqual([2, 1]);
  void storage.close();
  directory.remove();
});
