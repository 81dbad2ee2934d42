import { randomBytes } from "node:crypto";
import { chmodSync, closeSync, openSync, readSync, renameSync, rmSync, statfsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { open, type RootDatabase } from "lmdb";
import { decodeDocument } from "../bson/decode.ts";
import { encodeDocument } from "../bson/encode.ts";
import { afterPrefix } from "../bson/keys.ts";
import { Binary, type Document, documentOf, isNumeric, toNumber, type Value } from "../bson/values.ts";
import { Collection, RECORD_BYTES } from "./collection.ts";
import { Index } from "./index.ts";

/** The number of the file's layout; raised when the layout changes. */
const FORMAT = 1;

/** The first byte of every key says what it is. */
const KIND = { format: 0, catalog: 1, count: 2, record: 3, entry: 4 } as const;

/** The file is of a layout that this version does not know. */
class UnknownFormat extends Error {}

/** A consistent view of the data at one time, until it is closed. */
export type Snapshot = ReturnType<RootDatabase<Buffer, Buffer>["useReadTransaction"]>;

/** One range of keys: from `start` (included) to `end` (not included). */
export interface KeyRange {
  start: Buffer;
  end: Buffer;
}

export interface Entry {
  key: Buffer;
  value: Buffer;
}

export interface StorageOptions {
  path: string;
  /** Leaves out the wait for the disk: for copies that are synced once at their end, and for tests. */
  noSync?: boolean;
  readOnly?: boolean;
  /** Leaves a new file without its first entry, for a copy that brings all entries along. */
  empty?: boolean;
}

/** The data on disk: one ordered file of keys and values, with all collections in it. */
export class Storage {
  readonly path: string;
  readonly collections = new Map<string, Collection>();
  readonly changedCollections = new Set<Collection>();
  private file: RootDatabase<Buffer, Buffer>;
  private nextId = 1;
  /** While a copy is made that is to take this file's place: the keys that were written since it began. */
  private written: Set<string> | null = null;
  private catalogChanged = false;

  constructor(options: StorageOptions) {
    this.path = options.path;
    this.file = openFile(options);
    if (!options.readOnly) chmodSync(options.path, 0o600);
    if (options.empty) return;
    this.checkFormat(options.readOnly ?? false);
    this.load();
  }

  private checkFormat(readOnly: boolean): void {
    const key = Buffer.from([KIND.format]);
    const stored = this.get(key);
    if (stored) {
      const format = Number(stored.toString("utf8"));
      if (format !== FORMAT) {
        throw new UnknownFormat(
          `The database file ${this.path} has format ${format}, and this version knows format ${FORMAT}. ` +
            "Start the version that wrote it, or a newer one.",
        );
      }
      return;
    }
    const [first] = this.file.getKeys({ limit: 1, start: Buffer.from([0]) });
    if (first !== undefined) {
      throw new UnknownFormat(`The file ${this.path} is an LMDB file, but not one of this database.`);
    }
    if (!readOnly) this.write(() => this.put(key, Buffer.from(String(FORMAT))));
  }

  /** Reads the catalog into memory, as after a transaction that was given up. */
  private load(): void {
    this.collections.clear();
    this.changedCollections.clear();
    this.catalogChanged = false;
    this.nextId = 1;
    for (const { key, value } of this.range({
      start: Buffer.from([KIND.catalog]),
      end: Buffer.from([KIND.count]),
    })) {
      const collection = this.loadCollection(key.toString("utf8", 1), decodeDocument(value));
      this.collections.set(collection.namespace, collection);
      this.nextId = Math.max(
        this.nextId,
        collection.id + 1,
        ...collection.indexes.map(({ state }) => state.id + 1),
      );
    }
  }

  private loadCollection(namespace: string, stored: Document): Collection {
    const id = numberOf(stored.get("id"));
    const uuid = stored.get("uuid");
    const indexes = listOf(stored.get("indexes")).map((entry) => {
      const specification = entry.get("specification");
      const state = {
        id: numberOf(entry.get("id")),
        arrays: (Array.isArray(entry.get("arrays")) ? (entry.get("arrays") as Value[]) : []).map(
          (each) => each === true,
        ),
        long: entry.get("long") === true,
      };
      return new Index(specification instanceof Map ? specification : new Map(), state);
    });
    const count = this.get(keyOf(KIND.count, id));
    const prefix = keyOf(KIND.record, id);
    const [last] = this.file.getKeys({
      start: keyOf(KIND.record, id + 1),
      end: prefix,
      reverse: true,
      limit: 1,
    });
    const nextRecord = last?.subarray(0, 5).equals(prefix) ? last.readUIntBE(5, RECORD_BYTES) + 1 : 1;
    return new Collection(
      this,
      namespace,
      id,
      uuid instanceof Binary ? Buffer.from(uuid.buffer) : randomBytes(16),
      indexes,
      count ? Number(count.readBigUInt64BE()) : 0,
      nextRecord,
    );
  }

  /**
   * Runs a function in one transaction and returns when what it wrote is on disk. An exception undoes
   * everything, in the file and in memory.
   */
  write<Result>(run: () => Result): Result {
    try {
      return this.file.transactionSync(() => {
        const result = run();
        this.storeChanges();
        return result;
      });
    } catch (error) {
      this.load();
      throw error;
    }
  }

  private storeChanges(): void {
    for (const collection of this.changedCollections) {
      if (this.collections.get(collection.namespace) !== collection) continue;
      const count = Buffer.allocUnsafe(8);
      count.writeBigUInt64BE(BigInt(collection.count));
      this.put(keyOf(KIND.count, collection.id), count);
      if (this.catalogChanged || collection.indexes.some((index) => index.stateChanged))
        this.save(collection);
    }
    this.changedCollections.clear();
    this.catalogChanged = false;
  }

  private save(collection: Collection): void {
    const indexes = collection.indexes.map((index) => {
      index.stateChanged = false;
      const { id, arrays, long } = index.state;
      return documentOf({ id, arrays, long, specification: index.specification });
    });
    const stored = documentOf({ id: collection.id, uuid: new Binary(collection.uuid, 4), indexes });
    this.put(catalogKey(collection.namespace), encodeDocument(stored));
  }

  get(key: Buffer, snapshot?: Snapshot): Buffer | undefined {
    const bytes = this.readBinary(key, snapshot ? { transaction: snapshot } : undefined);
    return bytes === undefined || Buffer.isBuffer(bytes) ? bytes : asBuffer(bytes);
  }

  /** lmdb's typings leave out that a single read, too, can be made in a snapshot. */
  private readBinary(key: Buffer, options?: { transaction: Snapshot }): Buffer | undefined {
    const read: (key: Buffer, options?: object) => Buffer | undefined = this.file.getBinary.bind(this.file);
    return read(key, options);
  }

  put(key: Buffer, value: Buffer): void {
    this.written?.add(key.toString("latin1"));
    this.file.putSync(key, value);
  }

  remove(key: Buffer): void {
    this.written?.add(key.toString("latin1"));
    this.file.removeSync(key);
  }

  /** From now on notes which keys are written. */
  watchWrites(): void {
    this.written = new Set();
  }

  forgetWrites(): void {
    this.written = null;
  }

  /**
   * Goes on with a copy that was begun after `watchWrites`, which gets this file's name; the file itself is gone. No
   * read may be under way.
   */
  replaceWith(copy: Storage): void {
    const keys = [...(this.written ?? [])].map((key) => Buffer.from(key, "latin1"));
    copy.write(() => {
      for (const key of keys) {
        const value = this.get(key);
        if (value) copy.put(key, value);
        else if (copy.get(key)) copy.remove(key);
      }
    });
    renameSync(copy.path, this.path);
    // Its users are this process alone, so that nobody looks for the copy's locks under the new name.
    rmSync(`${copy.path}-lock`, { force: true });
    const replaced = this.file;
    this.file = copy.file;
    this.written = null;
    void replaced.close();
  }

  /** The entries of a range, in order or backwards; at most `limit`. */
  *range(
    range: KeyRange,
    reverse = false,
    limit = Number.POSITIVE_INFINITY,
    snapshot?: Snapshot,
  ): Generator<Entry> {
    const bounds = reverse
      ? { start: range.end, end: range.start, reverse: true, exclusiveStart: true, inclusiveEnd: true }
      : { start: range.start, end: range.end };
    const most = Number.isFinite(limit) ? { limit } : {};
    const view = snapshot ? { transaction: snapshot } : {};
    for (const { key, value } of this.file.getRange({ ...bounds, ...most, ...view })) {
      yield { key, value: Buffer.isBuffer(value) ? value : asBuffer(value) };
    }
  }

  /** A consistent view for a read that goes on over several turns; call `done()` on it. */
  snapshot(): Snapshot {
    return this.file.useReadTransaction();
  }

  /** A new collection with its index on `_id`. */
  createCollection(namespace: string): Collection {
    const collection = new Collection(this, namespace, this.nextId++, randomBytes(16), [], 0, 1);
    collection.indexes.push(this.newIndex(documentOf({ v: 2, key: documentOf({ _id: 1 }), name: "_id_" })));
    this.collections.set(namespace, collection);
    this.catalogEntryChanged(collection);
    return collection;
  }

  /** An index that belongs to no collection yet. */
  newIndex(specification: Document): Index {
    const fields = specification.get("key");
    const size = fields instanceof Map ? fields.size : 0;
    return new Index(specification, { id: this.nextId++, arrays: new Array(size).fill(false), long: false });
  }

  /** Notes that a collection's catalog entry must be stored with the transaction. */
  catalogEntryChanged(collection: Collection): void {
    this.catalogChanged = true;
    this.changedCollections.add(collection);
  }

  dropCollection(collection: Collection): void {
    for (const index of collection.indexes) this.clear(index.prefix);
    this.clear(collection.prefix);
    this.remove(keyOf(KIND.count, collection.id));
    this.remove(catalogKey(collection.namespace));
    this.collections.delete(collection.namespace);
  }

  /** Removes every key that begins with these bytes. */
  clear(prefix: Buffer): void {
    const end = afterPrefix(prefix) ?? Buffer.from([0xff]);
    for (;;) {
      const keys = [...this.range({ start: prefix, end }, false, 2000)].map(({ key }) => key);
      for (const key of keys) this.remove(key);
      if (keys.length < 2000) return;
    }
  }

  /** Whether there is hardly any room left where the file is. */
  diskIsFull(): boolean {
    const { bavail, bsize } = statfsSync(dirname(this.path));
    return bavail * bsize < 4194304;
  }

  close(): Promise<void> {
    return this.file.close();
  }
}

/**
 * What lmdb's typings leave out: the file's mode, and how many free pages it works with at a time. With its own
 * larger numbers each commit after a great deletion or filling takes milliseconds longer; the file grows no more.
 */
const furtherOptions = { permissionsMode: 0o600, maxFreeSpaceToLoad: 500, maxFreeSpaceToRetain: 1000 };

/** Every commit is on disk before it returns: data first, then the page that makes it valid. */
function openFile(options: StorageOptions): RootDatabase<Buffer, Buffer> {
  if (!looksLikeOurs(options.path)) {
    throw new UnknownFormat(
      `The file ${options.path} is not a file of this database, or it is damaged. Nothing was changed. ` +
        "Choose another directory, or restore a backup.",
    );
  }
  return open<Buffer, Buffer>({
    path: options.path,
    noSubdir: true,
    keyEncoding: "binary",
    encoding: "binary",
    overlappingSync: false,
    noSync: options.noSync ?? false,
    readOnly: options.readOnly ?? false,
    maxReaders: 500,
    ...furtherOptions,
  });
}

/** The number by which LMDB knows its files, after the header of their first page. */
const LMDB_MAGIC = 0xbeefc0de;
const MAGIC_AT = 24;

/** Whether there is no file yet, or one that LMDB made: of another it would not say no, but crash. */
function looksLikeOurs(path: string): boolean {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) === 0) return true;
  const head = Buffer.alloc(MAGIC_AT + 4);
  const file = openSync(path, "r");
  const length = readSync(file, head, 0, head.length, 0);
  closeSync(file);
  return length === head.length && head.readUInt32LE(MAGIC_AT) === LMDB_MAGIC;
}

/** lmdb hands out large values as plain byte arrays over memory of its own, which are copied. */
function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes);
}

function keyOf(kind: number, id: number): Buffer {
  const key = Buffer.alloc(5);
  key.writeUInt8(kind, 0);
  key.writeUInt32BE(id, 1);
  return key;
}

function catalogKey(namespace: string): Buffer {
  return Buffer.concat([Buffer.from([KIND.catalog]), Buffer.from(namespace, "utf8")]);
}

function numberOf(value: Value | undefined): number {
  return isNumeric(value) ? toNumber(value) : 0;
}

function listOf(value: Value | undefined): Document[] {
  return Array.isArray(value) ? value.filter((entry): entry is Document => entry instanceof Map) : [];
}
