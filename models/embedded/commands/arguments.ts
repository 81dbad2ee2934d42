import { type Document, isDocument, isNumeric, toNumber, typeName, type Value } from "../bson/values.ts";
import { CommandError, unsupported } from "../errors.ts";
import { isTruthy } from "../expressions/parse.ts";
import type { Invocation } from "./command.ts";

/** The fields that every command may have. */
const generic: ReadonlySet<string> = new Set([
  "$db",
  "$readPreference",
  "$clusterTime",
  "$audit",
  "$client",
  "lsid",
  "txnNumber",
  "autocommit",
  "startTransaction",
  "readConcern",
  "writeConcern",
  "maxTimeMS",
  "maxTimeMSOpOnly",
  "comment",
  "apiVersion",
  "apiStrict",
  "apiDeprecationErrors",
]);

/** Refuses a field that the command does not know. */
export function refuseUnknownFields(name: string, command: Document, known: ReadonlySet<string>): void {
  let first = true;
  for (const field of command.keys()) {
    if (!first && !generic.has(field) && !known.has(field)) {
      throw new CommandError(40415, `BSON field '${name}.${field}' is an unknown field.`);
    }
    first = false;
  }
}

function wrongType(field: string, value: Value, expected: string): CommandError {
  return new CommandError(
    "TypeMismatch",
    `BSON field '${field}' is the wrong type '${typeName(value)}', expected ${expected}`,
  );
}

/** A field that holds a document; undefined when it is not there. */
export function documentField(source: Document, field: string, owner: string): Document | undefined {
  const value = source.get(field);
  if (value === undefined || isDocument(value)) return value;
  throw wrongType(`${owner}.${field}`, value, "type 'object'");
}

/** A field that holds an array; undefined when it is not there. */
export function arrayField(source: Document, field: string, owner: string): Value[] | undefined {
  const value = source.get(field);
  if (value === undefined || Array.isArray(value)) return value;
  throw wrongType(`${owner}.${field}`, value, "type 'array'");
}

/** A field that holds true or false (or a number that says so). */
export function booleanField(source: Document, field: string, owner: string, fallback: boolean): boolean {
  const value = source.get(field);
  if (value === undefined) return fallback;
  if (typeof value === "boolean" || isNumeric(value)) return isTruthy(value);
  throw wrongType(`${owner}.${field}`, value, "types '[bool, long, int, decimal, double']");
}

/** A field that holds a whole number of at least 0; undefined when it is not there (or null). */
export function countField(source: Document, field: string, owner: string): number | undefined {
  const value = source.get(field);
  if (value === undefined || value === null) return undefined;
  if (!isNumeric(value)) throw wrongType(`${owner}.${field}`, value, "types '[long, int, decimal, double']");
  const number = Math.trunc(toNumber(value));
  if (number < 0) {
    throw new CommandError(51024, `BSON field '${field}' value must be >= 0, actual value '${number}'`);
  }
  return number;
}

/** A field that holds text; undefined when it is not there. */
export function stringField(source: Document, field: string, owner: string): string | undefined {
  const value = source.get(field);
  if (value === undefined || typeof value === "string") return value;
  throw wrongType(`${owner}.${field}`, value, "type 'string'");
}

/** The collection that a command names with its first field, as `database.collection`. */
export function namespaceOf(invocation: Invocation): string {
  const [[field, value] = ["", null]] = invocation.command;
  if (typeof value !== "string") {
    throw new CommandError("BadValue", `collection name has invalid type ${typeName(value)}`);
  }
  return checkedNamespace(invocation.database, value, field);
}

/** A namespace, refused where MongoDB refuses its name. */
function checkedNamespace(database: string, collection: string, command = ""): string {
  if (collection === "" || collection.includes("\0") || collection.startsWith(".")) {
    throw new CommandError("InvalidNamespace", `Invalid namespace specified '${database}.${collection}'`);
  }
  const creates = ["insert", "update", "create", "createIndexes", "findAndModify"].includes(command);
  if (creates && collection.includes("$")) {
    throw new CommandError("InvalidNamespace", `Invalid collection name: ${collection}`);
  }
  if (Buffer.byteLength(`${database}.${collection}`) > 255) {
    throw new CommandError(
      "InvalidNamespace",
      `Fully qualified namespace is too long. Namespace: ${database}.${collection} Max: 255`,
    );
  }
  return `${database}.${collection}`;
}

/** Refuses a database name that MongoDB refuses. */
export function checkDatabaseName(name: string): void {
  if (name === "" || name.length > 63 || /[\0/\\. "$]/.test(name)) {
    throw new CommandError("InvalidNamespace", `Invalid database name: '${name}'`);
  }
}

/** Refuses every collation but the simple one. */
export function refuseCollation(source: Document): void {
  const collation = source.get("collation");
  if (collation === undefined) return;
  const simple = isDocument(collation) && (collation.size === 0 || collation.get("locale") === "simple");
  if (!simple) throw unsupported("collation", "BadValue");
}

/** Refuses the fields of a command that are outside the feature set, unless they ask for nothing. */
export function refuseFields(name: string, source: Document, fields: readonly string[]): void {
  for (const field of fields) {
    const value = source.get(field);
    if (value === undefined || value === false) continue;
    throw unsupported(`the field '${field}' of ${name}`, "InvalidOptions");
  }
}
