import { decodeDocument } from "../bson/decode.ts";
import { encodeDocument } from "../bson/encode.ts";
import { type Document, isDocument, isNumeric, toNumber, type Value } from "../bson/values.ts";
import { CommandError } from "../errors.ts";
import { choosePlan, type Plan } from "../plan/plan.ts";
import { collectSorted, type Found, type Pace, Search, type Work } from "../plan/read.ts";
import type { Filter } from "../query/filter.ts";
import { parseFilter } from "../query/parse-filter.ts";
import { type Projection, parseProjection } from "../query/projection.ts";
import { parseSortSpecification, type Sorter } from "../query/sort.ts";
import type { Collection } from "../storage/collection.ts";
import {
  booleanField,
  countField,
  documentField,
  namespaceOf,
  refuseCollation,
  refuseFields,
} from "./arguments.ts";
import type { Command, Commands, Invocation, Reply } from "./command.ts";
import { type DocumentSource, listSource } from "./cursors.ts";

/** The documents in a first batch when the client names no number. */
export const FIRST_BATCH = 101;

const findFields = new Set([
  "filter",
  "sort",
  "projection",
  "hint",
  "skip",
  "limit",
  "batchSize",
  "singleBatch",
  "max",
  "min",
  "returnKey",
  "showRecordId",
  "tailable",
  "oplogReplay",
  "noCursorTimeout",
  "awaitData",
  "allowPartialResults",
  "collation",
  "allowDiskUse",
  "let",
]);

/** A find, read and checked. */
export interface FindQuery {
  filter: Filter;
  sorter: Sorter | null;
  projection: Projection | null;
  hint: Value | undefined;
  skip: number;
  limit: number;
}

/** The order that `sort` asks for, and the natural direction where it asks for that. */
function readSort(command: Document, name: string): { sorter: Sorter | null; natural: Value | undefined } {
  const sort = documentField(command, "sort", name);
  if (!sort || sort.size === 0) return { sorter: null, natural: undefined };
  if (sort.has("$natural")) {
    if (sort.size > 1) throw new CommandError("BadValue", "Cannot include '$natural' in compound sort");
    const direction = sort.get("$natural");
    if (!isNumeric(direction) || Math.abs(toNumber(direction)) !== 1) {
      throw new CommandError("BadValue", "$natural sort cannot be set to a value other than -1 or 1.");
    }
    return { sorter: null, natural: sort };
  }
  return { sorter: parseSortSpecification(sort), natural: undefined };
}

/** Reads the fields of a find. */
export function readFind(invocation: Invocation): FindQuery {
  const { command, context } = invocation;
  refuseCollation(command);
  refuseFields("find", command, ["max", "min", "returnKey", "showRecordId", "tailable", "awaitData"]);
  const filter = parseFilter(documentField(command, "filter", "find") ?? new Map(), context);
  const { sorter, natural } = readSort(command, "find");
  const projection = documentField(command, "projection", "find");
  return {
    filter,
    sorter,
    projection: projection && projection.size > 0 ? parseProjection(projection, context, filter) : null,
    hint: natural ?? hintOf(command),
    skip: countField(command, "skip", "find") ?? 0,
    limit: countField(command, "limit", "find") || Number.POSITIVE_INFINITY,
  };
}

/** The hint of a command; an empty one is none. */
export function hintOf(command: Document): Value | undefined {
  const hint = command.get("hint");
  return isDocument(hint) && hint.size === 0 ? undefined : hint;
}

/** The documents of a find, in its order, after its skip and within its limit, projected. */
function findSource(invocation: Invocation, collection: Collection, query: FindQuery): DocumentSource {
  const plan = choosePlan(collection, query.filter, query.sorter, query.hint);
  const { sorter } = query;
  const found =
    plan.sorted || !sorter ? streamed(invocation, plan, query) : sorted(invocation, plan, query, sorter);
  const { projection } = query;
  if (!projection) return found;
  return {
    refresh: () => found.refresh?.(),
    ended: () => found.ended?.() === true,
    *next(pace) {
      const bytes: Buffer | null = yield* found.next(pace);
      return bytes && encodeDocument(projection(decodeDocument(bytes)));
    },
  };
}

