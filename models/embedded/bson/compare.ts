import { type Decimal, unpackDecimal } from "./decimal.ts";
import { compareDoubleToDecimal, compareDoubleToLong, compareFiniteDecimals } from "./ratio.ts";
import {
  Binary,
  type BSONRegExp,
  BSONSymbol,
  BsonType,
  binaryBytes,
  type Code,
  type DbPointer,
  Decimal128,
  type Document,
  Double,
  type ObjectId,
  type Timestamp,
  typeOf,
  type Value,
} from "./values.ts";

/** The place of each BSON type in MongoDB's order of types; types that share one compare with each other. */
const canonical = new Map<number, number>([
  [BsonType.minKey, 1],
  [BsonType.undefined, 2],
  [BsonType.null, 5],
  [BsonType.int, 10],
  [BsonType.long, 10],
  [BsonType.double, 10],
  [BsonType.decimal, 10],
  [BsonType.string, 15],
  [BsonType.symbol, 15],
  [BsonType.object, 20],
  [BsonType.array, 25],
  [BsonType.binData, 30],
  [BsonType.objectId, 35],
  [BsonType.bool, 40],
  [BsonType.date, 45],
  [BsonType.timestamp, 47],
  [BsonType.regex, 50],
  [BsonType.dbPointer, 55],
  [BsonType.javascript, 60],
  [BsonType.javascriptWithScope, 65],
  [BsonType.maxKey, 127],
]);

/** The place of a value's type in the order of types, 1 to 127. A missing field sorts as null does. */
export function typeOrder(value: Value | undefined): number {
  if (typeof value === "string") return 15;
  if (typeof value === "number") return 10;
  if (value === undefined || value === null) return 5;
  return canonical.get(typeOf(value)) ?? 0;
}

function order(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The order of two strings by their UTF-8 bytes, which is the order of their code points. */
export function compareStrings(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const left = a.charCodeAt(at);
    const right = b.charCodeAt(at);
    if (left === right) continue;
    // a surrogate stands for a code point above every one that is written with a single unit
    const leftHigh = left >= 0xd800 && left <= 0xdfff;
    const rightHigh = right >= 0xd800 && right <= 0xdfff;
    return leftHigh === rightHigh ? left - right : leftHigh ? 1 : -1;
  }
  return a.length - b.length;
}

/** The order of two byte strings. */
function compareBytes(a: Uint8Array, b: Uint8Array): number {
  return Buffer.compare(a, b);
}

function compareDecimals(a: Decimal, b: Decimal): number {
  const left = a.kind === "nan" ? 0 : a.kind === "finite" ? 2 : a.negative ? 1 : 3;
  const right = b.kind === "nan" ? 0 : b.kind === "finite" ? 2 : b.negative ? 1 : 3;
  return left === 2 && right === 2 ? compareFiniteDecimals(a, b) : order(left, right);
}

function compareDoubles(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  if (a === b) return 0;
  return Number.isNaN(a) ? (Number.isNaN(b) ? 0 : -1) : 1;
}

function compareDoubleWithDecimal(a: number, b: Decimal): number {
  if (b.kind === "finite" && Number.isFinite(a)) return compareDoubleToDecimal(a, b);
  const special =
    b.kind === "nan" ? Number.NaN : b.negative ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return compareDoubles(a, b.kind === "finite" ? 0 : special);
}

type NumericValue = number | bigint | Double | Decimal128;

/** The order of two numbers of any numeric types, by their exact values; NaN is below all others. */
export function compareNumbers(a: NumericValue, b: NumericValue): number {
  const left = a instanceof Double ? a.value : a;
  const right = b instanceof Double ? b.value : b;
  if (typeof left === "number") {
    if (typeof right === "number") return compareDoubles(left, right);
    if (typeof right === "bigint") return Number.isNaN(left) ? -1 : compareDoubleToLong(left, right);
    return compareDoubleWithDecimal(left, unpackDecimal(right));
  }
  if (typeof right === "number") return -compareNumbers(right, left);
  if (typeof left === "bigint") {
    if (typeof right === "bigint") return left < right ? -1 : left > right ? 1 : 0;
    return compareDecimals(longAsDecimal(left), unpackDecimal(right));
  }
  return compareDecimals(
    unpackDecimal(left),
    typeof right === "bigint" ? longAsDecimal(right) : unpackDecimal(right),
  );
}

