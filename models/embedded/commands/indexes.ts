import { compareValues } from "../bson/compare.ts";
import { decodeDocument } from "../bson/decode.ts";
import { encodeDocument } from "../bson/encode.ts";
import { formatDocument, formatValue } from "../bson/format.ts";
import { afterPrefix } from "../bson/keys.ts";
import { type Document, isDocument, isNumeric, toNumber, typeName, type Value } from "../bson/values.ts";
import { CommandError, unsupported } from "../errors.ts";
import { expressionContext } from "../expressions/context.ts";
import type { Work } from "../plan/read.ts";
import { parseFilter } from "../query/parse-filter.ts";
import { type Collection, RECORD_BYTES } from "../storage/collection.ts";
import type { Index } from "../storage/index.ts";
import type { Storage } from "../storage/storage.ts";
import { arrayField, countField, documentField, namespaceOf } from "./arguments.ts";
import type { Commands, Invocation, Reply } from "./command.ts";
import { listSource } from "./cursors.ts";
import { FIRST_BATCH } from "./find.ts";

const MAX_INDEXES = 64;
/** Options that say nothing, or nothing any more. */
const ignoredOptions = new Set(["background", "ns", "dropDups"]);
const knownOptions = new Set([
  "key",
  "name",
  "unique",
  "sparse",
  "partialFilterExpression",
  "v",
  "collation",
]);

/** Checks a specification as `createIndexes` takes it and gives it the form in which it is listed. */
function normalized(specification: Value): Document {
  if (!isDocument(specification)) {
    throw new CommandError(
      "TypeMismatch",
      `BSON field 'createIndexes.indexes' is the wrong type '${typeName(specification)}', expected type 'object'`,
    );
  }
  const key = specification.get("key");
  if (!isDocument(key))
    throw new CommandError(
      "FailedToParse",
      "The 'key' field is a required property of an index specification",
    );
  const name = specification.get("name");
  if (typeof name !== "string") {
    throw new CommandError(
      "FailedToParse",
      "The 'name' field is a required property of an index specification",
    );
  }
  checkKey(key);
  checkOptions(specification);
  const result: Document = new Map<string, Value>([
    ["v", 2],
    ["key", key],
    ["name", name],
  ]);
  if (flag(specification, "unique")) result.set("unique", true);
  if (flag(specification, "sparse")) result.set("sparse", true);
  const partial = documentField(specification, "partialFilterExpression", "createIndexes.indexes");
  if (partial) {
    checkPartial(specification, partial);
    result.set("partialFilterExpression", partial);
  }
  return result;
}

function flag(specification: Document, name: string): boolean {
  const value = specification.get(name);
  if (value === undefined) return false;
  if (typeof value === "boolean") return value;
  if (isNumeric(value)) return toNumber(value) !== 0;
  throw new CommandError(
    "TypeMismatch",
    `The field '${name}' has value ${formatValue(value)}, which is not convertible to bool`,
  );
}

function checkKey(key: Document): void {
  if (key.size === 0) throw new CommandError("CannotCreateIndex", "Index keys cannot be an empty object");
  if (key.size > 32) throw new CommandError(13103, "too many compound keys");
  for (const [field, direction] of key) {
    if (field === "" || field.split(".").includes(""))
      throw new CommandError("CannotCreateIndex", "Index keys cannot contain an empty field.");
    if (field.includes("$**")) throw unsupported("a wildcard index", "CannotCreateIndex");
    if (field.split(".").some((part) => part.startsWith("$") && !["$id", "$ref", "$db"].includes(part))) {
      throw new CommandError(
        "CannotCreateIndex",
        "Index key contains an illegal field name: field name starts with '$'.",
      );
    }
    if (typeof direction === "string")
      throw unsupported(`an index of type '${direction}'`, "CannotCreateIndex");
    if (!isNumeric(direction)) {
      throw new CommandError(
        "CannotCreateIndex",
        `Values in v:2 index key pattern cannot be of type ${typeName(direction)}. Only numbers > 0, numbers < 0, and strings are allowed.`,
      );
    }
    if (toNumber(direction) === 0 || Number.isNaN(toNumber(direction))) {
      throw new CommandError("CannotCreateIndex", "Values in the index key pattern cannot be 0.");
    }
  }
}

