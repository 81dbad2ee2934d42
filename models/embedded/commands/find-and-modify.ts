import { decodeDocument } from "../bson/decode.ts";
import { encodeDocument, RawDocument } from "../bson/encode.ts";
import { CommandError } from "../errors.ts";
import { parseFilter } from "../query/parse-filter.ts";
import { parseProjection } from "../query/projection.ts";
import { parseSortSpecification } from "../query/sort.ts";
import type { Collection } from "../storage/collection.ts";
import { parseUpdate } from "../update/update.ts";
import { upsertDocument } from "../update/upsert.ts";
import { booleanField, documentField, namespaceOf, refuseCollation } from "./arguments.ts";
import type { Commands, Invocation, Preparation, Reply, WriteCommand } from "./command.ts";
import { hintOf } from "./find.ts";
import { findTargets, Prepared, prepareTargets, type TargetQuery } from "./targets.ts";
import { ensureCollection, updateOne } from "./write.ts";

const fields = new Set([
  "query",
  "sort",
  "remove",
  "update",
  "new",
  "fields",
  "upsert",
  "bypassDocumentValidation",
  "collation",
  "arrayFilters",
  "hint",
  "let",
]);

function readQuery(invocation: Invocation): TargetQuery {
  const { command, context } = invocation;
  const sort = documentField(command, "sort", "findAndModify");
  return {
    filter: parseFilter(documentField(command, "query", "findAndModify") ?? new Map(), context),
    sorter: sort && sort.size > 0 ? parseSortSpecification(sort) : null,
    hint: hintOf(command),
    limit: 1,
  };
}

/** What is shown of a document, as its `fields` say. */
function shown(invocation: Invocation, query: TargetQuery, bytes: Buffer): RawDocument {
  const projection = documentField(invocation.command, "fields", "findAndModify");
  if (!projection || projection.size === 0) return new RawDocument(bytes);
  const project = parseProjection(projection, invocation.context, query.filter);
  return new RawDocument(encodeDocument(project(decodeDocument(bytes))));
}

function checkCombination(invocation: Invocation): { remove: boolean; upsert: boolean; returnNew: boolean } {
  const { command } = invocation;
  const remove = booleanField(command, "remove", "findAndModify", false);
  const upsert = booleanField(command, "upsert", "findAndModify", false);
  const returnNew = booleanField(command, "new", "findAndModify", false);
  if (remove && command.has("update"))
    throw new CommandError("FailedToParse", "Cannot specify both an update and remove=true");
  if (remove && upsert)
    throw new CommandError("FailedToParse", "Cannot specify both upsert=true and remove=true ");
  if (remove && returnNew) {
    throw new CommandError(
      "FailedToParse",
      "Cannot specify both new=true and remove=true; 'remove' always returns the deleted document",
    );
  }
  if (!remove && !command.has("update")) {
    throw new CommandError("FailedToParse", "Either an update or remove=true must be specified");
  }
  return { remove, upsert, returnNew };
}

function findAndModify(invocation: Invocation, preparation: Preparation | null): Reply {
  const { command, context, storage } = invocation;
  refuseCollation(command);
  const { remove, upsert, returnNew } = checkCombination(invocation);
  const query = readQuery(invocation);
  const collection = storage.collections.get(namespaceOf(invocation));
  const candidates = preparation instanceof Prepared ? (preparation.candidates(0) ?? null) : null;
  if (remove) return removeFound(invocation, collection, query, candidates);
  const update = parseUpdate(command.get("update"), command.get("arrayFilters"), context);
  const [found] = collection ? findTargets(invocation, collection, query, candidates) : [];
  if (found && collection) {
    // read before the update: a positional projection shows the element by which the document was found
    const after = updateOne(collection, found.record, found.bytes, update, query.filter) ?? found.bytes;
    return {
      lastErrorObject: { n: 1, updatedExisting: true },
      value: shown(invocation, query, returnNew ? after : found.bytes),
    };
  }
  if (!upsert) return { lastErrorObject: { n: 0, updatedExisting: false }, value: null };
  const filter = documentField(command, "query", "findAndModify") ?? new Map();
  const inserted = upsertDocument(update, filter, query.filter);
  ensureCollection(invocation).insert(inserted.bytes);
  return {
    lastErrorObject: { n: 1, updatedExisting: false, upserted: inserted.document.get("_id") ?? null },
    value: returnNew ? shown(invocation, query, inserted.bytes) : null,
  };
}

function removeFound(
  invocation: Invocation,
  collection: Collection | undefined,
  query: TargetQuery,
  candidates: Parameters<typeof findTargets>[3],
): Reply {
  const [found] = collection ? findTargets(invocation, collection, query, candidates) : [];
  if (!found || !collection) return { lastErrorObject: { n: 0 }, value: null };
  const value = shown(invocation, query, found.bytes);
  collection.remove(found.record, found.bytes);
  return { lastErrorObject: { n: 1 }, value };
}

const command: WriteCommand = {
  kind: "write",
  fields,
  prepare: (invocation) =>
    prepareTargets(invocation, new Prepared<TargetQuery>(), [new Map()], () => readQuery(invocation)),
  run: findAndModify,
};

/** `findAndModify`, under both of its names. */
export const findAndModifyCommands: Commands = { findAndModify: command, findandmodify: command };
