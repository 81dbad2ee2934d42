import { deserialize, serialize } from "bson";
import fc from "fast-check";
import { expect, test } from "vitest";
import { compareValues, equalValues } from "../../../models/embedded/bson/compare.ts";
import { decodeDocument } from "../../../models/embedded/bson/decode.ts";
import { encodeDocument } from "../../../models/embedded/bson/encode.ts";
import { encodeKey, encodeKeys } from "../../../models/embedded/bson/keys.ts";
import { documentOf } from "../../../models/embedded/bson/values.ts";
import { runs, values } from "./arbitraries.ts";

/** -1, 0 or 1, never -0. */
function sign(order: number): number {
  return order < 0 ? -1 : order > 0 ? 1 : 0;
}

test("the order of keys is the order of values", () => {
  fc.assert(
    fc.property(values, values, (a, b) => {
      expect(sign(Buffer.compare(encodeKey(a), encodeKey(b)))).toBe(sign(compareValues(a, b)));
    }),
    { numRuns: runs(20_000) },
  );
});

test("keys of several fields sort field by field, descending ones turned round", () => {
  fc.assert(
    fc.property(
      fc.tuple(values, values),
      fc.tuple(values, values),
      fc.tuple(fc.boolean(), fc.boolean()),
      (a, b, descending) => {
        const [first, second] = descending.map((down, at) => compareValues(a[at], b[at]) * (down ? -1 : 1));
        const bytes = Buffer.compare(encodeKeys(a, descending), encodeKeys(b, descending));
        expect(sign(bytes)).toBe(sign(first || second || 0));
      },
    ),
    { numRuns: runs(5000) },
  );
});

test("the order of values is an order", () => {
  fc.assert(
    fc.property(values, values, values, (a, b, c) => {
      expect(sign(compareValues(a, b))).toBe(sign(-compareValues(b, a)));
      if (compareValues(a, b) <= 0 && compareValues(b, c) <= 0)
        expect(compareValues(a, c)).toBeLessThanOrEqual(0);
    }),
    { numRuns: runs(5000) },
  );
});

test("what is written is read back as it was", () => {
  fc.assert(
    fc.property(values, (value) => {
      const bytes = encodeDocument(documentOf({ value }));
      const read = decodeDocument(bytes);
      expect(encodeDocument(read).equals(bytes)).toBe(true);
      expect(equalValues(read.get("value"), value)).toBe(true);
    }),
    { numRuns: runs(5000) },
  );
});

test("the bytes are those of the bson package", () => {
  fc.assert(
    fc.property(values, (value) => {
      const bytes = encodeDocument(documentOf({ value }));
      const theirs = serialize(
        deserialize(bytes, { promoteValues: false, bsonRegExp: true, useBigInt64: false }),
      );
      expect(Buffer.from(theirs).equals(bytes)).toBe(true);
    }),
    { numRuns: runs(2000) },
  );
});
