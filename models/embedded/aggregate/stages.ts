import { encodeDocument } from "../bson/encode.ts";
import { formatValue } from "../bson/format.ts";
import { encodeKey } from "../bson/keys.ts";
import {
  type Document,
  documentOf,
  isDocument,
  isNumeric,
  toNumber,
  typeName,
  type Value,
} from "../bson/values.ts";
import { CommandError, unsupported } from "../errors.ts";
import type { ExpressionContext } from "../expressions/context.ts";
import { checkedPath, parseExpression } from "../expressions/parse.ts";
import type { Pace, Work } from "../plan/read.ts";
import { SORT_MEMORY, SortBuffer } from "../plan/sort-buffer.ts";
import type { Filter } from "../query/filter.ts";
import { parseFilter } from "../query/parse-filter.ts";
import { parseSortSpecification, type Sorter, type SortKey } from "../query/sort.ts";
import { type Accumulator, type AccumulatorFactory, parseAccumulator } from "./accumulators.ts";
import { parseDocumentStage } from "./document-stages.ts";

/** Documents one after the other; null at the end. */
export interface DocumentStream {
  next(pace: Pace): Work<Document | null>;
}

/** A stage that is ready: it makes a stream of a stream. */
export type Stage =
  | { kind: "match"; filter: Filter }
  | { kind: "sort"; sorter: Sorter }
  | { kind: "skip"; count: number }
  | { kind: "limit"; count: number }
  | {
      kind: "other";
      /** Whether what follows sees nothing of the documents but what the stage read of them. */
      closed: boolean;
      open(source: DocumentStream): DocumentStream;
    };

const GROUP_MEMORY = SORT_MEMORY;

/** Names of stages that MongoDB has and this database has not. */
const refused = new Set([
  "$bucket",
  "$bucketAuto",
  "$changeStream",
  "$changeStreamSplitLargeEvent",
  "$collStats",
  "$currentOp",
  "$densify",
  "$documents",
  "$facet",
  "$fill",
  "$geoNear",
  "$graphLookup",
  "$indexStats",
  "$listLocalSessions",
  "$listSessions",
  "$merge",
  "$out",
  "$planCacheStats",
  "$redact",
  "$sample",
  "$search",
  "$searchMeta",
  "$setWindowFields",
  "$shardedDataDistribution",
  "$sortByCount",
  "$unionWith",
  "$vectorSearch",
]);

/** Reads a stage that needs nothing but the documents before it: all but `$lookup`. */
export function parseStage(name: string, value: Value, context: ExpressionContext): Stage {
  const single = parseDocumentStage(name, value, context);
  if (single) {
    return {
      kind: "other",
      closed: name === "$project" && isInclusion(value),
      open: (source) => mapped(source, single),
    };
  }
  switch (name) {
    case "$match":
      if (!isDocument(value))
        throw new CommandError(15959, "the match filter must be an expression in an object");
      return { kind: "match", filter: parseFilter(value, context) };
    case "$sort":
      return { kind: "sort", sorter: readSort(value) };
    case "$skip":
      return { kind: "skip", count: stageNumber("$skip", 5107200, value) };
    case "$limit": {
      const count = stageNumber("$limit", 5107201, value);
      if (count === 0) throw new CommandError(15958, "the limit must be positive");
      return { kind: "limit", count };
    }
    case "$group":
      return parseGroup(value, context);
    case "$unwind":
      return parseUnwind(value, context);
    case "$count":
      return parseCount(value);
    default:
      if (refused.has(name)) throw unsupported(`the stage ${name}`, 40324);
      throw new CommandError(40324, `Unrecognized pipeline stage name: '${name}'`);
  }
}

/** Whether a `$project` keeps only what it names, so that nothing else is needed of the documents. */
function isInclusion(value: Value): boolean {
  if (!isDocument(value)) return false;
  const named = [...value].filter(([name]) => name !== "_id" || value.size === 1);
  return named.some(([, field]) => !(field === false || (isNumeric(field) && toNumber(field) === 0)));
}

function readSort(value: Value): Sorter {
  if (!isDocument(value)) throw new CommandError(15973, "the $sort key specification must be an object");
  if (value.size === 0) throw new CommandError(15976, "$sort stage must have at least one sort key");
  return parseSortSpecification(value);
}

function stageNumber(name: string, code: number, value: Value): number {
  const problem = (what: string): CommandError =>
    new CommandError(code, `invalid argument to ${name} stage: ${what} in: ${name}: ${formatValue(value)}`);
  if (!isNumeric(value)) throw problem("Expected a number");
  const number = toNumber(value);
  if (!Number.isInteger(number)) throw problem("Expected an integer");
  if (number < 0) throw problem("Expected a non-negative number");
  return number;
}

function mapped(source: DocumentStream, change: (document: Document) => Document): DocumentStream {
  return {
    *next(pace) {
      const document: Document | null = yield* source.next(pace);
      return document && change(document);
    },
  };
}

