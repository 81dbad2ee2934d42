import { compareValues } from "../bson/compare.ts";
import { decodeField } from "../bson/decode.ts";
import { encodeKey } from "../bson/keys.ts";
import { isDocument, isNumeric, toNumber, typeName, type Value } from "../bson/values.ts";
import { CommandError } from "../errors.ts";
import { choosePlan } from "../plan/plan.ts";
import { countFound, Search, type Work } from "../plan/read.ts";
import type { Filter } from "../query/filter.ts";
import { parseFilter } from "../query/parse-filter.ts";
import { isArrayIndex } from "../query/path.ts";
import { countField, documentField, namespaceOf, refuseCollation } from "./arguments.ts";
import type { Commands, Invocation, Reply } from "./command.ts";
import { hintOf } from "./find.ts";

/** How many documents pass a filter, counted no further than `limit`. */
function* countMatching(
  invocation: Invocation,
  namespace: string,
  filter: Filter,
  hint: Value | undefined,
  limit: number,
): Work<number> {
  const collection = invocation.storage.collections.get(namespace);
  if (!collection) return 0;
  if (filter.matchesAll && hint === undefined) return Math.min(collection.count, limit);
  const plan = choosePlan(collection, filter, null, hint);
  const snapshot = invocation.storage.snapshot();
  try {
    const search = new Search(invocation.storage, plan, filter, { expected: 256, snapshot, keysOnly: true });
    return yield* countFound(search, limit, invocation.pace);
  } finally {
    snapshot.done();
  }
}

function* count(invocation: Invocation): Work<Reply> {
  const { command, context } = invocation;
  refuseCollation(command);
  const namespace = namespaceOf(invocation);
  const filter = parseFilter(documentField(command, "query", "count") ?? new Map(), context);
  const skip = countField(command, "skip", "count") ?? 0;
  const given = command.get("limit");
  // a negative limit means the same as a positive one
  const limit = (isNumeric(given) ? Math.abs(Math.trunc(toNumber(given))) : 0) || Number.POSITIVE_INFINITY;
  const found = yield* countMatching(invocation, namespace, filter, hintOf(command), limit + skip);
  return { n: Math.min(limit, Math.max(0, found - skip)) };
}

/** The values that `distinct` sees at a path: those of documents in arrays, and the elements of an array at its end. */
function distinctValues(value: Value | undefined, path: readonly string[], at: number, into: Value[]): void {
  if (at === path.length) {
    if (Array.isArray(value)) into.push(...value);
    else if (value !== undefined) into.push(value);
    return;
  }
  const part = path[at] ?? "";
  if (value instanceof Map) {
    distinctValues(value.get(part), path, at + 1, into);
  } else if (Array.isArray(value)) {
    if (isArrayIndex(part)) distinctValues(value[Number(part)], path, at + 1, into);
    else for (const element of value) if (isDocument(element)) distinctValues(element, path, at, into);
  }
}

function* distinct(invocation: Invocation): Work<Reply> {
  const { command, context, storage, pace } = invocation;
  refuseCollation(command);
  const namespace = namespaceOf(invocation);
  const key = command.get("key");
  if (key === undefined)
    throw new CommandError(40414, "BSON field 'distinct.key' is missing but a required field");
  if (typeof key !== "string") {
    throw new CommandError(
      "TypeMismatch",
      `BSON field 'distinct.key' is the wrong type '${typeName(key)}', expected type 'string'`,
    );
  }
  const query = command.get("query") === null ? undefined : documentField(command, "query", "distinct");
  const filter = parseFilter(query ?? new Map(), context);
  const collection = storage.collections.get(namespace);
  if (!collection) return { values: [] };
  const path = key.split(".");
  const plan = choosePlan(collection, filter, null, hintOf(command));
  const values = new Map<string, Value>();
  const snapshot = storage.snapshot();
  let bytes = 0;
  try {
    const search = new Search(storage, plan, filter, { expected: 256, snapshot });
    for (;;) {
      const found = yield* search.next(pace);
      if (!found) break;
      const seen: Value[] = [];
      distinctValues(decodeField(found.bytes, path[0] ?? ""), path, 1, seen);
      for (const value of seen) {
        const encoded = encodeKey(value).toString("latin1");
        if (values.has(encoded)) continue;
        values.set(encoded, value);
        bytes += encoded.length;
        if (bytes > 16777216) throw new CommandError(17217, "distinct too big, 16mb cap");
      }
    }
  } finally {
    snapshot.done();
  }
  return { values: [...values.values()].sort(compareValues) };
}

/** The commands that count documents and list values. */
export const countCommands: Commands = {
  count: {
    kind: "read",
    fields: new Set(["query", "limit", "skip", "hint", "collation", "fields"]),
    run: count,
  },
  distinct: { kind: "read", fields: new Set(["key", "query", "collation", "hint"]), run: distinct },
};
