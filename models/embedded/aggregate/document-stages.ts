import { formatValue } from "../bson/format.ts";
import { type Document, documentOf, isDocument, typeName, type Value } from "../bson/values.ts";
import { CommandError } from "../errors.ts";
import type { ExpressionContext } from "../expressions/context.ts";
import { parseExpression } from "../expressions/parse.ts";
import { parseProjection } from "../query/projection.ts";
import { parseAddFields } from "./add-fields.ts";

/** A stage that makes one document of one document. */
export type DocumentStage = (document: Document) => Document;

/** Reads a stage that makes one document of one document; null for any other stage. */
export function parseDocumentStage(
  name: string,
  value: Value,
  context: ExpressionContext,
): DocumentStage | null {
  switch (name) {
    case "$set":
    case "$addFields":
      return parseAddFields(name, value, context);
    case "$project":
      return parseProject(value, context);
    case "$unset":
      return parseUnset(value, context);
    case "$replaceRoot":
      return parseReplaceRoot(value, context);
    case "$replaceWith":
      return replaceWith(name, value, context);
    default:
      return null;
  }
}

function parseProject(value: Value, context: ExpressionContext): DocumentStage {
  if (!isDocument(value)) throw new CommandError(15969, "$project specification must be an object");
  if (value.size === 0) {
    throw new CommandError(
      51272,
      "Invalid $project :: caused by :: projection specification must have at least one field",
    );
  }
  try {
    return parseProjection(value, context, null);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new CommandError(error.code, `Invalid $project :: caused by :: ${error.message}`);
  }
}

function parseUnset(value: Value, context: ExpressionContext): DocumentStage {
  const names = Array.isArray(value) ? value : [value];
  if (typeof value !== "string" && !Array.isArray(value)) {
    throw new CommandError(31002, "$unset specification must be a string or an array");
  }
  if (names.length === 0) {
    throw new CommandError(
      31119,
      "$unset specification must be a string or an array with at least one field",
    );
  }
  const fields: Document = new Map();
  for (const name of names) {
    if (typeof name !== "string")
      throw new CommandError(
        31120,
        "$unset specification must be a string or an array containing only string values",
      );
    fields.set(name, 0);
  }
  return parseProjection(fields, context, null);
}

function parseReplaceRoot(value: Value, context: ExpressionContext): DocumentStage {
  if (!isDocument(value)) {
    throw new CommandError(
      40229,
      `expected an object as specification for $replaceRoot stage, got ${typeName(value)}`,
    );
  }
  const root = value.get("newRoot");
  if (root === undefined)
    throw new CommandError(40414, "BSON field '$replaceRoot.newRoot' is missing but a required field");
  return replaceWith("$replaceRoot", root, context);
}

function replaceWith(name: string, value: Value, context: ExpressionContext): DocumentStage {
  const expression = parseExpression(value, context);
  return (document) => {
    const result = expression({ root: document, variables: null });
    if (isDocument(result)) return result;
    const label = name === "$replaceRoot" ? "'newRoot' expression " : "'replacement document' ";
    throw new CommandError(
      40228,
      `${label} must evaluate to an object, but resulting value was: ${formatValue(result)}. Type of resulting value: '${typeName(result)}'. Input document: ${formatValue(documentOf({ _id: document.get("_id") ?? null }))}`,
    );
  };
}
