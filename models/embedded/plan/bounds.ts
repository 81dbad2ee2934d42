import { typeOrder } from "../bson/compare.ts";
import { afterPrefix, encodeKey, MAX_KEY_BYTES, sharedPrefix } from "../bson/keys.ts";
import { isNumeric, toNumber, type Value } from "../bson/values.ts";
import type { ValueTest } from "../query/path.ts";
import { Comparison, In, TypeIs } from "../query/predicates.ts";
import type { KeyRange } from "../storage/storage.ts";

/** The order of types at which null ends, and where undefined begins: the keys that a query for null can meet. */
const NULL_RANGE = { low: Buffer.from([2]), high: Buffer.from([6]) };

/** What a test of one field says of the field's place in an index: single keys, or one range of them. */
export type FieldBounds =
  | { kind: "points"; keys: Buffer[]; exact: boolean }
  | { kind: "range"; low: Buffer; high: Buffer; exact: boolean };

const MAX_POINTS = 1000;

/** The bounds that a test gives; null where it gives none. Every value that passes lies within them. */
export function boundsOf(predicate: ValueTest): FieldBounds | null {
  if (predicate instanceof Comparison) return comparisonBounds(predicate);
  if (predicate instanceof In) return inBounds(predicate);
  if (predicate instanceof TypeIs && predicate.types.size === 1) {
    const [type] = predicate.types;
    const example = exampleOrders.get(type ?? 0);
    return example === undefined
      ? null
      : { kind: "range", low: Buffer.from([example]), high: Buffer.from([example + 1]), exact: false };
  }
  return null;
}

/** The order of types of the types that share it with no other, so that `$type` is a range. */
const exampleOrders: ReadonlyMap<number, number> = new Map([
  [1, 10],
  [2, 15],
  [3, 20],
  [5, 30],
  [7, 35],
  [8, 40],
  [9, 45],
  [10, 5],
  [16, 10],
  [17, 47],
  [18, 10],
  [19, 10],
]);

function isPoint(value: Value): boolean {
  // an array's key is one of its elements; null is met by missing and undefined too
  return !Array.isArray(value) && value !== null && typeOrder(value) !== 2;
}

function comparisonBounds(test: Comparison): FieldBounds | null {
  const { value } = test;
  if (Array.isArray(value)) return null;
  const order = typeOrder(value);
  if (order === 1 || order === 127) return null;
  if (order === 5 || order === 2) {
    // of $gt and $lt nothing passes; the range is right for them too
    return { kind: "range", ...NULL_RANGE, exact: false };
  }
  const key = encodeKey(value);
  if (test.operator === "$eq") return { kind: "points", keys: [key], exact: true };
  return rangeBounds(test, key, order);
}

function rangeBounds(test: Comparison, key: Buffer, order: number): FieldBounds {
  const bracket = { low: Buffer.from([order]), high: Buffer.from([order + 1]) };
  const numberless = isNumeric(test.value) && Number.isNaN(toNumber(test.value));
  // NaN sorts below all numbers but is below none of them: the test itself decides
  const exact = !numberless && (order !== 10 || test.operator === "$gt" || test.operator === "$gte");
  const after = afterPrefix(key) ?? bracket.high;
  switch (test.operator) {
    case "$gt":
      return { kind: "range", low: after, high: bracket.high, exact };
    case "$gte":
      return { kind: "range", low: key, high: bracket.high, exact };
    case "$lt":
      return { kind: "range", low: bracket.low, high: key, exact };
    default:
      return { kind: "range", low: bracket.low, high: after, exact };
  }
}

function inBounds(test: In): FieldBounds | null {
  if (test.patterns.length > 0 || test.values.length > MAX_POINTS) return null;
  const keys = new Map<string, Buffer>();
  let exact = true;
  for (const value of test.values) {
    if (Array.isArray(value)) return null;
    if (!isPoint(value)) {
      exact = false;
      for (const type of [2, 5]) keys.set(String.fromCharCode(type), Buffer.from([type]));
      continue;
    }
    const key = encodeKey(value);
    keys.set(key.toString("latin1"), key);
  }
  return { kind: "points", keys: [...keys.values()].sort(Buffer.compare), exact };
}

