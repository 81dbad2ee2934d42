import { compareNumbers } from "../bson/compare.ts";
import { BsonUndefined, type Document, isDocument, isNumeric, type Value } from "../bson/values.ts";
import { CommandError, unsupported } from "../errors.ts";
import { arithmeticOperators } from "./arithmetic.ts";
import { arrayOperators } from "./arrays.ts";
import type { Binding, Expression, ExpressionContext, Operators } from "./context.ts";
import { conversionOperators } from "./conversions.ts";
import { dateOperators } from "./dates.ts";
import { logicOperators } from "./logic.ts";
import { objectOperators } from "./objects.ts";
import { setOperators } from "./sets.ts";
import { stringOperators } from "./strings.ts";
import { totalOperators } from "./totals.ts";

let table: Operators | undefined;

/** All operators; put together at first use, because they and this file need each other. */
function operators(): Operators {
  table ??= {
    ...arithmeticOperators,
    ...arrayOperators,
    ...conversionOperators,
    ...dateOperators,
    ...logicOperators,
    ...objectOperators,
    ...setOperators,
    ...stringOperators,
    ...totalOperators,
  };
  return table;
}

const refused = new Set([
  "$function",
  "$accumulator",
  "$meta",
  "$sampleRate",
  "$toHashedIndexKey",
  "$sin",
  "$cos",
  "$tan",
  "$asin",
  "$acos",
  "$atan",
  "$atan2",
  "$sinh",
  "$cosh",
  "$tanh",
  "$asinh",
  "$acosh",
  "$atanh",
  "$degreesToRadians",
  "$radiansToDegrees",
  "$binarySize",
  "$median",
  "$percentile",
]);

/** Whether a value counts as true: all but false, 0, null, undefined and missing. */
export function isTruthy(value: Value | undefined): boolean {
  if (typeof value === "boolean") return value;
  if (value === undefined || value === null || value instanceof BsonUndefined) return false;
  return !isNumeric(value) || compareNumbers(value, 0) !== 0;
}

/** Reads an aggregation expression; throws MongoDB's error for a malformed or unsupported one. */
export function parseExpression(value: Value, context: ExpressionContext): Expression {
  if (typeof value === "string" && value.startsWith("$")) return parsePath(value, context);
  if (Array.isArray(value)) return parseArray(value, context);
  if (isDocument(value)) return parseObject(value, context);
  return () => value;
}

function parseArray(values: Value[], context: ExpressionContext): Expression {
  const elements = values.map((value) => parseExpression(value, context));
  return (scope) => elements.map((element) => element(scope) ?? null);
}

function parseObject(document: Document, context: ExpressionContext): Expression {
  const [first] = document.entries();
  if (first?.[0].startsWith("$")) {
    const [name, operand] = first;
    if (document.size > 1) {
      throw new CommandError(
        15983,
        `An object representing an expression must have exactly one field: ${[...document.keys()].join(", ")}`,
      );
    }
    return parseOperator(name, operand, context);
  }
  const fields: [string, Expression][] = [];
  for (const [name, value] of document) {
    checkFieldName(name);
    fields.push([name, parseExpression(value, context)]);
  }
  return (scope) => {
    const result: Document = new Map();
    for (const [name, expression] of fields) {
      const value = expression(scope);
      if (value !== undefined) result.set(name, value);
    }
    return result;
  };
}

function checkFieldName(name: string): void {
  if (name.startsWith("$")) {
    throw new CommandError(
      16410,
      "FieldPath field names may not start with '$'. Consider using $getField or $setField.",
    );
  }
  if (name.includes(".")) {
    throw new CommandError(
      16405,
      "FieldPath field names may not contain '.'. Consider using $getField or $setField.",
    );
  }
}

/** Reads one operator with its operand. */
export function parseOperator(name: string, operand: Value, context: ExpressionContext): Expression {
  const parser = Object.hasOwn(operators(), name) ? operators()[name] : undefined;
  if (parser) return parser(operand, context);
  if (refused.has(name)) throw unsupported(`The expression '${name}'`, "BadValue");
  throw new CommandError(168, `Unrecognized expression '${name}'`);
}

