import { compareValues } from "../bson/compare.ts";
import { decodeDocument } from "../bson/decode.ts";
import { encodeDocument } from "../bson/encode.ts";
import { formatValue } from "../bson/format.ts";
import { type Document, isDocument, ObjectId, Timestamp, type Value } from "../bson/values.ts";
import { CommandError } from "../errors.ts";
import type { ExpressionContext } from "../expressions/context.ts";
import type { Filter } from "../query/filter.ts";
import { applyModifiers, type Modifiers, parseModifiers } from "./modifiers.ts";
import { parseUpdatePipeline, type UpdatePipeline } from "./pipeline.ts";

/** The largest document, in bytes. */
export const MAX_DOCUMENT_BYTES = 16777216;

/** What an update does to a document. */
export interface Update {
  kind: "replacement" | "modifiers" | "pipeline";
  /** The document that the update makes of one; `inserting` where an upsert makes a new one. */
  apply(document: Document, filter: Filter, inserting: boolean): Document;
  /** The top-level fields that it can change; null: any. */
  readonly fields: ReadonlySet<string> | null;
}

/** Reads an update: a replacement, update operators, or a pipeline. */
export function parseUpdate(
  specification: Value | undefined,
  arrayFilters: Value | undefined,
  context: ExpressionContext,
): Update {
  if (Array.isArray(specification)) {
    if (arrayFilters !== undefined) {
      throw new CommandError("FailedToParse", "arrayFilters may not be specified for pipeline-syle updates");
    }
    return pipelineUpdate(parseUpdatePipeline(specification, context));
  }
  if (!isDocument(specification)) {
    throw new CommandError("FailedToParse", "Update argument must be either an object or an array");
  }
  const [first] = specification.keys();
  if (first?.startsWith("$")) {
    return modifiersUpdate(parseModifiers(specification, arrayFilters, context));
  }
  if (arrayFilters !== undefined) {
    throw new CommandError(
      "FailedToParse",
      "arrayFilters may not be specified for replacement-style updates",
    );
  }
  return replacementUpdate(specification);
}

function modifiersUpdate(modifiers: Modifiers): Update {
  return {
    kind: "modifiers",
    fields: modifiers.fields,
    apply: (document, filter, inserting) => applyModifiers(modifiers, document, filter, inserting),
  };
}

function pipelineUpdate(pipeline: UpdatePipeline): Update {
  return { kind: "pipeline", fields: null, apply: (document) => pipeline(document) };
}

function replacementUpdate(replacement: Document): Update {
  for (const name of replacement.keys()) {
    if (name.startsWith("$")) {
      throw new CommandError(
        "DollarPrefixedFieldName",
        `The dollar ($) prefixed field '${name}' in '${name}' is not allowed in the context of an update's replacement document. Consider using an aggregation pipeline with $replaceWith.`,
      );
    }
  }
  return {
    kind: "replacement",
    fields: null,
    apply(document) {
      const id = document.get("_id");
      const result: Document = new Map();
      if (id !== undefined && !replacement.has("_id")) result.set("_id", id);
      for (const [name, value] of replacement) result.set(name, value);
      return result;
    },
  };
}

export interface UpdatedDocument {
  bytes: Buffer;
  document: Document;
}

/** Applies an update to a stored document; null when it changes nothing. */
export function updateStored(update: Update, bytes: Buffer, filter: Filter): UpdatedDocument | null {
  const before = decodeDocument(bytes);
  const id = before.get("_id");
  const after = update.apply(before, filter, false);
  checkId(update, id, after);
  const document = idFirst(after);
  const result = encodeDocument(document);
  if (result.equals(bytes)) return null;
  checkSize(result);
  return { bytes: result, document };
}

function checkId(update: Update, before: Value | undefined, after: Document): void {
  const id = after.get("_id");
  if (id === undefined && before !== undefined) {
    if (update.kind === "pipeline") {
      // a pipeline that leaves _id out keeps it
      after.set("_id", before);
      return;
    }
    throw immutableId(update, after);
  }
  if (before !== undefined && compareValues(before, id) !== 0) throw immutableId(update, after);
}

function immutableId(update: Update, after: Document): CommandError {
  if (update.kind === "modifiers") {
    return new CommandError(
      "ImmutableField",
      "Performing an update on the path '_id' would modify the immutable field '_id'",
    );
  }
  return new CommandError(
    "ImmutableField",
    `After applying the update, the (immutable) field '_id' was found to have been altered to _id: ${formatValue(after.get("_id"))}`,
  );
}

function checkSize(bytes: Buffer): void {
  if (bytes.length > MAX_DOCUMENT_BYTES) {
    throw new CommandError(17419, `Resulting document after update is larger than ${MAX_DOCUMENT_BYTES}`);
  }
}

/** The document with `_id` in front, as every stored document has it. */
function idFirst(document: Document): Document {
  const [first] = document.keys();
  const id = document.get("_id");
  if (first === "_id" || id === undefined) return document;
  const result: Document = new Map([["_id", id]]);
  for (const [name, value] of document) result.set(name, value);
  return result;
}

/** A document as it is to be stored: with an `_id`, in front, that may be one. */
export function prepareInsert(document: Document): UpdatedDocument {
  const id = document.get("_id");
  if (id === undefined) document.set("_id", new ObjectId());
  else checkNewId(id);
  for (const [name, value] of document) {
    if (value instanceof Timestamp && value.isZero() && name !== "_id") document.set(name, now());
  }
  const result = idFirst(document);
  const bytes = encodeDocument(result);
  if (bytes.length > MAX_DOCUMENT_BYTES) {
    throw new CommandError(
      "BadValue",
      `object to insert too large. size in bytes: ${bytes.length}, max size: ${MAX_DOCUMENT_BYTES}`,
    );
  }
  return { bytes, document: result };
}

let increment = 0;

function now(): Timestamp {
  increment = (increment + 1) % 2147483647;
  return new Timestamp({ t: Math.floor(Date.now() / 1000), i: increment });
}

/** Refuses an `_id` that MongoDB refuses. */
export function checkNewId(id: Value): void {
  const type = Array.isArray(id) ? "array" : id === null ? null : regexOrUndefined(id);
  if (type) throw new CommandError("InvalidIdField", `The '_id' value cannot be of type ${type}`);
  if (isDocument(id)) {
    for (const name of id.keys()) {
      if (name.startsWith("$")) {
        throw new CommandError(
          "DollarPrefixedFieldName",
          `_id fields may not contain '$'-prefixed fields: ${name} is not valid for storage.`,
        );
      }
    }
  }
}

function regexOrUndefined(id: Value): string | null {
  if (typeof id !== "object" || id === null || !("_bsontype" in id)) return null;
  if (id._bsontype === "BSONRegExp") return "regex";
  return id._bsontype === "Undefined" ? "undefined" : null;
}