function checkOptions(specification: Document): void {
  const collation = specification.get("collation");
  if (isDocument(collation) && collation.get("locale") !== "simple")
    throw unsupported("an index with a collation", "CannotCreateIndex");
  if (specification.has("expireAfterSeconds")) {
    throw unsupported("an index that expires documents (expireAfterSeconds)", "CannotCreateIndex");
  }
  for (const name of specification.keys()) {
    if (knownOptions.has(name) || ignoredOptions.has(name)) continue;
    if (name === "hidden" && specification.get(name) === false) continue;
    if (
      [
        "hidden",
        "weights",
        "default_language",
        "language_override",
        "wildcardProjection",
        "prepareUnique",
        "storageEngine",
      ].includes(name)
    ) {
      throw unsupported(`the index option '${name}'`, "InvalidIndexSpecificationOption");
    }
    throw new CommandError(
      "InvalidIndexSpecificationOption",
      `The field '${name}' is not valid for an index specification. Specification: ${formatDocument(specification)}`,
    );
  }
}

const partialOperators = new Set(["$eq", "$gt", "$gte", "$lt", "$lte", "$exists", "$type", "$in"]);

function checkPartial(specification: Document, partial: Document): void {
  if (flag(specification, "sparse")) {
    throw new CommandError("CannotCreateIndex", 'cannot mix "partialFilterExpression" and "sparse" options');
  }
  const refuse = (what: string): never => {
    throw new CommandError("CannotCreateIndex", `Expression not supported in partial index: ${what}`);
  };
  const check = (filter: Document): void => {
    for (const [name, value] of filter) {
      if (name === "$and" || name === "$or") {
        for (const part of Array.isArray(value) ? value : []) if (isDocument(part)) check(part);
      } else if (name.startsWith("$")) {
        refuse(name);
      } else if (isDocument(value)) {
        for (const [operator, operand] of value) {
          if (!operator.startsWith("$")) continue;
          if (!partialOperators.has(operator)) refuse(operator);
          if (
            operator === "$exists" &&
            (operand === false || (isNumeric(operand) && toNumber(operand) === 0))
          )
            refuse("$not");
        }
      }
    }
  };
  check(partial);
  parseFilter(partial, expressionContext(new Date(0)));
}

/** What makes two indexes the same but for their names. */
function sameSignature(a: Document, b: Document): boolean {
  return ["key", "unique", "sparse", "partialFilterExpression"].every(
    (name) => compareValues(a.get(name), b.get(name)) === 0,
  );
}

/** The index that a specification asks for and that is there already; throws where one stands in its way. */
function existing(collection: Collection, specification: Document): Index | undefined {
  const name = String(specification.get("name"));
  const named = collection.index(name);
  const shown = (index: Index): string =>
    `Requested index: ${formatDocument(specification)}, existing index: ${formatDocument(index.specification)}`;
  if (named) {
    if (sameSignature(named.specification, specification)) return named;
    throw new CommandError(
      "IndexKeySpecsConflict",
      `An existing index has the same name as the requested index. When index names are not specified, they are auto generated and can cause conflicts. Please refer to our documentation. ${shown(named)}`,
    );
  }
  const same = collection.indexes.find((index) => sameSignature(index.specification, specification));
  if (!same) return undefined;
  if (same.name === "_id_") return same;
  throw new CommandError("IndexOptionsConflict", `Index already exists with a different name: ${same.name}`);
}

/** Makes an index and its entries; a failure leaves nothing of it. */
export function buildIndex(storage: Storage, collection: Collection, specification: Document): Index {
  if (collection.indexes.length >= MAX_INDEXES) {
    throw new CommandError(
      "CannotCreateIndex",
      `add index fails, too many indexes for ${collection.namespace} key:${formatValue(specification.get("key"))}`,
    );
  }
  const index = storage.newIndex(specification);
  try {
    const range = { start: collection.prefix, end: afterPrefix(collection.prefix) ?? Buffer.from([0xff]) };
    for (const { key, value } of storage.range(range)) {
      const record = key.subarray(key.length - RECORD_BYTES);
      for (const entry of index.keysOf(decodeDocument(value))) {
        collection.refuseDuplicate(index, entry);
        collection.putEntry(index, entry, record);
      }
    }
  } catch (error) {
    storage.clear(index.prefix);
    throw error;
  }
  collection.indexes.push(index);
  storage.catalogEntryChanged(collection);
  return index;
}

