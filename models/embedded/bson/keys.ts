import { createHash } from "node:crypto";
import { typeOrder } from "./compare.ts";
import { type Decimal, decimalToNumber, unpackDecimal } from "./decimal.ts";
import { compareDoubleToDecimal } from "./ratio.ts";
import { Binary, BSONSymbol, binaryBytes, Decimal128, type Document, Double, type Value } from "./values.ts";

/** The longest encoded key that is stored whole; a longer one is cut and ends in a hash of the whole. */
export const MAX_KEY_BYTES = 900;
const CUT_AT = MAX_KEY_BYTES - 32;

const EQUAL = 0x80;
const BELOW = 0x40;
const ABOVE = 0xc0;

let buffer: Buffer = Buffer.allocUnsafe(4096);
let length = 0;

function reserve(bytes: number): void {
  if (length + bytes <= buffer.length) return;
  const larger = Buffer.allocUnsafe(Math.max(buffer.length * 2, length + bytes));
  buffer.copy(larger, 0, 0, length);
  buffer = larger;
}

function writeByte(value: number): void {
  reserve(1);
  buffer[length++] = value;
}

function writeOrderedDouble(value: number): void {
  reserve(8);
  buffer.writeDoubleBE(value === 0 ? 0 : value, length);
  const first = buffer[length] ?? 0;
  if (first & 0x80) {
    for (let at = length; at < length + 8; at++) buffer[at] = ~(buffer[at] ?? 0);
  } else {
    buffer[length] = first | 0x80;
  }
  length += 8;
}

/** A decimal's digits so that bytes sort as values do: exponent, then the digits, then an end below any digit. */
function writeDigits(negative: boolean, coefficient: bigint, exponent: number): void {
  const digits = coefficient.toString().replace(/0+$/, "");
  const scale = exponent + coefficient.toString().length + 7000;
  const start = length;
  writeByte(scale >> 8);
  writeByte(scale & 0xff);
  for (let at = 0; at < digits.length; at++) writeByte(digits.charCodeAt(at) - 47);
  writeByte(0);
  if (negative) for (let at = start; at < length; at++) buffer[at] = ~(buffer[at] ?? 0);
}

function writeDouble(value: number): void {
  if (Number.isNaN(value)) {
    reserve(8);
    buffer.fill(0, length, length + 8);
    length += 8;
  } else {
    writeOrderedDouble(value);
  }
  writeByte(EQUAL);
}

/** The nearest double, then whether the value is below, at or above it, then (if not at it) its exact digits. */
function writeNearby(
  nearest: number,
  side: number,
  negative: boolean,
  coefficient: bigint,
  exponent: number,
): void {
  writeOrderedDouble(nearest);
  writeByte(side === 0 ? EQUAL : side < 0 ? BELOW : ABOVE);
  if (side !== 0) writeDigits(negative, coefficient, exponent);
}

function writeLong(value: bigint): void {
  const nearest = Number(value);
  if (Number.isSafeInteger(nearest)) {
    writeDouble(nearest);
    return;
  }
  const exact = BigInt(nearest);
  const side = value < exact ? -1 : value > exact ? 1 : 0;
  writeNearby(nearest, side, value < 0n, value < 0n ? -value : value, 0);
}

function writeDecimal(value: Decimal): void {
  const nearest = decimalToNumber(value);
  if (value.kind !== "finite") {
    writeDouble(nearest);
    return;
  }
  const side = Number.isFinite(nearest) ? -compareDoubleToDecimal(nearest, value) : value.negative ? 1 : -1;
  writeNearby(nearest, side, value.negative, value.coefficient, value.exponent);
}

/** UTF-8 with each zero byte followed by 0xff, ended by two zero bytes: a prefix sorts before what it begins. */
function writeString(value: string): void {
  reserve(value.length * 3 + 2);
  if (value.includes("\0")) {
    for (const byte of Buffer.from(value, "utf8")) {
      writeByte(byte);
      if (byte === 0) writeByte(0xff);
    }
  } else {
    length += buffer.write(value, length, "utf8");
  }
  writeByte(0);
  writeByte(0);
}

