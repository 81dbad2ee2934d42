import { type Document, isDocument, type Value } from "../bson/values.ts";
import { CommandError } from "../errors.ts";
import type { Expression, ExpressionContext, Scope } from "../expressions/context.ts";
import { checkedPath, parseExpression } from "../expressions/parse.ts";

interface Fields {
  parts: Map<string, Expression | Fields>;
}

/** `$set` and `$addFields`: fields computed from the document and put into it. */
export function parseAddFields(
  stage: string,
  specification: Value,
  context: ExpressionContext,
): (document: Document) => Document {
  if (!isDocument(specification)) {
    throw new CommandError(
      40272,
      `${stage} specification stage must be an object, got ${typeof specification}`,
    );
  }
  if (specification.size === 0) {
    throw new CommandError(
      40177,
      `Invalid ${stage} :: caused by :: specification must have at least one field`,
    );
  }
  const fields: Fields = { parts: new Map() };
  for (const [path, value] of specification) place(fields, checkedPath(path), path, value, context);
  return (document) => apply(fields, document, { root: document, variables: null });
}

function place(
  fields: Fields,
  parts: readonly string[],
  path: string,
  value: Value,
  context: ExpressionContext,
): void {
  const [name = "", ...rest] = parts;
  const existing = fields.parts.get(name);
  if (rest.length === 0 && !isNested(value)) {
    if (existing) throw collision(path);
    fields.parts.set(name, parseExpression(value, context));
    return;
  }
  if (typeof existing === "function") throw collision(path);
  const inner: Fields = existing ?? { parts: new Map() };
  fields.parts.set(name, inner);
  if (rest.length > 0) place(inner, rest, path, value, context);
  else if (isDocument(value)) {
    if (existing) throw collision(path);
    for (const [field, nested] of value)
      place(inner, checkedPath(field), `${path}.${field}`, nested, context);
  }
}

function collision(path: string): CommandError {
  return new CommandError(
    40176,
    `Invalid $addFields :: caused by :: specification contains two conflicting paths. Cannot specify '${path}' twice`,
  );
}

/** Whether a value is a document of further fields: neither an operator nor empty. */
function isNested(value: Value): value is Document {
  if (!isDocument(value)) return false;
  const [first] = value.keys();
  return first !== undefined && !first.startsWith("$");
}

function apply(fields: Fields, document: Document, scope: Scope): Document {
  const result = new Map(document);
  for (const [name, part] of fields.parts) {
    if (typeof part === "function") {
      const value = part(scope);
      if (value === undefined) result.delete(name);
      else result.set(name, value);
    } else {
      result.set(name, applyToValue(part, result.get(name), scope));
    }
  }
  return result;
}

function applyToValue(fields: Fields, value: Value | undefined, scope: Scope): Value {
  if (Array.isArray(value)) return value.map((element) => applyToValue(fields, element, scope));
  return apply(fields, value instanceof Map ? value : new Map(), scope);
}