/** The documents of a stream that pass a filter. */
export function filtered(source: DocumentStream, filter: Filter): DocumentStream {
  return {
    *next(pace) {
      for (let seen = 1; ; seen++) {
        const document: Document | null = yield* source.next(pace);
        if (!document || filter.matches(document)) return document;
        if ((seen & 63) === 0 && pace.due()) yield;
      }
    },
  };
}

/** A stream without its first documents. */
export function skipped(source: DocumentStream, count: number): DocumentStream {
  let left = count;
  return {
    *next(pace) {
      for (; left > 0; left--) if (!(yield* source.next(pace))) return null;
      return yield* source.next(pace);
    },
  };
}

/** The first documents of a stream. */
export function limited(source: DocumentStream, count: number): DocumentStream {
  let left = count;
  return {
    *next(pace) {
      if (left <= 0) return null;
      left -= 1;
      return yield* source.next(pace);
    },
  };
}

/** A stream in order; of a long one only the first `limit` are kept. */
export function sortedStream(source: DocumentStream, sorter: Sorter, limit: number): DocumentStream {
  let documents: Document[] | null = null;
  let at = 0;
  return {
    *next(pace) {
      documents ??= yield* sortAll(source, sorter, limit, pace);
      return documents[at++] ?? null;
    },
  };
}

interface Sortable {
  document: Document;
  key: SortKey;
  place: number;
  bytes: number;
}

function* sortAll(source: DocumentStream, sorter: Sorter, limit: number, pace: Pace): Work<Document[]> {
  const compare = (a: Sortable, b: Sortable): number => sorter.compare(a.key, b.key) || a.place - b.place;
  const buffer = new SortBuffer<Sortable>(compare, limit, ({ bytes }) => bytes);
  for (let place = 0; ; place++) {
    const document: Document | null = yield* source.next(pace);
    if (!document) break;
    const bytes = encodeDocument(document).length;
    buffer.add({ document, key: sorter.keyOf(document), place, bytes });
    if ((place & 63) === 63 && pace.due()) yield;
  }
  return (yield* buffer.sorted(pace)).map(({ document }) => document);
}

function parseGroup(value: Value, context: ExpressionContext): Stage {
  if (!isDocument(value)) throw new CommandError(15947, "a group's fields must be specified in an object");
  const id = value.get("_id");
  if (id === undefined) throw new CommandError(15955, "a group specification must include an _id");
  const key = parseExpression(id, context);
  const fields: [string, AccumulatorFactory][] = [];
  for (const [name, specification] of value) {
    if (name === "_id") continue;
    if (name.includes(".")) throw new CommandError(40235, `The field name '${name}' cannot contain '.'`);
    if (name.startsWith("$"))
      throw new CommandError(40236, `The field name '${name}' cannot be an operator name`);
    fields.push([name, parseAccumulator(name, specification, context)]);
  }
  return { kind: "other", closed: true, open: (source) => grouped(source, key, fields) };
}

interface Group {
  id: Value;
  accumulators: Accumulator[];
}

function grouped(
  source: DocumentStream,
  key: ReturnType<typeof parseExpression>,
  fields: readonly [string, AccumulatorFactory][],
): DocumentStream {
  let groups: Iterator<Group> | null = null;
  return {
    *next(pace) {
      groups ??= (yield* gatherGroups(source, key, fields, pace)).values();
      const { value, done } = groups.next();
      if (done) return null;
      const result: Document = new Map([["_id", value.id]]);
      fields.forEach(([name], at) => {
        result.set(name, value.accumulators[at]?.result() ?? null);
      });
      return result;
    },
  };
}

function* gatherGroups(
  source: DocumentStream,
  key: ReturnType<typeof parseExpression>,
  fields: readonly [string, AccumulatorFactory][],
  pace: Pace,
): Work<Map<string, Group>> {
  const groups = new Map<string, Group>();
  for (let seen = 1; ; seen++) {
    const document: Document | null = yield* source.next(pace);
    if (!document) return groups;
    const scope = { root: document, variables: null };
    const id = key(scope) ?? null;
    const encoded = encodeKey(id).toString("latin1");
    let group = groups.get(encoded);
    if (!group) {
      group = { id, accumulators: fields.map(([, make]) => make()) };
      groups.set(encoded, group);
    }
    for (const accumulator of group.accumulators) accumulator.add(scope);
    if ((seen & 4095) === 0) checkGroupMemory(groups);
    if ((seen & 63) === 0 && pace.due()) yield;
  }
}

function checkGroupMemory(groups: ReadonlyMap<string, Group>): void {
  let bytes = 0;
  for (const [key, group] of groups) {
    bytes += key.length * 2 + 128;
    for (const accumulator of group.accumulators) bytes += accumulator.bytes;
  }
  if (bytes > GROUP_MEMORY) {
    throw new CommandError(
      "QueryExceededMemoryLimitNoDiskUseAllowed",
      `Exceeded memory limit for $group of ${GROUP_MEMORY} bytes, and this database does not group on disk.`,
    );
  }
}

