import {
  Binary,
  BSONSymbol,
  BsonType,
  binaryBytes,
  Decimal128,
  type Document,
  Double,
  isInt32,
  type Value,
} from "./values.ts";

/** A document that is BSON already and is copied as it is. */
export class RawDocument {
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
}

/** What a reply can hold: values, documents that are BSON already, and plain objects (undefined is left out). */
type Encodable = Value | RawDocument | Encodable[] | Map<string, Encodable> | EncodableFields;
export interface EncodableFields {
  [name: string]: Encodable | undefined;
}

let buffer: Buffer = Buffer.allocUnsafe(65536);
let length = 0;

function reserve(bytes: number): void {
  if (length + bytes <= buffer.length) return;
  const larger = Buffer.allocUnsafe(Math.max(buffer.length * 2, length + bytes));
  buffer.copy(larger, 0, 0, length);
  buffer = larger;
}

function writeName(type: number, name: string): void {
  reserve(name.length * 3 + 2);
  buffer[length++] = type;
  const size = name.length;
  let at = 0;
  if (size < 32) {
    for (; at < size; at++) {
      const code = name.charCodeAt(at);
      if (code > 127) break;
      buffer[length + at] = code;
    }
  }
  length += at === size ? size : buffer.write(name, length, "utf8");
  buffer[length++] = 0;
}

function writeInt32(value: number): void {
  reserve(4);
  length = buffer.writeInt32LE(value, length);
}

function writeDouble(value: number): void {
  reserve(8);
  length = buffer.writeDoubleLE(value, length);
}

function writeInt64(value: bigint): void {
  reserve(8);
  length = buffer.writeBigInt64LE(value, length);
}

function writeBytes(bytes: Uint8Array): void {
  reserve(bytes.length);
  buffer.set(bytes, length);
  length += bytes.length;
}

function writeCString(value: string): void {
  writeBytes(Buffer.from(value, "utf8"));
  reserve(1);
  buffer[length++] = 0;
}

function writeString(value: string): void {
  reserve(value.length * 3 + 5);
  const size = buffer.write(value, length + 4, "utf8");
  buffer.writeInt32LE(size + 1, length);
  length += size + 4;
  buffer[length++] = 0;
}

function writeFields(fields: Iterable<[string, Encodable | undefined]>): void {
  const start = length;
  writeInt32(0);
  for (const [name, value] of fields) if (value !== undefined) writeElement(name, value);
  finish(start);
}

function finish(start: number): void {
  reserve(1);
  buffer[length++] = 0;
  buffer.writeInt32LE(length - start, start);
}

function writeArray(values: readonly Encodable[]): void {
  const start = length;
  writeInt32(0);
  for (let at = 0; at < values.length; at++) writeElement(String(at), values[at] ?? null);
  finish(start);
}

function writeElement(name: string, value: Encodable): void {
  switch (typeof value) {
    case "string":
      writeName(BsonType.string, name);
      writeString(value);
      return;
    case "number":
      if (isInt32(value)) {
        writeName(BsonType.int, name);
        writeInt32(value);
        return;
      }
      writeName(BsonType.double, name);
      writeDouble(value);
      return;
    case "bigint":
      writeName(BsonType.long, name);
      writeInt64(value);
      return;
    case "boolean":
      writeName(BsonType.bool, name);
      reserve(1);
      buffer[length++] = value ? 1 : 0;
      return;
    default:
      writeObjectElement(name, value);
      return;
  }
}

function writeObjectElement(
  name: string,
  value: Exclude<Encodable, string | number | bigint | boolean>,
): void {
  if (value === null) {
    writeName(BsonType.null, name);
    return;
  }
  if (value instanceof RawDocument) {
    writeName(BsonType.object, name);
    writeBytes(value.bytes);
    return;
  }
  if (value instanceof Map) {
    writeName(BsonType.object, name);
    writeFields(value.entries());
    return;
  }
  if (Array.isArray(value)) {
    writeName(BsonType.array, name);
    writeArray(value);
    return;
  }
  if (value instanceof Date) {
    writeName(BsonType.date, name);
    writeInt64(BigInt(value.getTime()));
    return;
  }
  if (value instanceof Binary) {
    writeName(BsonType.binData, name);
    const bytes = binaryBytes(value);
    writeInt32(bytes.length);
    reserve(1);
    buffer[length++] = value.sub_type;
    writeBytes(bytes);
    return;
  }
  if (value instanceof Double) {
    writeName(BsonType.double, name);
    writeDouble(value.value);
    return;
  }
  if (value instanceof Decimal128) {
    writeName(BsonType.decimal, name);
    writeBytes(value.bytes);
    return;
  }
  if (value instanceof BSONSymbol) {
    writeName(BsonType.symbol, name);
    writeString(value.value);
    return;
  }
  switch (value._bsontype) {
    case "ObjectId":
      writeName(BsonType.objectId, name);
      writeBytes((value as { id: Uint8Array }).id);
      return;
    case "Timestamp":
      writeName(BsonType.timestamp, name);
      writeInt32((value as { i: number }).i | 0);
      writeInt32((value as { t: number }).t | 0);
      return;
    case "BSONRegExp":
      writeName(BsonType.regex, name);
      writeCString((value as { pattern: string }).pattern);
      writeCString((value as { options: string }).options);
      return;
    case "Code":
      writeCode(name, value as { code: string; scope: unknown });
      return;
    case "MinKey":
      writeName(BsonType.minKey, name);
      return;
    case "MaxKey":
      writeName(BsonType.maxKey, name);
      return;
    case "DBPointer": {
      const pointer = value as { namespace: string; id: { id: Uint8Array } };
      writeName(BsonType.dbPointer, name);
      writeString(pointer.namespace);
      writeBytes(pointer.id.id);
      return;
    }
    case "Undefined":
      writeName(BsonType.undefined, name);
      return;
    default:
      writeName(BsonType.object, name);
      writeFields(Object.entries(value as EncodableFields));
      return;
  }
}

function writeCode(name: string, value: { code: string; scope: unknown }): void {
  if (!(value.scope instanceof Map)) {
    writeName(BsonType.javascript, name);
    writeString(value.code);
    return;
  }
  writeName(BsonType.javascriptWithScope, name);
  const start = length;
  writeInt32(0);
  writeString(value.code);
  writeFields(value.scope.entries());
  buffer.writeInt32LE(length - start, start);
}

function taken(): Buffer {
  const result = Buffer.from(buffer.subarray(0, length));
  if (buffer.length > 8388608) buffer = Buffer.allocUnsafe(65536);
  return result;
}

/** A document as BSON bytes of its own. */
export function encodeDocument(document: Document): Buffer {
  length = 0;
  writeFields(document.entries());
  return taken();
}

/** A reply as BSON bytes, with room in front for what goes before it on the wire. */
export function encodeReply(fields: EncodableFields, room: number): Buffer {
  length = room;
  reserve(0);
  writeFields(Object.entries(fields));
  return taken();
}