function writeBytes(bytes: Uint8Array): void {
  reserve(bytes.length);
  buffer.set(bytes, length);
  length += bytes.length;
}

function writeUint32(value: number): void {
  reserve(4);
  length = buffer.writeUInt32BE(value >>> 0, length);
}

function writeDocument(value: Document): void {
  for (const [name, field] of value) {
    writeByte(typeOrder(field));
    writeString(name);
    writeValue(field);
  }
  writeByte(0);
}

function writeBinary(value: Binary): void {
  const bytes = binaryBytes(value);
  writeUint32(bytes.length);
  writeByte(value.sub_type);
  writeBytes(bytes);
}

function writeValue(value: Value | undefined): void {
  writeByte(typeOrder(value));
  if (value === undefined || value === null) return;
  if (typeof value === "string") {
    writeString(value);
    return;
  }
  if (typeof value === "number") {
    writeDouble(value);
    return;
  }
  if (typeof value === "bigint") {
    writeLong(value);
    return;
  }
  if (typeof value === "boolean") {
    writeByte(value ? 1 : 0);
    return;
  }
  if (value instanceof Date) {
    writeOrderedDouble(value.getTime());
    return;
  }
  if (value instanceof Map) {
    writeDocument(value);
    return;
  }
  if (Array.isArray(value)) {
    for (const element of value) writeValue(element);
    writeByte(0);
    return;
  }
  if (value instanceof Double) {
    writeDouble(value.value);
    return;
  }
  if (value instanceof Decimal128) {
    writeDecimal(unpackDecimal(value));
    return;
  }
  if (value instanceof Binary) {
    writeBinary(value);
    return;
  }
  if (value instanceof BSONSymbol) {
    writeString(value.value);
    return;
  }
  switch (value._bsontype) {
    case "ObjectId":
      writeBytes(value.id);
      return;
    case "Timestamp":
      writeUint32(value.t);
      writeUint32(value.i);
      return;
    case "BSONRegExp":
      writeString(value.pattern);
      writeString(value.options);
      return;
    case "Code": {
      writeString(value.code);
      const scope: unknown = value.scope;
      if (scope instanceof Map) writeDocument(scope);
      return;
    }
    case "DBPointer":
      writeUint32(value.namespace.length);
      writeString(value.namespace);
      writeBytes(value.id.id);
      return;
    default:
      return;
  }
}

/** The bytes of one value: two values' bytes sort as `compareValues` sorts them, and are equal where it says so. */
export function encodeKey(value: Value | undefined): Buffer {
  length = 0;
  writeValue(value);
  return Buffer.from(buffer.subarray(0, length));
}

/** The bytes of several values, one after the other; `descending[n]` turns the order of the n-th round. */
export function encodeKeys(values: readonly (Value | undefined)[], descending: readonly boolean[]): Buffer {
  length = 0;
  for (let at = 0; at < values.length; at++) {
    const start = length;
    writeValue(values[at]);
    if (descending[at]) for (let byte = start; byte < length; byte++) buffer[byte] = ~(buffer[byte] ?? 0);
  }
  return Buffer.from(buffer.subarray(0, length));
}

/** A key as it is stored: whole, or its first part and a hash where it is too long for the storage. */
export function storedKey(key: Buffer): Buffer {
  if (key.length <= MAX_KEY_BYTES) return key;
  return Buffer.concat([key.subarray(0, CUT_AT), createHash("sha256").update(key).digest()]);
}

/** The part of a key that `storedKey` keeps as it is, whether the key is cut or not. */
export function sharedPrefix(key: Buffer): Buffer {
  return key.length <= CUT_AT ? key : key.subarray(0, CUT_AT);
}

/** The first byte string after every one that begins with these bytes; null when there is none. */
export function afterPrefix(prefix: Buffer): Buffer | null {
  const result = Buffer.from(prefix);
  for (let at = result.length - 1; at >= 0; at--) {
    const byte = result[at] ?? 0;
    if (byte !== 0xff) {
      result[at] = byte + 1;
      return result.subarray(0, at + 1);
    }
  }
  return null;
}
