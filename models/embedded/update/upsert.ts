import { BSONRegExp, type Document, isDocument, type Value } from "../bson/values.ts";
import { CommandError } from "../errors.ts";
import type { Filter } from "../query/filter.ts";
import { isOperatorDocument } from "../query/parse-filter.ts";
import type { Update, UpdatedDocument } from "./update.ts";
import { prepareInsert } from "./update.ts";
import { writePath } from "./write-path.ts";

/** The document that an upsert inserts where nothing passed its filter. */
export function upsertDocument(update: Update, query: Document, filter: Filter): UpdatedDocument {
  const equalities = equalitiesOf(query);
  const base: Document = new Map();
  for (const [path, value] of equalities) {
    if (update.kind !== "replacement" || path === "_id") writePath(base, path, value);
  }
  const id = base.get("_id");
  const result = update.apply(base, filter, true);
  const newId = result.get("_id");
  if (id !== undefined && newId === undefined) result.set("_id", id);
  return prepareInsert(result);
}

/** The fields that a filter fixes to one value, by path. */
function equalitiesOf(query: Document): Map<string, Value> {
  const found = new Map<string, Value>();
  collect(query, found);
  for (const path of found.keys()) {
    for (const other of found.keys()) {
      if (other !== path && other.startsWith(`${path}.`)) throw notSingle(path);
    }
  }
  return found;
}

function notSingle(path: string): CommandError {
  return new CommandError(
    "NotSingleValueField",
    `cannot infer query fields to set, path '${path}' is matched twice`,
  );
}

function collect(query: Document, found: Map<string, Value>): void {
  for (const [name, value] of query) {
    if (name === "$and" || (name === "$or" && Array.isArray(value) && value.length === 1)) {
      for (const part of Array.isArray(value) ? value : []) if (isDocument(part)) collect(part, found);
    } else if (!name.startsWith("$")) {
      const fixed = fixedValue(value);
      if (fixed === undefined) continue;
      if (found.has(name)) throw notSingle(name);
      found.set(name, fixed);
    }
  }
}

function fixedValue(value: Value): Value | undefined {
  if (value instanceof BSONRegExp) return undefined;
  if (!isOperatorDocument(value)) return value;
  const equal = value.get("$eq");
  if (equal !== undefined) return equal;
  for (const name of ["$in", "$all"]) {
    const list = value.get(name);
    if (Array.isArray(list) && list.length === 1) {
      const [only] = list;
      return only instanceof BSONRegExp || isOperatorDocument(only) ? undefined : only;
    }
  }
  return undefined;
}
