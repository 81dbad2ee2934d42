import { encodeKeys, storedKey } from "../bson/keys.ts";
import { type Document, isNumeric, toNumber, type Value } from "../bson/values.ts";
import { CommandError } from "../errors.ts";
import { expressionContext } from "../expressions/context.ts";
import { extractKeys, ParallelArrays } from "../query/extract.ts";
import type { Filter } from "../query/filter.ts";
import { parseFilter } from "../query/parse-filter.ts";

/** What is remembered of an index beside its specification. */
export interface IndexState {
  id: number;
  /** For each field, whether a stored document ever had an array on its path. */
  arrays: boolean[];
  /** Whether a key was ever too long to be stored whole: then the order of keys cannot be relied on. */
  long: boolean;
}

/** One index of a collection: its specification as MongoDB lists it, and how to make its entries. */
export class Index {
  readonly name: string;
  readonly specification: Document;
  readonly keyPattern: Document;
  readonly fields: readonly string[];
  readonly paths: readonly (readonly string[])[];
  readonly descending: readonly boolean[];
  readonly unique: boolean;
  readonly sparse: boolean;
  readonly partial: Filter | null;
  /** The top-level fields that its entries depend on; null: the whole document. */
  readonly reads: ReadonlySet<string> | null;
  readonly state: IndexState;
  /** The bytes that every entry begins with. */
  readonly prefix: Buffer;
  /** Set where a new entry changed the state, which must then be stored. */
  stateChanged = false;

  constructor(specification: Document, state: IndexState) {
    this.specification = specification;
    this.state = state;
    this.name = String(specification.get("name"));
    const pattern = specification.get("key");
    this.keyPattern = pattern instanceof Map ? pattern : new Map();
    this.fields = [...this.keyPattern.keys()];
    this.paths = this.fields.map((field) => field.split("."));
    this.descending = [...this.keyPattern.values()].map((value) => isNumeric(value) && toNumber(value) < 0);
    this.unique = specification.get("unique") === true || this.name === "_id_";
    this.sparse = specification.get("sparse") === true;
    const partial = specification.get("partialFilterExpression");
    this.partial = partial instanceof Map ? parseFilter(partial, expressionContext(new Date(0))) : null;
    this.reads = this.readFields();
    this.prefix = Buffer.alloc(5);
    this.prefix.writeUInt8(4, 0);
    this.prefix.writeUInt32BE(state.id, 1);
  }

  private readFields(): ReadonlySet<string> | null {
    const own = this.paths.map((path) => path[0] ?? "");
    if (!this.partial) return new Set(own);
    return this.partial.fields && new Set([...own, ...this.partial.fields]);
  }

  get multikey(): boolean {
    return this.state.arrays.includes(true);
  }

  /** The keys of a document in this index; none where it is sparse or partial and leaves the document out. */
  keysOf(document: Document): IndexKey[] {
    if (this.partial && !this.partial.matches(document)) return [];
    const { keys, multikey } = this.extract(document);
    if (multikey) this.noteArrays(document);
    const present = this.sparse ? keys.filter((key) => key.some((value) => value !== undefined)) : keys;
    const [only] = present;
    if (present.length === 1 && only) return [this.key(only)];
    const distinct = new Map<string, IndexKey>();
    for (const values of present) {
      const key = this.key(values);
      distinct.set(key.bytes.toString("latin1"), key);
    }
    return [...distinct.values()];
  }

  private extract(document: Document) {
    try {
      return extractKeys(this.paths, document);
    } catch (error) {
      if (error instanceof ParallelArrays) {
        throw new CommandError(
          "CannotIndexParallelArrays",
          `cannot index parallel arrays [${error.first}] [${error.second}]`,
        );
      }
      throw error;
    }
  }

  private key(values: (Value | undefined)[]): IndexKey {
    const whole = encodeKeys(values, this.descending);
    const bytes = storedKey(whole);
    if (bytes !== whole && !this.state.long) {
      this.state.long = true;
      this.stateChanged = true;
    }
    return { bytes: Buffer.concat([this.prefix, bytes]), values };
  }

  private noteArrays(document: Document): void {
    this.paths.forEach((path, at) => {
      if (this.state.arrays[at] || !extractKeys([path], document).multikey) return;
      this.state.arrays[at] = true;
      this.stateChanged = true;
    });
  }
}

/** One key of a document: the bytes of its entry (without the record at their end) and the values behind them. */
export interface IndexKey {
  bytes: Buffer;
  values: (Value | undefined)[];
}