function parseUnwind(value: Value, context: ExpressionContext): Stage {
  const options = typeof value === "string" ? documentOf({ path: value }) : value;
  if (!isDocument(options)) {
    throw new CommandError(
      15981,
      `expected either a string or an object as specification for $unwind stage, got ${typeName(value)}`,
    );
  }
  for (const name of options.keys()) {
    if (!["path", "includeArrayIndex", "preserveNullAndEmptyArrays"].includes(name)) {
      throw new CommandError(28811, `unrecognized option to $unwind stage: ${name}`);
    }
  }
  const path = options.get("path");
  if (path === undefined) throw new CommandError(28812, "no path specified to $unwind stage");
  if (typeof path !== "string")
    throw new CommandError(28808, `expected a string as the path for $unwind stage, got ${typeName(path)}`);
  if (!path.startsWith("$")) {
    throw new CommandError(28818, `path option to $unwind stage should be prefixed with a '$': ${path}`);
  }
  const preserve = options.get("preserveNullAndEmptyArrays") ?? false;
  if (typeof preserve !== "boolean") {
    throw new CommandError(
      28809,
      `expected a boolean for the preserveNullAndEmptyArrays option to $unwind stage, got ${typeName(preserve)}`,
    );
  }
  const index = options.get("includeArrayIndex");
  if (index !== undefined && (typeof index !== "string" || index === "")) {
    throw new CommandError(
      28810,
      `expected a non-empty string for the includeArrayIndex  option to $unwind stage, got ${typeName(index)}`,
    );
  }
  if (typeof index === "string" && index.startsWith("$")) {
    throw new CommandError(
      28822,
      `includeArrayIndex option to $unwind stage should not be prefixed with a '$': ${index}`,
    );
  }
  const parts = checkedPath(path.slice(1));
  context.reads.add(parts[0] ?? "");
  const indexParts = typeof index === "string" ? checkedPath(index) : null;
  return { kind: "other", closed: false, open: (source) => unwound(source, parts, preserve, indexParts) };
}

function unwound(
  source: DocumentStream,
  path: readonly string[],
  preserve: boolean,
  indexPath: readonly string[] | null,
): DocumentStream {
  let pending: Document[] = [];
  let at = 0;
  return {
    *next(pace) {
      for (let seen = 1; at >= pending.length; seen++) {
        const document: Document | null = yield* source.next(pace);
        if (!document) return null;
        pending = unwind(document, path, preserve, indexPath);
        at = 0;
        if ((seen & 63) === 0 && pace.due()) yield;
      }
      return pending[at++] ?? null;
    },
  };
}

function unwind(
  document: Document,
  path: readonly string[],
  preserve: boolean,
  indexPath: readonly string[] | null,
): Document[] {
  const value = throughDocuments(document, path);
  const withIndex = (result: Document, index: bigint | null): Document =>
    indexPath ? withValue(result, indexPath, index) : result;
  if (!Array.isArray(value)) {
    if (value === undefined || value === null) return preserve ? [withIndex(document, null)] : [];
    return [withIndex(document, null)];
  }
  if (value.length === 0) return preserve ? [withIndex(withValue(document, path, undefined), null)] : [];
  return value.map((element, index) => withIndex(withValue(document, path, element), BigInt(index)));
}

/** The value at a path that leads through documents only: an array on the way ends it. */
function throughDocuments(document: Document, path: readonly string[]): Value | undefined {
  let value: Value | undefined = document;
  for (const part of path) value = value instanceof Map ? value.get(part) : undefined;
  return value;
}

/** A copy of the document with another value at the path. */
export function withValue(document: Document, path: readonly string[], value: Value | undefined): Document {
  const result = new Map(document);
  const [name = "", ...rest] = path;
  if (rest.length > 0) {
    const inner = result.get(name);
    result.set(name, withValue(inner instanceof Map ? inner : new Map(), rest, value));
  } else if (value === undefined) {
    result.delete(name);
  } else {
    result.set(name, value);
  }
  return result;
}

function parseCount(value: Value): Stage {
  if (typeof value !== "string" || value === "")
    throw new CommandError(40156, "the count field must be a non-empty string");
  if (value.startsWith("$")) throw new CommandError(40158, "the count field cannot be a $-prefixed path");
  if (value.includes("\0")) throw new CommandError(40159, "the count field cannot contain a null byte");
  if (value.includes(".")) throw new CommandError(40160, "the count field cannot contain '.'");
  return { kind: "other", closed: true, open: (source) => counted(source, value) };
}

function counted(source: DocumentStream, name: string): DocumentStream {
  let done = false;
  return {
    *next(pace) {
      if (done) return null;
      let count = 0;
      for (; yield* source.next(pace); ) {
        count += 1;
        if ((count & 63) === 0 && pace.due()) yield;
      }
      done = true;
      return count === 0 ? null : documentOf({ [name]: count });
    },
  };
}