function longAsDecimal(value: bigint): Decimal {
  return { kind: "finite", negative: value < 0n, coefficient: value < 0n ? -value : value, exponent: 0 };
}

/** The order of two documents: field by field, first type, then name, then value. */
function compareDocuments(a: Document, b: Document): number {
  const left = a.entries();
  const right = b.entries();
  for (;;) {
    const next = left.next();
    const other = right.next();
    if (next.done || other.done) return (other.done ? 1 : 0) - (next.done ? 1 : 0);
    const [name, value] = next.value;
    const [otherName, otherValue] = other.value;
    const byType = order(typeOrder(value), typeOrder(otherValue));
    if (byType !== 0) return byType;
    const byName = compareStrings(name, otherName);
    if (byName !== 0) return byName;
    const byValue = compareSameType(value, otherValue);
    if (byValue !== 0) return byValue;
  }
}

function compareArrays(a: Value[], b: Value[]): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const result = compareValues(a[at], b[at]);
    if (result !== 0) return result;
  }
  return order(a.length, b.length);
}

function compareBinaries(a: Binary, b: Binary): number {
  const left = binaryBytes(a);
  const right = binaryBytes(b);
  return order(left.length, right.length) || order(a.sub_type, b.sub_type) || compareBytes(left, right);
}

/**
 * MongoDB's order of two values of any types (section "Comparison/Sort Order" of its manual): negative, zero or
 * positive. A missing field (`undefined`) is equal to null.
 */
export function compareValues(a: Value | undefined, b: Value | undefined): number {
  const byType = typeOrder(a) - typeOrder(b);
  return byType !== 0 || a === undefined || b === undefined ? byType : compareSameType(a, b);
}

function text(value: string | BSONSymbol): string {
  return typeof value === "string" ? value : value.value;
}

/** The order of two values whose types share a place in the order of types. */
function compareSameType(a: Value, b: Value): number {
  if (typeof a === "string" || a instanceof BSONSymbol) {
    return compareStrings(text(a), text(b as string | BSONSymbol));
  }
  if (typeof a === "number" || typeof a === "bigint" || a instanceof Double || a instanceof Decimal128) {
    return compareNumbers(a, b as NumericValue);
  }
  if (typeof a === "boolean") return order(a ? 1 : 0, b ? 1 : 0);
  if (a === null) return 0;
  if (a instanceof Date) return order(a.getTime(), (b as Date).getTime());
  if (a instanceof Map) return compareDocuments(a, b as Document);
  if (Array.isArray(a)) return compareArrays(a, b as Value[]);
  if (a instanceof Binary) return compareBinaries(a, b as Binary);
  switch (a._bsontype) {
    case "ObjectId":
      return compareBytes(a.id, (b as ObjectId).id);
    case "Timestamp":
      return order(a.t, (b as Timestamp).t) || order(a.i, (b as Timestamp).i);
    case "BSONRegExp": {
      const other = b as BSONRegExp;
      return compareStrings(a.pattern, other.pattern) || compareStrings(a.options, other.options);
    }
    case "Code": {
      const other = b as Code;
      return compareStrings(a.code, other.code) || compareScopes(a, other);
    }
    case "DBPointer": {
      const other = b as DbPointer;
      return (
        order(a.namespace.length, other.namespace.length) ||
        compareStrings(a.namespace, other.namespace) ||
        compareBytes(a.id.id, other.id.id)
      );
    }
    default:
      return 0;
  }
}

function compareScopes(a: Code, b: Code): number {
  const left: unknown = a.scope;
  const right: unknown = b.scope;
  return left instanceof Map && right instanceof Map ? compareDocuments(left, right) : 0;
}

/** Whether two values are equal as MongoDB compares them (1, 1.0 and NumberDecimal("1.0") are). */
export function equalValues(a: Value | undefined, b: Value | undefined): boolean {
  return a === b || compareValues(a, b) === 0;
}
