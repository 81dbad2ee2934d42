import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  BsonType,
  BsonUndefined,
  Code,
  DbPointer,
  Decimal128,
  type Document,
  double,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
  type Value,
} from "./values.ts";

/** Bytes that are not a BSON document. */
export class InvalidBson extends Error {}

/** Documents nested deeper than this are refused, as MongoDB refuses them. */
const MAX_DEPTH = 180;

const minKey = new MinKey();
const maxKey = new MaxKey();
const bsonUndefined = new BsonUndefined();

/** Field names seen before, by a hash of their bytes: most documents of a collection share theirs. */
const knownNames: string[] = new Array(4096).fill("");

/** Reads BSON from a buffer, one element after the other. */
export class BsonReader {
  readonly bytes: Buffer;
  offset: number;
  private depth = 0;

  constructor(bytes: Buffer, offset = 0) {
    this.bytes = bytes;
    this.offset = offset;
  }

  /** The end of the document that begins here (its length is checked); moves to its first element. */
  enter(): number {
    if (this.offset + 5 > this.bytes.length) throw new InvalidBson("a document is cut off");
    const end = this.offset + this.bytes.readInt32LE(this.offset);
    if (end < this.offset + 5 || end > this.bytes.length || this.bytes[end - 1] !== 0) {
      throw new InvalidBson("a document has a wrong length");
    }
    this.offset += 4;
    return end;
  }

  readByte(): number {
    const byte = this.bytes[this.offset++];
    if (byte === undefined) throw new InvalidBson("a document is cut off");
    return byte;
  }

  readName(): string {
    const bytes = this.bytes;
    const start = this.offset;
    let hash = 0;
    let end = start;
    let byte = bytes[end];
    while (byte !== 0) {
      if (byte === undefined) throw new InvalidBson("a field name is cut off");
      hash = (hash * 31 + byte) | 0;
      byte = bytes[++end];
    }
    this.offset = end + 1;
    const slot = hash & 4095;
    const known = knownNames[slot] ?? "";
    if (known.length === end - start && sameLatin(known, bytes, start)) return known;
    const name = bytes.toString("utf8", start, end);
    // a name outside ASCII has another length in UTF-16 than in UTF-8, or the check above fails: never mistaken
    if (end - start < 64) knownNames[slot] = name;
    return name;
  }

  readDocument(): Document {
    const end = this.enter();
    if (++this.depth > MAX_DEPTH) throw new InvalidBson("a document is nested too deep");
    const document: Document = new Map();
    for (let type = this.readByte(); type !== 0; type = this.readByte()) {
      const name = this.readName();
      document.set(name, this.readValue(type));
    }
    if (this.offset !== end) throw new InvalidBson("a document has a wrong length");
    this.depth--;
    return document;
  }

  private readArray(): Value[] {
    const end = this.enter();
    if (++this.depth > MAX_DEPTH) throw new InvalidBson("a document is nested too deep");
    const values: Value[] = [];
    for (let type = this.readByte(); type !== 0; type = this.readByte()) {
      this.skipName();
      values.push(this.readValue(type));
    }
    if (this.offset !== end) throw new InvalidBson("an array has a wrong length");
    this.depth--;
    return values;
  }

  skipName(): void {
    const end = this.bytes.indexOf(0, this.offset);
    if (end < 0) throw new InvalidBson("a field name is cut off");
    this.offset = end + 1;
  }

  private readCString(): string {
    const start = this.offset;
    this.skipName();
    return this.bytes.toString("utf8", start, this.offset - 1);
  }

  private readString(): string {
    const size = this.readInt32();
    const start = this.offset;
    if (size < 1 || start + size > this.bytes.length || this.bytes[start + size - 1] !== 0) {
      throw new InvalidBson("a string has a wrong length");
    }
    this.offset += size;
    return this.bytes.toString("utf8", start, start + size - 1);
  }

  private readInt32(): number {
    const at = this.advance(4);
    return this.bytes.readInt32LE(at);
  }

  private advance(size: number): number {
    const start = this.offset;
    if (size < 0 || start + size > this.bytes.length) throw new InvalidBson("a value is cut off");
    this.offset = start + size;
    return start;
  }

  private readBytes(size: number): Buffer {
    const start = this.advance(size);
    return Buffer.from(this.bytes.subarray(start, start + size));
  }