function parsePath(text: string, context: ExpressionContext): Expression {
  if (text.startsWith("$$")) return parseVariable(text.slice(2), context);
  if (text === "$") throw new CommandError(16872, "'$' by itself is not a valid FieldPath");
  const path = checkedPath(text.slice(1));
  context.reads.add(path[0] ?? "");
  if (path.length === 1) {
    const name = path[0] ?? "";
    return (scope) => scope.root.get(name);
  }
  return (scope) => valueAtPath(scope.root, path, 0);
}

/** Splits a field path and refuses parts that no stored field can have. */
export function checkedPath(text: string): string[] {
  if (text.endsWith(".")) throw new CommandError(40353, "FieldPath must not end with a '.'.");
  const parts = text.split(".");
  for (const part of parts) {
    if (part === "") throw new CommandError(15998, "FieldPath field names may not be empty strings.");
    if (part.startsWith("$")) {
      throw new CommandError(
        16410,
        `FieldPath field names may not start with '$'. Consider using $getField or $setField.`,
      );
    }
  }
  return parts;
}

/** The value at a path as expressions see it: arrays give an array of what their documents hold there. */
export function valueAtPath(document: Document, path: readonly string[], from: number): Value | undefined {
  const value = document.get(path[from] ?? "");
  if (from === path.length - 1) return value;
  if (value instanceof Map) return valueAtPath(value, path, from + 1);
  return Array.isArray(value) ? valuesInArray(value, path, from + 1) : undefined;
}

function valuesInArray(array: Value[], path: readonly string[], from: number): Value[] {
  const values: Value[] = [];
  for (const element of array) {
    if (element instanceof Map) {
      const value = valueAtPath(element, path, from);
      if (value !== undefined) values.push(value);
    } else if (Array.isArray(element)) {
      values.push(valuesInArray(element, path, from));
    }
  }
  return values;
}

function lookUp(binding: Binding | null, name: string): Value | undefined {
  for (let at = binding; at; at = at.outer) if (at.name === name) return at.value;
  return undefined;
}

function parseVariable(text: string, context: ExpressionContext): Expression {
  const [name = "", ...rest] = text.split(".");
  if (name === "") throw new CommandError(16869, "empty variable names are not allowed");
  const path = rest.length > 0 ? checkedPath(rest.join(".")) : [];
  const base = variable(name, path, context);
  if (path.length === 0) return base;
  return (scope) => {
    const value = base(scope);
    if (value instanceof Map) return valueAtPath(value, path, 0);
    return Array.isArray(value) ? valuesInArray(value, path, 0) : undefined;
  };
}

function variable(name: string, path: readonly string[], context: ExpressionContext): Expression {
  if (name === "ROOT" || (name === "CURRENT" && !context.bound.has("CURRENT"))) {
    context.reads.add(path[0] ?? "");
    return (scope) => scope.root;
  }
  if (name === "REMOVE") return () => undefined;
  if (name === "NOW") return () => context.now;
  if (context.bound.has(name)) return (scope) => lookUp(scope.variables, name);
  const value = context.variables.get(name);
  if (value !== undefined) return () => value;
  if (["CLUSTER_TIME", "USER_ROLES", "SEARCH_META"].includes(name))
    throw unsupported(`$$${name}`, "BadValue");
  throw new CommandError(17276, `Use of undefined variable: ${name}`);
}

/** Refuses a name that a user's variable cannot have. */
export function checkVariableName(name: string): void {
  if (name === "") throw new CommandError(16866, "empty variable names are not allowed");
  if (name === "CURRENT") return;
  if (!/^[a-z\u0080-\uffff]/.test(name)) {
    throw new CommandError(16867, `'${name}' starts with an invalid character for a user variable name`);
  }
  const wrong = /[^A-Za-z0-9_\u0080-\uffff]/.exec(name);
  if (wrong) {
    throw new CommandError(
      16868,
      `'${name}' contains an invalid character for a variable name: '${wrong[0]}'`,
    );
  }
}

/** The same context with further names bound. */
export function binding(context: ExpressionContext, names: readonly string[]): ExpressionContext {
  return { ...context, bound: new Set([...context.bound, ...names]) };
}