function removeIndex(storage: Storage, collection: Collection, index: Index): void {
  storage.clear(index.prefix);
  collection.indexes.splice(collection.indexes.indexOf(index), 1);
  storage.catalogEntryChanged(collection);
}

const createFields = new Set(["indexes", "commitQuorum", "ignoreUnknownIndexOptions"]);

function createIndexes(invocation: Invocation): Reply {
  const { storage, command } = invocation;
  const namespace = namespaceOf(invocation);
  const wanted = arrayField(command, "indexes", "createIndexes");
  if (!wanted)
    throw new CommandError(40414, "BSON field 'createIndexes.indexes' is missing but a required field");
  if (wanted.length === 0) throw new CommandError("BadValue", "Must specify at least one index to create");
  const specifications = wanted.map(normalized);
  const before = storage.collections.get(namespace);
  const collection = before ?? storage.createCollection(namespace);
  const numIndexesBefore = collection.indexes.length;
  const built: Index[] = [];
  try {
    for (const specification of specifications) {
      if (!existing(collection, specification)) built.push(buildIndex(storage, collection, specification));
    }
  } catch (error) {
    for (const index of built) removeIndex(storage, collection, index);
    if (!before) storage.dropCollection(collection);
    throw error;
  }
  const reply: Reply = {
    numIndexesBefore,
    numIndexesAfter: collection.indexes.length,
    createdCollectionAutomatically: !before,
  };
  return built.length > 0 ? reply : { ...reply, note: "all indexes already exist" };
}

function requireCollection(invocation: Invocation): Collection {
  const namespace = namespaceOf(invocation);
  const collection = invocation.storage.collections.get(namespace);
  if (!collection) throw new CommandError("NamespaceNotFound", `ns does not exist: ${namespace}`);
  return collection;
}

function* listIndexes(invocation: Invocation): Work<Reply> {
  const collection = requireCollection(invocation);
  const cursor = documentField(invocation.command, "cursor", "listIndexes") ?? new Map();
  const size = countField(cursor, "batchSize", "listIndexes.cursor") ?? FIRST_BATCH;
  const source = listSource(collection.indexes.map((index) => encodeDocument(index.specification)));
  const batch = yield* invocation.cursors.first(collection.namespace, source, size, false, invocation.pace);
  return { cursor: { id: batch.id, ns: collection.namespace, firstBatch: batch.documents } };
}

function indexToDrop(collection: Collection, which: Value): Index {
  const index =
    typeof which === "string"
      ? collection.index(which)
      : collection.indexes.find((each) => compareValues(each.keyPattern, which) === 0);
  if (!index) {
    throw new CommandError(
      "IndexNotFound",
      typeof which === "string"
        ? `index not found with name [${which}]`
        : `can't find index with key: ${formatValue(which)}`,
    );
  }
  if (index.name === "_id_") throw new CommandError("InvalidOptions", "cannot drop _id index");
  return index;
}

function dropIndexes(invocation: Invocation): Reply {
  const { storage, command } = invocation;
  const namespace = namespaceOf(invocation);
  const collection = storage.collections.get(namespace);
  if (!collection) throw new CommandError("NamespaceNotFound", `ns not found ${namespace}`);
  const which = command.get("index");
  if (which === undefined)
    throw new CommandError(40414, "BSON field 'dropIndexes.index' is missing but a required field");
  const nIndexesWas = collection.indexes.length;
  if (which === "*") {
    for (const index of [...collection.indexes])
      if (index.name !== "_id_") removeIndex(storage, collection, index);
    return { nIndexesWas, msg: "non-_id indexes dropped for collection" };
  }
  const indexes = (Array.isArray(which) ? which : [which]).map((each) => indexToDrop(collection, each));
  for (const index of indexes) removeIndex(storage, collection, index);
  return { nIndexesWas };
}

/** The commands that make, list and drop indexes. */
export const indexCommands: Commands = {
  createIndexes: { kind: "write", fields: createFields, run: createIndexes },
  listIndexes: {
    kind: "read",
    fields: new Set(["cursor", "includeBuildUUIDs", "includeIndexBuildInfo"]),
    run: listIndexes,
  },
  dropIndexes: { kind: "write", fields: new Set(["index"]), run: dropIndexes },
  deleteIndexes: { kind: "write", fields: new Set(["index"]), run: dropIndexes },
};
