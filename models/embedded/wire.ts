import { BsonReader, decodeDocument, InvalidBson } from "./bson/decode.ts";
import { type EncodableFields, encodeReply } from "./bson/encode.ts";
import { BsonType, type Document, isDocument } from "./bson/values.ts";

const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;
const HEADER_BYTES = 16;
/** The largest message, as MongoDB's `maxMessageSizeBytes`. */
export const MAX_MESSAGE_BYTES = 48000000;

/** A message that breaks the protocol: the connection is closed, because nothing after it can be understood. */
export class ProtocolError extends Error {}

/** One command as it arrived. */
export interface Request {
  id: number;
  operation: number;
  /** The command with all its fields but `documents`. */
  command: Document;
  /** The documents of an insert, as BSON. */
  documents: Buffer[];
  /** Whether the client waits for no answer. */
  silent: boolean;
}

/** Cuts a stream of bytes into messages. */
export class MessageReader {
  private chunks: Buffer[] = [];
  private length = 0;

  /** Takes the next bytes and gives the requests that are complete with them. */
  push(chunk: Buffer): Request[] {
    this.chunks.push(chunk);
    this.length += chunk.length;
    const requests: Request[] = [];
    for (;;) {
      const message = this.take();
      if (!message) return requests;
      requests.push(parseMessage(message));
    }
  }

  private take(): Buffer | null {
    if (this.length < HEADER_BYTES) return null;
    const [first = Buffer.alloc(0)] = this.chunks;
    const start = first.length >= 4 ? first : this.join();
    const size = start.readInt32LE(0);
    if (size < HEADER_BYTES || size > MAX_MESSAGE_BYTES)
      throw new ProtocolError(`a message of ${size} bytes`);
    if (this.length < size) return null;
    const all = this.join();
    this.chunks = all.length > size ? [all.subarray(size)] : [];
    this.length -= size;
    return all.subarray(0, size);
  }

  private join(): Buffer {
    const [only] = this.chunks;
    if (only && this.chunks.length === 1) return only;
    const all = Buffer.concat(this.chunks, this.length);
    this.chunks = [all];
    return all;
  }
}

function parseMessage(message: Buffer): Request {
  const id = message.readInt32LE(4);
  const operation = message.readInt32LE(12);
  try {
    if (operation === OP_MSG) return parseOpMsg(id, message);
    if (operation === OP_QUERY) return parseOpQuery(id, message);
  } catch (error) {
    if (error instanceof InvalidBson || error instanceof RangeError)
      throw new ProtocolError("a message that is no BSON");
    throw error;
  }
  throw new ProtocolError(`the operation ${operation}, which this database does not know`);
}

const CHECKSUM_PRESENT = 1;
const MORE_TO_COME = 2;
/** Flags that a server may pass over when it does not know them. */
const OPTIONAL_FLAGS = 0xffff0000;

function parseOpMsg(id: number, message: Buffer): Request {
  const flags = message.readUInt32LE(16);
  if ((flags & ~(CHECKSUM_PRESENT | MORE_TO_COME | OPTIONAL_FLAGS)) !== 0) {
    throw new ProtocolError("a message with unknown flags");
  }
  const end = flags & CHECKSUM_PRESENT ? message.length - 4 : message.length;
  let command: Document | null = null;
  const documents: Buffer[] = [];
  const sequences: [string, Buffer[]][] = [];
  let offset = 20;
  while (offset < end) {
    const kind = message[offset++];
    const size = message.readInt32LE(offset);
    if (size < 5 || offset + size > end) throw new ProtocolError("a section with a wrong length");
    const section = message.subarray(offset, offset + size);
    if (kind === 0) command = readCommand(section, documents);
    else if (kind === 1) sequences.push(readSequence(section));
    else throw new ProtocolError(`a section of kind ${kind}`);
    offset += size;
  }
  if (!command) throw new ProtocolError("a message without a command");
  for (const [name, members] of sequences) {
    if (name === "documents") documents.push(...members);
    else
      command.set(
        name,
        members.map((member) => decodeDocument(member)),
      );
  }
  return { id, operation: OP_MSG, command, documents, silent: (flags & MORE_TO_COME) !== 0 };
}

function readSequence(section: Buffer): [string, Buffer[]] {
  const nameEnd = section.indexOf(0, 4);
  if (nameEnd < 0) throw new ProtocolError("a sequence without a name");
  const members: Buffer[] = [];
  let offset = nameEnd + 1;
  while (offset < section.length) {
    const size = section.readInt32LE(offset);
    if (size < 5 || offset + size > section.length) throw new ProtocolError("a document with a wrong length");
    members.push(section.subarray(offset, offset + size));
    offset += size;
  }
  return [section.toString("utf8", 4, nameEnd), members];
}

/** Reads a command's document; the members of `documents` stay BSON, so that nothing in them is changed. */
function readCommand(section: Buffer, documents: Buffer[]): Document {
  const reader = new BsonReader(section);
  const end = reader.enter();
  const command: Document = new Map();
  for (let type = reader.readByte(); type !== 0; type = reader.readByte()) {
    const name = reader.readName();
    if (name === "documents" && type === BsonType.array) documents.push(...rawMembers(reader));
    else command.set(name, reader.readValue(type));
  }
  if (reader.offset !== end) throw new InvalidBson("a command has a wrong length");
  return command;
}

function rawMembers(reader: BsonReader): Buffer[] {
  const members: Buffer[] = [];
  reader.enter();
  for (let type = reader.readByte(); type !== 0; type = reader.readByte()) {
    reader.skipName();
    const start = reader.offset;
    reader.skipValue(type);
    if (type !== BsonType.object) throw new InvalidBson("a document to insert is none");
    members.push(reader.bytes.subarray(start, reader.offset));
  }
  return members;
}

/** The old form of a command, which drivers use for their first hello. */
function parseOpQuery(id: number, message: Buffer): Request {
  const nameEnd = message.indexOf(0, 20);
  if (nameEnd < 0) throw new ProtocolError("a query without a namespace");
  const namespace = message.toString("utf8", 20, nameEnd);
  const body = decodeDocument(message, nameEnd + 9);
  const wrapped = body.get("$query");
  const command = isDocument(wrapped) ? wrapped : body;
  command.set("$db", namespace.split(".", 1)[0] ?? "admin");
  return { id, operation: OP_QUERY, command, documents: [], silent: false };
}

/** The message that answers a request. */
export function replyMessage(request: Request, fields: EncodableFields): Buffer {
  const isQuery = request.operation === OP_QUERY;
  const message = encodeReply(fields, isQuery ? 36 : 21);
  message.fill(0, 0, isQuery ? 36 : 21);
  message.writeInt32LE(message.length, 0);
  message.writeInt32LE(request.id, 8);
  message.writeInt32LE(isQuery ? OP_REPLY : OP_MSG, 12);
  if (isQuery) {
    message.writeInt32LE(8, 16);
    message.writeInt32LE(1, 32);
  }
  return message;
}