/** What lies within both. */
export function intersect(a: FieldBounds, b: FieldBounds): FieldBounds {
  const exact = a.exact && b.exact;
  if (a.kind === "points") return { kind: "points", keys: a.keys.filter((key) => contains(b, key)), exact };
  if (b.kind === "points") return { kind: "points", keys: b.keys.filter((key) => contains(a, key)), exact };
  const low = Buffer.compare(a.low, b.low) >= 0 ? a.low : b.low;
  const high = Buffer.compare(a.high, b.high) <= 0 ? a.high : b.high;
  return { kind: "range", low, high, exact };
}

function contains(bounds: FieldBounds, key: Buffer): boolean {
  if (bounds.kind === "points") return bounds.keys.some((point) => point.equals(key));
  return Buffer.compare(key, bounds.low) >= 0 && Buffer.compare(key, bounds.high) < 0;
}

function inverted(bytes: Buffer): Buffer {
  const result = Buffer.allocUnsafe(bytes.length);
  for (let at = 0; at < bytes.length; at++) result[at] = ~(bytes[at] ?? 0);
  return result;
}

/** The bytes of points in an index whose field is descending are turned round. */
function pointBytes(key: Buffer, descending: boolean): Buffer {
  return descending ? inverted(key) : key;
}

/**
 * The key ranges of an index for the bounds of its first fields: points for all but the last, which may be a
 * range. Keys that are too long to be stored whole are met by their first part.
 */
export function keyRanges(
  prefix: Buffer,
  bounds: readonly FieldBounds[],
  descending: readonly boolean[],
): KeyRange[] {
  let starts: Buffer[] = [prefix];
  for (let at = 0; at < bounds.length; at++) {
    const field = bounds[at];
    const turned = descending[at] ?? false;
    if (field?.kind === "range") return starts.map((start) => rangeAfter(prefix, start, field, turned));
    if (field) {
      const points = field.keys.map((key) => pointBytes(key, turned)).sort(Buffer.compare);
      starts = starts.flatMap((start) => points.map((point) => Buffer.concat([start, point])));
    }
  }
  return distinctRanges(starts.map((start) => wholePrefix(cutKey(prefix, start))));
}

/**
 * The keys of a unique index whose every field is fixed to points, as they are stored: each is one entry or none.
 * Null where a key is too long to be stored whole.
 */
export function pointKeys(
  prefix: Buffer,
  bounds: readonly FieldBounds[],
  descending: readonly boolean[],
): Buffer[] | null {
  let keys: Buffer[] = [prefix];
  for (let at = 0; at < bounds.length; at++) {
    const field = bounds[at];
    if (field?.kind !== "points") return null;
    const turned = descending[at] ?? false;
    const bytes = field.keys.map((key) => pointBytes(key, turned));
    if (bytes.length > 1) bytes.sort(Buffer.compare);
    keys = keys.flatMap((start) => bytes.map((point) => Buffer.concat([start, point])));
  }
  return keys.every((key) => key.length - prefix.length <= MAX_KEY_BYTES) ? keys : null;
}

/** `storedKey` cuts what comes after the index's own prefix. */
function cutKey(prefix: Buffer, key: Buffer): Buffer {
  return Buffer.concat([prefix, sharedPrefix(key.subarray(prefix.length))]);
}

function wholePrefix(start: Buffer): KeyRange {
  return { start, end: afterPrefix(start) ?? Buffer.from([0xff]) };
}

function distinctRanges(ranges: KeyRange[]): KeyRange[] {
  return ranges.filter(
    (range, at) => at === 0 || !range.start.equals(ranges[at - 1]?.start ?? Buffer.alloc(0)),
  );
}

function rangeAfter(
  prefix: Buffer,
  start: Buffer,
  field: FieldBounds & { kind: "range" },
  turned: boolean,
): KeyRange {
  // turned round, "from low to before high" becomes "from after high's turn to what low's turn begins"
  const low = Buffer.concat([start, turned ? inverted(field.high) : field.low]);
  const high = Buffer.concat([start, turned ? inverted(field.low) : field.high]);
  const from = cutKey(prefix, low);
  const to = cutKey(prefix, high);
  if (turned) {
    return {
      start: from.length < low.length ? from : (afterPrefix(from) ?? from),
      end: afterPrefix(to) ?? Buffer.from([0xff]),
    };
  }
  return { start: from, end: to.length < high.length ? (afterPrefix(to) ?? Buffer.from([0xff])) : to };
}
