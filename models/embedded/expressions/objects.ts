import { encodeDocument } from "../bson/encode.ts";
import { formatValue } from "../bson/format.ts";
import { type Document, documentOf, isDocument, isNullish, typeName, type Value } from "../bson/values.ts";
import { CommandError } from "../errors.ts";
import type { Expression, ExpressionContext, Operators } from "./context.ts";
import { namedDocument, unary, variadic } from "./operands.ts";
import { parseExpression } from "./parse.ts";

function merge(values: (Value | undefined)[]): Value {
  const result: Document = new Map();
  for (const value of values) {
    if (isNullish(value)) continue;
    if (!isDocument(value)) {
      throw new CommandError(
        40400,
        `$mergeObjects requires object inputs, but input ${formatValue(value)} is of type ${typeName(value)}`,
      );
    }
    for (const [name, field] of value) result.set(name, field);
  }
  return result;
}

function objectToArray(value: Value | undefined): Value {
  if (isNullish(value)) return null;
  if (!isDocument(value)) {
    throw new CommandError(40390, `$objectToArray requires a document input, found: ${typeName(value)}`);
  }
  return [...value].map(([k, v]) => documentOf({ k, v }));
}

function arrayToObject(value: Value | undefined): Value {
  if (isNullish(value)) return null;
  if (!Array.isArray(value)) {
    throw new CommandError(40386, `$arrayToObject requires an array input, found: ${typeName(value)}`);
  }
  const result: Document = new Map();
  const asPairs = Array.isArray(value[0]);
  for (const entry of value) {
    const [name, field] = asPairs ? pairOf(entry) : keyAndValueOf(entry);
    if (name.includes("\0"))
      throw new CommandError(4940401, "Key field cannot contain an embedded null byte");
    result.set(name, field);
  }
  return result;
}

function pairOf(entry: Value): [string, Value] {
  if (!Array.isArray(entry)) {
    throw new CommandError(
      40396,
      `$arrayToObject requires a consistent input format. Elements must all be arrays or all be objects. Array was detected, now found: ${typeName(entry)}`,
    );
  }
  const [name, field] = entry;
  if (entry.length !== 2 || field === undefined) {
    throw new CommandError(
      40397,
      `$arrayToObject requires an array of size 2 arrays,found array of size: ${entry.length}`,
    );
  }
  if (typeof name !== "string") {
    throw new CommandError(
      40395,
      `$arrayToObject requires an array of key-value pairs, where the key must be of type string. Found key type: ${typeName(name)}`,
    );
  }
  return [name, field];
}

function keyAndValueOf(entry: Value): [string, Value] {
  if (!isDocument(entry)) {
    throw new CommandError(
      40391,
      `$arrayToObject requires a consistent input format. Elements must all be arrays or all be objects. Object was detected, now found: ${typeName(entry)}`,
    );
  }
  const name = entry.get("k");
  const field = entry.get("v");
  if (entry.size !== 2) {
    throw new CommandError(
      40392,
      `$arrayToObject requires an object keys of 'k' and 'v'. Found incorrect number of keys:${entry.size}`,
    );
  }
  if (name === undefined || field === undefined) {
    throw new CommandError(
      40393,
      "$arrayToObject requires an object with keys 'k' and 'v'. Missing either or both keys from: " +
        formatValue(entry),
    );
  }
  if (typeof name !== "string") {
    throw new CommandError(
      40394,
      `$arrayToObject requires an object with keys 'k' and 'v', where the value of 'k' must be of type string. Found type: ${typeName(name)}`,
    );
  }
  return [name, field];
}

/** The constant field name of `$getField` and its siblings. */
function fieldName(name: string, value: Value | undefined): string {
  const literal = isDocument(value) && value.has("$literal") ? value.get("$literal") : value;
  if (typeof literal === "string" && (literal !== value || !literal.startsWith("$"))) return literal;
  if (typeof value === "string") {
    throw new CommandError(
      name === "$getField" ? 5654600 : 4161108,
      `'${value}' starts with '$'; ${name} requires 'field' to be a constant; use $literal`,
    );
  }
  throw new CommandError(
    5654602,
    `${name} requires 'field' to evaluate to type String, but got ${typeName(literal)}`,
  );
}

function parseGetField(operand: Value, context: ExpressionContext): Expression {
  const named = isDocument(operand) && operand.has("field");
  if (isDocument(operand) && !named && !operand.has("$literal")) {
    throw new CommandError(3041702, "$getField requires 'field' to be specified");
  }
  const document = named
    ? namedDocument("$getField", operand, ["field"], ["input"], {
        shape: 3041701,
        unknown: 3041701,
        missing: 3041702,
      })
    : documentOf({ field: operand });
  const field = fieldName("$getField", document.get("field"));
  const input = parseExpression(document.get("input") ?? "$$CURRENT", context);
  return (scope) => {
    const value = input(scope);
    if (isDocument(value)) return value.get(field);
    return value === undefined ? undefined : isNullish(value) ? null : undefined;
  };
}

function parseSetField(
  name: string,
  operand: Value,
  context: ExpressionContext,
  removes: boolean,
): Expression {
  const required = removes ? ["field", "input"] : ["field", "input", "value"];
  const document = namedDocument(name, operand, required, [], {
    shape: 4161100,
    unknown: 4161101,
    missing: 4161102,
  });
  const field = fieldName(name, document.get("field"));
  const input = parseExpression(document.get("input") ?? null, context);
  const value = removes ? () => undefined : parseExpression(document.get("value") ?? null, context);
  return (scope) => {
    const target = input(scope);
    if (isNullish(target)) return null;
    if (!isDocument(target)) {
      throw new CommandError(4161105, `${name} requires 'input' to evaluate to type Object`);
    }
    const result = new Map(target);
    const changed = value(scope);
    if (changed === undefined) result.delete(field);
    else result.set(field, changed);
    return result;
  };
}

/** The object operators of aggregation expressions. */
export const objectOperators: Operators = {
  $mergeObjects: variadic("$mergeObjects", 0, Number.POSITIVE_INFINITY, merge),
  $objectToArray: unary("$objectToArray", objectToArray),
  $arrayToObject: unary("$arrayToObject", arrayToObject),
  $getField: parseGetField,
  $setField: (operand, context) => parseSetField("$setField", operand, context, false),
  $unsetField: (operand, context) => parseSetField("$unsetField", operand, context, true),
  $bsonSize: unary("$bsonSize", (value) => {
    if (isNullish(value)) return null;
    if (isDocument(value)) return encodeDocument(value).length;
    throw new CommandError(31393, `$bsonSize requires a document input, found: ${typeName(value)}`);
  }),
};
