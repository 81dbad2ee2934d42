import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  Decimal128,
  Double,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from "bson";

/** A stored document, its fields in the order in which they are stored. */
export type Document = Map<string, Value>;

/** BSON's deprecated `undefined`, which is a value; a field that is not there is JavaScript's `undefined`. */
export class BsonUndefined {
  readonly _bsontype = "Undefined";
}

/** BSON's deprecated pointer into another collection. */
export class DbPointer {
  readonly _bsontype = "DBPointer";
  readonly namespace: string;
  readonly id: ObjectId;

  constructor(namespace: string, id: ObjectId) {
    this.namespace = namespace;
    this.id = id;
  }
}

/**
 * A BSON value in memory. Every BSON type has exactly one form, so nothing is lost between reading and writing:
 * a `bigint` is an int64; a `number` is an int32 when it is whole and fits one (and is not -0), otherwise a
 * double; a double with a whole value that fits an int32 is a `Double`.
 */
export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | Date
  | Value[]
  | Document
  | Double
  | Decimal128
  | ObjectId
  | Binary
  | Timestamp
  | BSONRegExp
  | Code
  | BSONSymbol
  | MinKey
  | MaxKey
  | DbPointer
  | BsonUndefined;

/** The type bytes of the BSON specification. */
export const BsonType = {
  double: 1,
  string: 2,
  object: 3,
  array: 4,
  binData: 5,
  undefined: 6,
  objectId: 7,
  bool: 8,
  date: 9,
  null: 10,
  regex: 11,
  dbPointer: 12,
  javascript: 13,
  symbol: 14,
  javascriptWithScope: 15,
  int: 16,
  timestamp: 17,
  long: 18,
  decimal: 19,
  minKey: 255,
  maxKey: 127,
} as const;

/** The names that `$type` uses, by type byte. */
export const typeNames: ReadonlyMap<number, string> = new Map(
  Object.entries(BsonType).map(([name, code]) => [code, name]),
);

/** Whether a number is stored as an int32. */
export function isInt32(value: number): boolean {
  return Object.is(value | 0, value);
}

/** The in-memory form of a double. */
export function double(value: number): number | Double {
  return isInt32(value) ? new Double(value) : value;
}

/** The in-memory form of a whole number: an int32 where it fits, otherwise an int64. */
export function integer(value: bigint): number | bigint {
  return value >= -2147483648n && value <= 2147483647n ? Number(value) : value;
}

/** The BSON type byte of a value. */
export function typeOf(value: Value): number {
  switch (typeof value) {
    case "string":
      return BsonType.string;
    case "number":
      return isInt32(value) ? BsonType.int : BsonType.double;
    case "bigint":
      return BsonType.long;
    case "boolean":
      return BsonType.bool;
    default:
      return typeOfObject(value);
  }
}

function typeOfObject(value: Exclude<Value, string | number | bigint | boolean>): number {
  if (value === null) return BsonType.null;
  if (value instanceof Map) return BsonType.object;
  if (Array.isArray(value)) return BsonType.array;
  if (value instanceof Date) return BsonType.date;
  switch (value._bsontype) {
    case "ObjectId":
      return BsonType.objectId;
    case "Double":
      return BsonType.double;
    case "Decimal128":
      return BsonType.decimal;
    case "Binary":
      return BsonType.binData;
    case "Timestamp":
      return BsonType.timestamp;
    case "BSONRegExp":
      return BsonType.regex;
    case "Code":
      return value.scope === null ? BsonType.javascript : BsonType.javascriptWithScope;
    case "BSONSymbol":
      return BsonType.symbol;
    case "MinKey":
      return BsonType.minKey;
    case "MaxKey":
      return BsonType.maxKey;
    case "DBPointer":
      return BsonType.dbPointer;
    case "Undefined":
      return BsonType.undefined;
  }
}

/** The name that `$type` gives a value; "missing" for a field that is not there. */
export function typeName(value: Value | undefined): string {
  return value === undefined ? "missing" : (typeNames.get(typeOf(value)) ?? "unknown");
}

/** Whether a value is one of the four numeric types. */
export function isNumeric(value: Value | undefined): value is number | bigint | Double | Decimal128 {
  return (
    typeof value === "number" ||
    typeof value === "bigint" ||
    value instanceof Double ||
    value instanceof Decimal128
  );
}

/** Whether a value is an embedded document. */
export function isDocument(value: Value | undefined): value is Document {
  return value instanceof Map;
}

/** Whether a value is BSON's null or its deprecated undefined. */
export function isNullish(value: Value | undefined): boolean {
  return value === undefined || value === null || value instanceof BsonUndefined;
}

/** A numeric value as a JavaScript number; large int64 and Decimal128 lose precision. */
export function toNumber(value: number | bigint | Double | Decimal128): number {
  if (typeof value === "number") return value;
  if (typeof value === "bigint") return Number(value);
  if (value instanceof Double) return value.value;
  const text = value.toString();
  if (text === "Infinity") return Number.POSITIVE_INFINITY;
  return text === "-Infinity" ? Number.NEGATIVE_INFINITY : Number(text);
}

/** The bytes of a Binary, without spare room behind them. */
export function binaryBytes(value: Binary): Uint8Array {
  return value.position === value.buffer.length ? value.buffer : value.buffer.subarray(0, value.position);
}

/** A document from plain entries. */
export function documentOf(entries: Record<string, Value>): Document {
  return new Map(Object.entries(entries));
}

export { Binary, BSONRegExp, BSONSymbol, Code, Decimal128, Double, MaxKey, MinKey, ObjectId, Timestamp };
