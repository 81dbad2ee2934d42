import fc from "fast-check";
import { packDecimal, parseDecimal } from "../../../models/embedded/bson/decimal.ts";
import {
  Binary,
  BSONRegExp,
  Code,
  type Document,
  double,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
  type Value,
} from "../../../models/embedded/bson/values.ts";

/** How many cases a property is tried with: a multiple by PROPERTY_RUNS for a longer run. */
export function runs(count: number): number {
  return Math.round(count * Number(process.env.PROPERTY_RUNS ?? 1));
}

const decimals = fc
  .tuple(fc.bigInt({ min: -(10n ** 34n) + 1n, max: 10n ** 34n - 1n }), fc.integer({ min: -6176, max: 6111 }))
  .map(([coefficient, exponent]) =>
    packDecimal(
      parseDecimal(`${coefficient}E${exponent}`) ?? {
        kind: "nan",
        negative: false,
        coefficient: 0n,
        exponent: 0,
      },
    ),
  );

const closeNumbers: fc.Arbitrary<Value> = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.integer({ min: -6, max: 6 }).map((n) => double(n / 2)),
  fc.integer({ min: -3, max: 3 }).map((n) => BigInt(n)),
  fc
    .constantFrom("0.1", "0.5", "1", "1.00", "-2.5", "NaN", "-Infinity", "1E+6000", "-1E-6000")
    .map((text) =>
      packDecimal(parseDecimal(text) ?? { kind: "nan", negative: false, coefficient: 0n, exponent: 0 }),
    ),
  fc.constantFrom<Value>(
    double(0.1),
    double(-0),
    double(Number.NaN),
    double(1e300),
    double(Number.NEGATIVE_INFINITY),
  ),
  fc.integer({ min: -3, max: 3 }).map((n) => 9007199254740992n + BigInt(n)),
  fc.constant<Value>(double(9007199254740992)),
  fc.constantFrom(9223372036854775807n, -9223372036854775808n),
);

const texts = fc.oneof(
  fc.constantFrom("", "a", "ab", "a\0", "a\0b", "é", "\uffff", "\u{1f600}"),
  fc.string({ unit: "grapheme", maxLength: 6 }),
);

/** Values of all types, chosen so that they often meet: small numbers of all kinds, texts with common beginnings. */
const scalars: fc.Arbitrary<Value> = fc.oneof(
  { weight: 4, arbitrary: closeNumbers },
  { weight: 1, arbitrary: fc.double().map(double) },
  { weight: 1, arbitrary: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }) },
  { weight: 1, arbitrary: decimals },
  { weight: 3, arbitrary: texts },
  { weight: 2, arbitrary: fc.constantFrom<Value>(null, true, false) },
  { weight: 1, arbitrary: fc.integer({ min: -5, max: 5 }).map((n) => new Date(n * 1000)) },
  {
    weight: 1,
    arbitrary: fc
      .uint8Array({ maxLength: 3 })
      .map((bytes) => new Binary(Buffer.from(bytes), (bytes[0] ?? 0) % 2)),
  },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 0, max: 3 }).map((n) => new ObjectId(`00000000000000000000000${n}`)),
  },
  { weight: 1, arbitrary: fc.tuple(fc.nat(2), fc.nat(2)).map(([t, i]) => new Timestamp({ t, i })) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Value>(
      new BSONRegExp("a"),
      new BSONRegExp("a", "i"),
      new MinKey(),
      new MaxKey(),
      new Code("x"),
    ),
  },
);

/** Values of all types, documents and arrays of them included. */
export const values: fc.Arbitrary<Value> = fc.letrec<{ value: Value; document: Document }>((tie) => ({
  document: fc
    .array(fc.tuple(fc.constantFrom("a", "b", "c"), tie("value")), { maxLength: 3 })
    .map((entries): Document => new Map(entries)),
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    { weight: 6, arbitrary: scalars },
    { weight: 1, arbitrary: tie("document") },
    { weight: 1, arbitrary: fc.array(tie("value"), { maxLength: 3 }) },
  ),
})).value;

/** Values that documents and filters share, so that filters often find something. */
export const commonValues: fc.Arbitrary<Value> = fc.oneof(
  { weight: 6, arbitrary: closeNumbers },
  { weight: 2, arbitrary: fc.constantFrom<Value>("a", "ab", "b", "x".repeat(1000), `${"x".repeat(1000)}y`) },
  { weight: 2, arbitrary: fc.constantFrom<Value>(null, true, new Date(0), new Date(1000)) },
  { weight: 1, arbitrary: scalars },
);
