import { decodeDocument, decodeFields } from "../bson/decode.ts";
import { formatValue } from "../bson/format.ts";
import type { Document, Value } from "../bson/values.ts";
import { CommandError } from "../errors.ts";
import type { Index, IndexKey } from "./index.ts";
import type { Storage } from "./storage.ts";

/** The bytes of a record's number: records are kept in the order in which they were inserted. */
export const RECORD_BYTES = 6;

/** One collection: its documents, its indexes, and the writes that keep both together. */
export class Collection {
  readonly namespace: string;
  readonly id: number;
  readonly uuid: Buffer;
  readonly indexes: Index[];
  /** How many documents there are. */
  count: number;
  nextRecord: number;
  /** Set where the count must be stored with the transaction that is under way. */
  changed = false;
  /** While a long read of this collection is under way: the records written since it began. */
  readonly watchers = new Set<Set<string>>();
  readonly prefix: Buffer;
  private readonly storage: Storage;

  constructor(
    storage: Storage,
    namespace: string,
    id: number,
    uuid: Buffer,
    indexes: Index[],
    count: number,
    nextRecord: number,
  ) {
    this.storage = storage;
    this.namespace = namespace;
    this.id = id;
    this.uuid = uuid;
    this.indexes = indexes;
    this.count = count;
    this.nextRecord = nextRecord;
    this.prefix = Buffer.alloc(5);
    this.prefix.writeUInt8(3, 0);
    this.prefix.writeUInt32BE(id, 1);
  }

  /** The stored bytes of a document; undefined when the record is gone. */
  read(record: Buffer): Buffer | undefined {
    return this.storage.get(this.recordKey(record));
  }

  recordKey(record: Buffer): Buffer {
    return Buffer.concat([this.prefix, record]);
  }

  /** Adds a document; a refused one (a duplicate key) leaves nothing behind. */
  insert(bytes: Buffer): Buffer {
    const document = this.indexedFields(bytes, this.indexes);
    const added = this.indexes.map((index) => index.keysOf(document));
    this.indexes.forEach((index, at) => {
      for (const key of added[at] ?? []) this.refuseDuplicate(index, key);
    });
    const record = Buffer.allocUnsafe(RECORD_BYTES);
    record.writeUIntBE(this.nextRecord++, 0, RECORD_BYTES);
    this.storage.put(this.recordKey(record), bytes);
    this.indexes.forEach((index, at) => {
      for (const key of added[at] ?? []) this.putEntry(index, key, record);
    });
    this.count += 1;
    this.written(record);
    return record;
  }

  /**
   * Puts another document in the place of one; a refused one leaves all as it was. `fields` names the top-level
   * fields that may differ (null: any): indexes of other fields are left alone.
   */
  replace(record: Buffer, before: Buffer, after: Buffer, fields: ReadonlySet<string> | null): void {
    const indexes = fields ? this.indexes.filter((index) => dependsOn(index, fields)) : this.indexes;
    if (indexes.length > 0) this.replaceEntries(indexes, record, before, after);
    this.storage.put(this.recordKey(record), after);
    this.written(record);
  }

  private replaceEntries(indexes: readonly Index[], record: Buffer, before: Buffer, after: Buffer): void {
    const old = this.indexedFields(before, indexes);
    const changed = this.indexedFields(after, indexes);
    const changes = indexes.map((index) => {
      const oldKeys = index.keysOf(old);
      const newKeys = index.keysOf(changed);
      const added = newKeys.filter((key) => !oldKeys.some((other) => other.bytes.equals(key.bytes)));
      const removed = oldKeys.filter((key) => !newKeys.some((other) => other.bytes.equals(key.bytes)));
      for (const key of added) this.refuseDuplicate(index, key);
      return { index, added, removed };
    });
    for (const { index, added, removed } of changes) {
      for (const key of removed) this.removeEntry(index, key, record);
      for (const key of added) this.putEntry(index, key, record);
    }
  }

  remove(record: Buffer, bytes: Buffer): void {
    const document = this.indexedFields(bytes, this.indexes);
    for (const index of this.indexes) {
      for (const key of index.keysOf(document)) this.removeEntry(index, key, record);
    }
    this.storage.remove(this.recordKey(record));
    this.count -= 1;
    this.written(record);
  }

  private written(record: Buffer): void {
    this.changed = true;
    this.storage.changedCollections.add(this);
    for (const watcher of this.watchers) watcher.add(record.toString("latin1"));
  }

  private indexedFields(bytes: Buffer, indexes: readonly Index[]): Document {
    const wanted = new Set<string>();
    for (const index of indexes) {
      if (!index.reads) return decodeDocument(bytes);
      for (const field of index.reads) wanted.add(field);
    }
    return decodeFields(bytes, wanted);
  }

  private entryKey(index: Index, key: IndexKey, record: Buffer): Buffer {
    return index.unique ? key.bytes : Buffer.concat([key.bytes, record]);
  }

  /** Adds the entry of a record to an index. */
  putEntry(index: Index, key: IndexKey, record: Buffer): void {
    this.storage.put(this.entryKey(index, key, record), record);
  }

  private removeEntry(index: Index, key: IndexKey, record: Buffer): void {
    this.storage.remove(this.entryKey(index, key, record));
  }

  /** Throws MongoDB's duplicate key error where a unique index has the key already. */
  refuseDuplicate(index: Index, key: IndexKey): void {
    if (!index.unique || this.storage.get(key.bytes) === undefined) return;
    const values: Document = new Map(
      index.fields.map((field, at): [string, Value] => [field, key.values[at] ?? null]),
    );
    const shown = [...values].map(([field, value]) => `${field}: ${formatValue(value)}`).join(", ");
    throw new CommandError(
      "DuplicateKey",
      `E11000 duplicate key error collection: ${this.namespace} index: ${index.name} dup key: { ${shown} }`,
      { keyPattern: index.keyPattern, keyValue: values },
    );
  }

  index(name: string): Index | undefined {
    return this.indexes.find((index) => index.name === name);
  }
}

function dependsOn(index: Index, fields: ReadonlySet<string>): boolean {
  if (!index.reads) return true;
  for (const field of fields) if (index.reads.has(field)) return true;
  return false;
}
