import { encodeDocument } from "../bson/encode.ts";
import { formatValue } from "../bson/format.ts";
import { type Document, documentOf, isDocument, isNumeric, toNumber, type Value } from "../bson/values.ts";
import { CommandError, unsupported } from "../errors.ts";
import type { ExpressionContext } from "../expressions/context.ts";
import type { Pace, Work } from "../plan/read.ts";
import { SortBuffer } from "../plan/sort-buffer.ts";
import type { Filter } from "../query/filter.ts";
import { parseFilter } from "../query/parse-filter.ts";
import { parseSortSpecification, type Sorter, type SortKey } from "../query/sort.ts";
import { parseDocumentStage } from "./document-stages.ts";
import { parseGroup } from "./group.ts";
import { parseUnwind } from "./unwind.ts";

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