  readValue(type: number): Value {
    switch (type) {
      case BsonType.double:
        return double(this.bytes.readDoubleLE(this.advance(8)));
      case BsonType.string:
        return this.readString();
      case BsonType.object:
        return this.readDocument();
      case BsonType.array:
        return this.readArray();
      case BsonType.binData: {
        const size = this.readInt32();
        const subtype = this.readByte();
        return new Binary(this.readBytes(size), subtype);
      }
      case BsonType.undefined:
        return bsonUndefined;
      case BsonType.objectId:
        return new ObjectId(this.readBytes(12));
      case BsonType.bool:
        return this.readByte() !== 0;
      case BsonType.date:
        return readDate(this.bytes.readBigInt64LE(this.advance(8)));
      case BsonType.null:
        return null;
      case BsonType.regex:
        return new BSONRegExp(this.readCString(), this.readCString());
      case BsonType.dbPointer: {
        const namespace = this.readString();
        return new DbPointer(namespace, new ObjectId(this.readBytes(12)));
      }
      case BsonType.javascript:
        return new Code(this.readString());
      case BsonType.symbol:
        return new BSONSymbol(this.readString());
      case BsonType.javascriptWithScope: {
        this.advance(4);
        const code = this.readString();
        return new Code(code, this.readDocument());
      }
      case BsonType.int:
        return this.readInt32();
      case BsonType.timestamp: {
        const increment = this.bytes.readUInt32LE(this.advance(4));
        return new Timestamp({ t: this.bytes.readUInt32LE(this.advance(4)), i: increment });
      }
      case BsonType.long:
        return this.bytes.readBigInt64LE(this.advance(8));
      case BsonType.decimal:
        return new Decimal128(this.readBytes(16));
      case BsonType.minKey:
        return minKey;
      case BsonType.maxKey:
        return maxKey;
      default:
        throw new InvalidBson(`a value has the unknown type ${type}`);
    }
  }

  skipValue(type: number): void {
    switch (type) {
      case BsonType.double:
      case BsonType.date:
      case BsonType.timestamp:
      case BsonType.long:
        this.advance(8);
        return;
      case BsonType.int:
        this.advance(4);
        return;
      case BsonType.bool:
        this.advance(1);
        return;
      case BsonType.objectId:
        this.advance(12);
        return;
      case BsonType.decimal:
        this.advance(16);
        return;
      case BsonType.null:
      case BsonType.undefined:
      case BsonType.minKey:
      case BsonType.maxKey:
        return;
      case BsonType.string:
      case BsonType.javascript:
      case BsonType.symbol:
        this.advance(this.readInt32());
        return;
      case BsonType.binData:
        this.advance(this.readInt32() + 1);
        return;
      case BsonType.object:
      case BsonType.array:
        this.offset = this.enter();
        return;
      case BsonType.javascriptWithScope:
        this.advance(this.readInt32() - 4);
        return;
      case BsonType.regex:
        this.skipName();
        this.skipName();
        return;
      case BsonType.dbPointer:
        this.advance(this.readInt32() + 12);
        return;
      default:
        throw new InvalidBson(`a value has the unknown type ${type}`);
    }
  }
}

function sameLatin(name: string, bytes: Buffer, start: number): boolean {
  for (let at = 0; at < name.length; at++) {
    if (name.charCodeAt(at) !== bytes[start + at]) return false;
  }
  return true;
}

/** The farthest dates that JavaScript can hold, in milliseconds from 1970. */
const DATE_LIMIT = 8640000000000000n;

function readDate(milliseconds: bigint): Date {
  if (milliseconds > DATE_LIMIT || milliseconds < -DATE_LIMIT) {
    throw new InvalidBson("a date is further from 1970 than this database supports");
  }
  return new Date(Number(milliseconds));
}

/** Reads a whole document. */
export function decodeDocument(bytes: Buffer, offset = 0): Document {
  return new BsonReader(bytes, offset).readDocument();
}

/** Reads only the named top-level fields of a document. */
export function decodeFields(bytes: Buffer, wanted: ReadonlySet<string>): Document {
  const reader = new BsonReader(bytes);
  reader.enter();
  const document: Document = new Map();
  for (let type = reader.readByte(); type !== 0; type = reader.readByte()) {
    const name = reader.readName();
    if (!wanted.has(name)) {
      reader.skipValue(type);
      continue;
    }
    document.set(name, reader.readValue(type));
    if (document.size === wanted.size) break;
  }
  return document;
}

/** Reads one top-level field of a document; undefined when it is not there. */
export function decodeField(bytes: Buffer, wanted: string): Value | undefined {
  const reader = new BsonReader(bytes);
  reader.enter();
  for (let type = reader.readByte(); type !== 0; type = reader.readByte()) {
    if (reader.readName() === wanted) return reader.readValue(type);
    reader.skipValue(type);
  }
  return undefined;
}
