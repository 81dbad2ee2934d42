import { BsonReader, decodeDocument, decodeField, InvalidBson } from "../bson/decode.ts";
import type { EncodableFields } from "../bson/encode.ts";
import { BsonType, type Document, isDocument, isNumeric, toNumber, type Value } from "../bson/values.ts";
import { CommandError } from "../errors.ts";
import type { Filter } from "../query/filter.ts";
import { parseFilter } from "../query/parse-filter.ts";
import type { Collection } from "../storage/collection.ts";
import {
  checkNewId,
  MAX_DOCUMENT_BYTES,
  parseUpdate,
  prepareInsert,
  type Update,
  updateStored,
} from "../update/update.ts";
import { upsertDocument } from "../update/upsert.ts";
import { arrayField, booleanField, documentField, namespaceOf, refuseCollation } from "./arguments.ts";
import type { Commands, Invocation, Preparation, Reply } from "./command.ts";
import { hintOf } from "./find.ts";
import { findTargets, Prepared, prepareTargets, type TargetQuery } from "./targets.ts";

/** The error of one statement, as `writeErrors` lists it. */
function writeError(index: number, error: CommandError): EncodableFields {
  return { index, code: error.code, errmsg: error.message, ...error.details };
}

/** Runs statements one by one; after an error it goes on only where the command is unordered. */
function eachStatement(count: number, ordered: boolean, run: (index: number) => void): EncodableFields[] {
  const errors: EncodableFields[] = [];
  for (let index = 0; index < count; index++) {
    try {
      run(index);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      errors.push(writeError(index, error));
      if (ordered) break;
    }
  }
  return errors;
}

function withErrors(reply: Reply, errors: EncodableFields[]): Reply {
  return errors.length > 0 ? { ...reply, writeErrors: errors } : reply;
}

/** The collection of a write, made where it is missing. */
export function ensureCollection(invocation: Invocation): Collection {
  const namespace = namespaceOf(invocation);
  return invocation.storage.collections.get(namespace) ?? invocation.storage.createCollection(namespace);
}

const MAX_STATEMENTS = 100000;

function checkStatementCount(count: number): void {
  if (count < 1 || count > MAX_STATEMENTS) {
    throw new CommandError(
      "InvalidLength",
      `Write batch sizes must be between 1 and ${MAX_STATEMENTS}. Got ${count} operations.`,
    );
  }
}

/** The bytes of a new document: as they came where nothing needs to be added. */
function newDocument(bytes: Buffer): Buffer {
  try {
    const reader = new BsonReader(bytes);
    reader.enter();
    const type = reader.readByte();
    const first = type === 0 ? "" : reader.readName();
    if (first !== "_id" || hasEmptyTimestamp(bytes)) return prepareInsert(decodeDocument(bytes)).bytes;
    checkNewId(decodeField(bytes, "_id") ?? null);
    if (bytes.length > MAX_DOCUMENT_BYTES) {
      throw new CommandError(
        "BadValue",
        `object to insert too large. size in bytes: ${bytes.length}, max size: ${MAX_DOCUMENT_BYTES}`,
      );
    }
    return bytes;
  } catch (error) {
    if (error instanceof InvalidBson)
      throw new CommandError("InvalidBSON", `The document is not valid BSON: ${error.message}`);
    throw error;
  }
}

/** Whether a top-level field is Timestamp(0, 0), for which the server puts in the time; checks the document's form. */
function hasEmptyTimestamp(bytes: Buffer): boolean {
  const reader = new BsonReader(bytes);
  const end = reader.enter();
  let found = false;
  for (let type = reader.readByte(); type !== 0; type = reader.readByte()) {
    reader.skipName();
    const start = reader.offset;
    reader.skipValue(type);
    if (type === BsonType.timestamp && bytes.readBigUInt64LE(start) === 0n) found = true;
  }
  if (reader.offset !== end) throw new InvalidBson("a document has a wrong length");
  return found;
}