function streamed(invocation: Invocation, plan: Plan, query: FindQuery): DocumentSource {
  const expected = query.limit + query.skip + 1;
  const search = new Search(invocation.storage, plan, query.filter, { expected });
  let skip = query.skip;
  let left = query.limit;
  return {
    refresh: () => search.refresh(),
    ended: () => left <= 0,
    *next(pace: Pace): Work<Buffer | null> {
      if (left <= 0) return null;
      for (; skip > 0; skip--) if (!(yield* search.next(pace))) return null;
      const found = yield* search.next(pace);
      left -= 1;
      return found?.bytes ?? null;
    },
  };
}

function sorted(invocation: Invocation, plan: Plan, query: FindQuery, sorter: Sorter): DocumentSource {
  let list: DocumentSource | null = null;
  return {
    ended: () => list?.ended?.() === true,
    *next(pace: Pace): Work<Buffer | null> {
      if (!list) {
        const limit = query.skip + query.limit;
        const found = yield* sortedDocuments({ ...invocation, pace }, plan, query.filter, sorter, limit);
        list = listSource(found.slice(query.skip).map(({ bytes }) => bytes));
      }
      return yield* list.next(pace);
    },
  };
}

/** Finds all documents of a plan and sorts them in memory, in one consistent view. */
function* sortedDocuments(
  invocation: Invocation,
  plan: Plan,
  filter: Filter,
  sorter: Sorter,
  limit: number,
): Work<Found[]> {
  const snapshot = invocation.storage.snapshot();
  try {
    const search = new Search(invocation.storage, plan, filter, { expected: 256, snapshot });
    return yield* collectSorted(search, sorter, limit, invocation.pace);
  } finally {
    snapshot.done();
  }
}

function* find(invocation: Invocation): Work<Reply> {
  const namespace = namespaceOf(invocation);
  const query = readFind(invocation);
  const size = countField(invocation.command, "batchSize", "find") ?? FIRST_BATCH;
  const single = booleanField(invocation.command, "singleBatch", "find", false);
  const collection = invocation.storage.collections.get(namespace);
  const source = collection ? findSource(invocation, collection, query) : listSource([]);
  const batch = yield* invocation.cursors.first(namespace, source, size, single, invocation.pace);
  return { cursor: { firstBatch: batch.documents, id: batch.id, ns: namespace } };
}

function* getMore(invocation: Invocation): Work<Reply> {
  const { command, database, cursors, pace } = invocation;
  const id = command.get("getMore");
  if (typeof id !== "bigint") {
    throw new CommandError(
      "TypeMismatch",
      "BSON field 'getMore.getMore' is the wrong type, expected type 'long'",
    );
  }
  const collection = command.get("collection");
  if (typeof collection !== "string")
    throw new CommandError(40414, "BSON field 'getMore.collection' is missing but a required field");
  const size = countField(command, "batchSize", "getMore") || Number.POSITIVE_INFINITY;
  const namespace = `${database}.${collection}`;
  const batch = yield* cursors.more(id, namespace, size, pace);
  return { cursor: { nextBatch: batch.documents, id: batch.id, ns: namespace } };
}

function* killCursors(invocation: Invocation): Work<Reply> {
  const ids = invocation.command.get("cursors");
  if (!Array.isArray(ids))
    throw new CommandError(40414, "BSON field 'killCursors.cursors' is missing but a required field");
  const wanted = ids.filter((id): id is bigint => typeof id === "bigint");
  const { killed, notFound } = invocation.cursors.kill(wanted);
  return { cursorsKilled: killed, cursorsNotFound: notFound, cursorsAlive: [], cursorsUnknown: [] };
}

const findCommand: Command = { kind: "read", fields: findFields, run: find };

/** The commands that read documents through cursors. */
export const findCommands: Commands = {
  find: findCommand,
  getMore: {
    kind: "read",
    fields: new Set(["collection", "batchSize", "term", "lastKnownCommittedOpTime"]),
    run: getMore,
  },
  killCursors: { kind: "read", fields: new Set(["cursors"]), run: killCursors },
};
