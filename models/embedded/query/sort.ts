import { compareValues } from "../bson/compare.ts";
import { decodeFields } from "../bson/decode.ts";
import { formatValue } from "../bson/format.ts";
import { type Document, isNumeric, toNumber, type Value } from "../bson/values.ts";
import { CommandError, unsupported } from "../errors.ts";
import { extractKeys, ParallelArrays } from "./extract.ts";

/** What a document is sorted by: one value a field of the specification. */
export type SortKey = readonly (Value | undefined)[];

/** A sort specification, ready to be used. */
export class Sorter {
  readonly fields: readonly string[];
  readonly descending: readonly boolean[];
  /** The top-level fields that the keys are made of. */
  readonly reads: ReadonlySet<string>;
  private readonly paths: readonly (readonly string[])[];

  constructor(fields: readonly string[], descending: readonly boolean[]) {
    this.fields = fields;
    this.descending = descending;
    this.paths = fields.map((field) => field.split("."));
    this.reads = new Set(this.paths.map((path) => path[0] ?? ""));
  }

  /** A document's key: of the elements of an array the smallest (descending: the largest) counts. */
  keyOf(document: Document): SortKey {
    try {
      const { keys, multikey } = extractKeys(this.paths, document);
      const [first = []] = keys;
      if (!multikey) return first;
      return keys.reduce((least, key) => (this.compare(key, least) < 0 ? key : least), first);
    } catch (error) {
      if (error instanceof ParallelArrays) {
        throw new CommandError("BadValue", "cannot sort with keys that are parallel arrays");
      }
      throw error;
    }
  }

  /** The key of a stored document, of which only what is needed is read. */
  keyOfBytes(bytes: Buffer): SortKey {
    return this.keyOf(decodeFields(bytes, this.reads));
  }

  compare(a: SortKey, b: SortKey): number {
    for (let at = 0; at < this.fields.length; at++) {
      const order = compareValues(a[at], b[at]);
      if (order !== 0) return this.descending[at] ? -order : order;
    }
    return 0;
  }
}

/** Reads a sort specification such as `{ a: 1, "b.c": -1 }`. */
export function parseSortSpecification(specification: Document): Sorter {
  if (specification.size > 32) throw new CommandError(13103, "too many compound keys");
  const descending: boolean[] = [];
  for (const [field, value] of specification) {
    if (value instanceof Map) {
      if (value.has("$meta")) throw unsupported("sorting by $meta", "BadValue");
      throw new CommandError(15974, `Illegal key in $sort specification: ${field}: ${formatValue(value)}`);
    }
    if (!isNumeric(value)) {
      throw new CommandError(15974, `Illegal key in $sort specification: ${field}: ${formatValue(value)}`);
    }
    const direction = toNumber(value);
    if (direction !== 1 && direction !== -1) {
      throw new CommandError(15975, "$sort key ordering must be 1 (for ascending) or -1 (for descending)");
    }
    if (field === "" || field.split(".").includes("")) {
      throw new CommandError(15998, "FieldPath field names may not be empty strings.");
    }
    if (field.startsWith("$")) {
      throw new CommandError(
        16410,
        "FieldPath field names may not start with '$'. Consider using $getField or $setField.",
      );
    }
    descending.push(direction === -1);
  }
  return new Sorter([...specification.keys()], descending);
}