function insert(invocation: Invocation): Reply {
  const { command, documents } = invocation;
  checkStatementCount(documents.length);
  const ordered = booleanField(command, "ordered", "insert", true);
  const collection = ensureCollection(invocation);
  let inserted = 0;
  const errors = eachStatement(documents.length, ordered, (index) => {
    collection.insert(newDocument(documents[index] ?? Buffer.alloc(0)));
    inserted += 1;
  });
  return withErrors({ n: inserted }, errors);
}

const insertFields = new Set(["documents", "ordered", "bypassDocumentValidation"]);
const updateFields = new Set(["updates", "ordered", "bypassDocumentValidation", "let"]);
const deleteFields = new Set(["deletes", "ordered", "let"]);
const updateStatementFields = new Set([
  "q",
  "u",
  "c",
  "arrayFilters",
  "multi",
  "upsert",
  "collation",
  "hint",
]);
const deleteStatementFields = new Set(["q", "limit", "collation", "hint"]);

interface UpdateStatement extends TargetQuery {
  query: Document;
  update: Update;
  upsert: boolean;
}

function checkStatement(owner: string, statement: Value | undefined, known: ReadonlySet<string>): Document {
  if (!isDocument(statement)) {
    throw new CommandError("TypeMismatch", `BSON field '${owner}' is the wrong type, expected type 'object'`);
  }
  for (const field of statement.keys()) {
    if (!known.has(field))
      throw new CommandError(40415, `BSON field '${owner}.${field}' is an unknown field.`);
  }
  refuseCollation(statement);
  if (!statement.has("q"))
    throw new CommandError(40414, `BSON field '${owner}.q' is missing but a required field`);
  return statement;
}

function readUpdate(statement: Document, invocation: Invocation): UpdateStatement {
  const { context } = invocation;
  const query = documentField(statement, "q", "update.updates") ?? new Map();
  const constants = documentField(statement, "c", "update.updates");
  const variables = constants ? new Map([...context.variables, ...constants]) : context.variables;
  const update = parseUpdate(statement.get("u"), statement.get("arrayFilters"), { ...context, variables });
  const multi = booleanField(statement, "multi", "update.updates", false);
  if (multi && update.kind === "replacement") {
    throw new CommandError("FailedToParse", "multi update is not supported for replacement-style update");
  }
  return {
    query,
    filter: parseFilter(query, context),
    sorter: null,
    hint: hintOf(statement),
    limit: multi ? Number.POSITIVE_INFINITY : 1,
    update,
    upsert: booleanField(statement, "upsert", "update.updates", false),
  };
}

/** Applies an update to one document, which passed the filter; says whether it changed. */
export function updateOne(
  collection: Collection,
  record: Buffer,
  bytes: Buffer,
  update: Update,
  filter: Filter,
): Buffer | null {
  const updated = updateStored(update, bytes, filter);
  if (!updated) return null;
  collection.replace(record, bytes, updated.bytes, update.fields);
  return updated.bytes;
}

/** The statements of an update or delete, each read when it is first needed; a faulty one throws then, each time. */
class UpdatePreparation extends Prepared<UpdateStatement> {}
class DeletePreparation extends Prepared<TargetQuery> {}

function updateStatements(invocation: Invocation): Value[] {
  return statementsOf(invocation.command, "updates", "update");
}

function statementsOf(command: Document, field: string, owner: string): Value[] {
  const statements = arrayField(command, field, owner);
  if (!statements)
    throw new CommandError(40414, `BSON field '${owner}.${field}' is missing but a required field`);
  checkStatementCount(statements.length);
  return statements;
}

function update(invocation: Invocation, preparation: Preparation | null): Reply {
  const { command } = invocation;
  const statements = updateStatements(invocation);
  const prepared = preparation instanceof UpdatePreparation ? preparation : null;
  const ordered = booleanField(command, "ordered", "update", true);
  for (const statement of statements) checkStatement("update.updates", statement, updateStatementFields);
  const namespace = namespaceOf(invocation);
  const collection = () => invocation.storage.collections.get(namespace);
  let matched = 0;
  let modified = 0;
  const upserted: EncodableFields[] = [];
  const errors = eachStatement(statements.length, ordered, (index) => {
    const statement = prepared?.statement(index) ?? readUpdate(statementAt(statements, index), invocation);
    const target = collection();
    const found = target
      ? findTargets(invocation, target, statement, prepared?.candidates(index) ?? null)
      : [];
    for (const { record, bytes } of found) {
      matched += 1;
      if (target && updateOne(target, record, bytes, statement.update, statement.filter)) modified += 1;
    }
    if (found.length === 0 && statement.upsert) {
      const { bytes, document } = upsertDocument(statement.update, statement.query, statement.filter);
      ensureCollection(invocation).insert(bytes);
      matched += 1;
      upserted.push({ index, _id: document.get("_id") ?? null });
    }
  });
  const reply: Reply = { n: matched, nModified: modified };
  if (upserted.length > 0) reply.upserted = upserted;
  return withErrors(reply, errors);
}

function statementAt(statements: readonly Value[], index: number): Document {
  const statement = statements[index];
  return isDocument(statement) ? statement : new Map();
}

/** How many documents one delete is for: all, or one. */
function deleteLimit(statement: Document): number {
  const limit = statement.get("limit");
  if (limit === undefined)
    throw new CommandError(40414, "BSON field 'delete.deletes.limit' is missing but a required field");
  if (!isNumeric(limit) || ![0, 1].includes(toNumber(limit))) {
    throw new CommandError(
      "FailedToParse",
      `The limit field in delete objects must be 0 or 1. Got ${isNumeric(limit) ? toNumber(limit) : "another type"}`,
    );
  }
  return toNumber(limit) === 1 ? 1 : Number.POSITIVE_INFINITY;
}

function readDelete(statement: Document, invocation: Invocation): TargetQuery {
  return {
    filter: parseFilter(documentField(statement, "q", "delete.deletes") ?? new Map(), invocation.context),
    sorter: null,
    hint: hintOf(statement),
    limit: deleteLimit(statement),
  };
}

function remove(invocation: Invocation, preparation: Preparation | null): Reply {
  const { command } = invocation;
  const statements = statementsOf(command, "deletes", "delete");
  const ordered = booleanField(command, "ordered", "delete", true);
  for (const statement of statements)
    deleteLimit(checkStatement("delete.deletes", statement, deleteStatementFields));
  const collection = invocation.storage.collections.get(namespaceOf(invocation));
  const prepared = preparation instanceof DeletePreparation ? preparation : null;
  let removed = 0;
  const errors = eachStatement(statements.length, ordered, (index) => {
    const statement = prepared?.statement(index) ?? readDelete(statementAt(statements, index), invocation);
    if (!collection) return;
    for (const { record, bytes } of findTargets(
      invocation,
      collection,
      statement,
      prepared?.candidates(index) ?? null,
    )) {
      collection.remove(record, bytes);
      removed += 1;
    }
  });
  return withErrors({ n: removed }, errors);
}

/** The commands that write documents. */
export const writeCommands: Commands = {
  insert: { kind: "write", fields: insertFields, run: insert },
  update: {
    kind: "write",
    fields: updateFields,
    prepare: (invocation) =>
      prepareTargets(invocation, new UpdatePreparation(), listOf(invocation.command, "updates"), readUpdate),
    run: update,
  },
  delete: {
    kind: "write",
    fields: deleteFields,
    prepare: (invocation) =>
      prepareTargets(invocation, new DeletePreparation(), listOf(invocation.command, "deletes"), readDelete),
    run: remove,
  },
};

function listOf(command: Document, field: string): Value[] {
  const value = command.get(field);
  return Array.isArray(value) ? value : [];
}
