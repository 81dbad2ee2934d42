import { compareValues } from "../bson/compare.ts";
import { formatValue } from "../bson/format.ts";
import { isDocument, isNullish, isNumeric, toNumber, typeName, type Value } from "../bson/values.ts";
import { CommandError } from "../errors.ts";
import { parseSortSpecification } from "../query/sort.ts";
import type { Expression, ExpressionContext, OperatorParser, Operators, Scope } from "./context.ts";
import { compareOperands } from "./logic.ts";
import { binary, namedDocument, parseNamed, parseOperands, unary, variadic } from "./operands.ts";
import { binding, checkVariableName, isTruthy, parseExpression } from "./parse.ts";

function wholeNumber(value: Value | undefined): number | null {
  return isNumeric(value) && Number.isInteger(toNumber(value)) ? toNumber(value) : null;
}

function elementAt(array: Value | undefined, index: Value | undefined): Value | undefined {
  if (isNullish(array) || isNullish(index)) return null;
  if (!Array.isArray(array)) {
    throw new CommandError(
      28689,
      `$arrayElemAt's first argument must be an array, but is ${typeName(array)}`,
    );
  }
  if (!isNumeric(index)) {
    throw new CommandError(
      28690,
      `$arrayElemAt's second argument must be a numeric value, but is ${typeName(index)}`,
    );
  }
  const at = wholeNumber(index);
  if (at === null) {
    throw new CommandError(
      28691,
      `$arrayElemAt's second argument must be representable as a 32-bit integer: ${formatValue(index)}`,
    );
  }
  return array[at < 0 ? array.length + at : at];
}

function endOf(name: string, pick: (array: Value[]) => Value | undefined): OperatorParser {
  return unary(name, (value) => {
    if (isNullish(value)) return null;
    if (!Array.isArray(value))
      throw new CommandError(28689, `${name}'s argument must be an array, but is ${typeName(value)}`);
    return pick(value);
  });
}

function slice(values: (Value | undefined)[]): Value {
  const [array, second, third] = values;
  if (isNullish(array) || isNullish(second) || (values.length > 2 && isNullish(third))) return null;
  if (!Array.isArray(array)) {
    throw new CommandError(
      28724,
      `First argument to $slice must be an array, but is of type: ${typeName(array)}`,
    );
  }
  const from = sliceNumber("Second", second, 28725, 28726);
  if (values.length === 2) return from < 0 ? array.slice(from) : array.slice(0, from);
  const count = sliceNumber("Third", third, 28727, 28728);
  if (count <= 0) throw new CommandError(28729, `Third argument to $slice must be positive: ${count}`);
  const start = from < 0 ? Math.max(0, array.length + from) : from;
  return array.slice(start, start + count);
}

function sliceNumber(place: string, value: Value | undefined, notNumeric: number, notWhole: number): number {
  if (!isNumeric(value)) {
    throw new CommandError(
      notNumeric,
      `${place} argument to $slice must be a numeric value, but is of type: ${typeName(value)}`,
    );
  }
  const number = wholeNumber(value);
  if (number === null) {
    throw new CommandError(
      notWhole,
      `${place} argument to $slice can't be represented as a 32-bit integer: ${formatValue(value)}`,
    );
  }
  return number;
}

function concatenate(values: (Value | undefined)[]): Value {
  const result: Value[] = [];
  for (const value of values) {
    if (isNullish(value)) return null;
    if (!Array.isArray(value))
      throw new CommandError(28664, `$concatArrays only supports arrays, not ${typeName(value)}`);
    for (const element of value) result.push(element);
  }
  return result;
}

/** Calls with each element bound to a variable. */
function withElement(scope: Scope, name: string, value: Value): Scope {
  return { root: scope.root, variables: { name, value, outer: scope.variables } };
}

function variableName(value: Value | undefined): string {
  if (value === undefined) return "this";
  if (typeof value !== "string")
    throw new CommandError("FailedToParse", "the name of a variable must be a string");
  checkVariableName(value);
  return value;
}

function parseFilterArray(operand: Value, context: ExpressionContext): Expression {
  const codes = { shape: 28646, unknown: 28647, missing: 28648 };
  const document = namedDocument("$filter", operand, ["input", "cond"], ["as", "limit"], codes);
  const name = variableName(document.get("as"));
  const input = parseExpression(document.get("input") ?? null, context);
  const condition = parseExpression(document.get("cond") ?? null, binding(context, [name]));
  const limitValue = document.get("limit");
  const limit = limitValue === undefined ? null : parseExpression(limitValue, context);
  return (scope) => {
    const array = input(scope);
    if (isNullish(array)) return null;
    if (!Array.isArray(array))
      throw new CommandError(28651, `input to $filter must be an array not ${typeName(array)}`);
    const most = limit ? filterLimit(limit(scope)) : array.length;
    const kept: Value[] = [];
    for (const element of array) {
      if (kept.length >= most) break;
      if (isTruthy(condition(withElement(scope, name, element)))) kept.push(element);
    }
    return kept;
  };
}

function filterLimit(value: Value | undefined): number {
  if (isNullish(value)) return Number.POSITIVE_INFINITY;
  const number = wholeNumber(value);
  if (number === null)
    throw new CommandError(
      327391,
      `$filter: limit must be represented as a 32-bit integral value: ${formatValue(value)}`,
    );
  if (number < 1) throw new CommandError(327392, `$filter: limit must be greater than 0: ${number}`);
  return number;
}

function parseMap(operand: Value, context: ExpressionContext): Expression {
  const codes = { shape: 16878, unknown: 16879, missing: 16882 };
  const document = namedDocument("$map", operand, ["input", "in"], ["as"], codes);
  const name = variableName(document.get("as"));
  const input = parseExpression(document.get("input") ?? null, context);
  const body = parseExpression(document.get("in") ?? null, binding(context, [name]));
  return (scope) => {
    const array = input(scope);
    if (isNullish(array)) return null;
    if (!Array.isArray(array))
      throw new CommandError(16883, `input to $map must be an array not ${typeName(array)}`);
    return array.map((element) => body(withElement(scope, name, element)) ?? null);
  };
}

function parseReduce(operand: Value, context: ExpressionContext): Expression {
  const codes = { shape: 40075, unknown: 40076, missing: 40077 };
  const document = namedDocument("$reduce", operand, ["input", "initialValue", "in"], [], codes);
  const input = parseExpression(document.get("input") ?? null, context);
  const initial = parseExpression(document.get("initialValue") ?? null, context);
  const body = parseExpression(document.get("in") ?? null, binding(context, ["this", "value"]));
  return (scope) => {
    const array = input(scope);
    if (isNullish(array)) return null;
    if (!Array.isArray(array))
      throw new CommandError(
        40080,
        `$reduce requires that 'input' be an array, found: ${formatValue(array)}`,
      );
    let value = initial(scope);
    for (const element of array) {
      const inner = { name: "value", value, outer: scope.variables };
      value = body({ root: scope.root, variables: { name: "this", value: element, outer: inner } });
    }
    return value;
  };
}

function isIn(value: Value | undefined, array: Value | undefined): Value {
  if (!Array.isArray(array)) {
    throw new CommandError(40081, `$in requires an array as a second argument, found: ${typeName(array)}`);
  }
  return array.some((element) => compareOperands(value, element) === 0);
}

function indexOfArray(values: (Value | undefined)[]): Value {
  const [array, wanted, from, to] = values;
  if (isNullish(array)) return null;
  if (!Array.isArray(array)) {
    throw new CommandError(
      40090,
      `$indexOfArray requires an array as a first argument, found: ${typeName(array)}`,
    );
  }
  const start = values.length > 2 ? arrayBound(from, "starting") : 0;
  const end = values.length > 3 ? Math.min(arrayBound(to, "ending"), array.length) : array.length;
  for (let at = start; at < end; at++) if (compareOperands(array[at], wanted) === 0) return at;
  return -1;
}

function arrayBound(value: Value | undefined, label: string): number {
  const number = wholeNumber(value);
  if (number === null) {
    throw new CommandError(
      40096,
      `$indexOfArray requires an integral ${label} index, found a value of type: ${typeName(value)}, with value: ${formatValue(value)}`,
    );
  }
  if (number < 0)
    throw new CommandError(40097, `$indexOfArray requires a nonnegative ${label} index, found: ${number}`);
  return number;
}

function range(values: (Value | undefined)[]): Value {
  const start = rangeNumber("starting", values[0], 34443, 34444);
  const end = rangeNumber("ending", values[1], 34445, 34446);
  const step = values.length > 2 ? rangeNumber("step", values[2], 34447, 34448) : 1;
  if (step === 0) throw new CommandError(34449, "$range requires a non-zero step value");
  const size = Math.max(0, Math.ceil((end - start) / step));
  if (size > 1048576)
    throw new CommandError("ExceededMemoryLimit", "$range would use too much memory and cannot spill");
  return Array.from({ length: size }, (_, at) => start + at * step);
}

function rangeNumber(label: string, value: Value | undefined, notNumeric: number, notWhole: number): number {
  const what = label === "step" ? "step value" : `${label} value`;
  if (!isNumeric(value)) {
    throw new CommandError(
      notNumeric,
      `$range requires a numeric ${what}, found value of type: ${typeName(value)}`,
    );
  }
  const number = wholeNumber(value);
  if (number === null || Math.abs(number) > 2147483648) {
    throw new CommandError(
      notWhole,
      `$range requires a ${what} that can be represented as a 32-bit integer, found value: ${formatValue(value)}`,
    );
  }
  return number;
}

function parseZip(operand: Value, context: ExpressionContext): Expression {
  const codes = { shape: 34460, unknown: 34464, missing: 34465 };
  const document = namedDocument("$zip", operand, ["inputs"], ["defaults", "useLongestLength"], codes);
  const longest = document.get("useLongestLength") ?? false;
  if (typeof longest !== "boolean") {
    throw new CommandError(34463, `useLongestLength must be a bool, found ${typeName(longest)}`);
  }
  const list = (name: string, code: number): Expression[] => {
    const value = document.get(name) ?? [];
    if (!Array.isArray(value))
      throw new CommandError(code, `${name} must be an array of expressions, found ${typeName(value)}`);
    return value.map((each) => parseExpression(each, context));
  };
  const inputs = list("inputs", 34461);
  const defaults = list("defaults", 34462);
  if (inputs.length === 0) throw new CommandError(34465, "$zip requires at least one input array");
  if (defaults.length > 0 && !longest) {
    throw new CommandError(34466, "cannot specify defaults unless useLongestLength is true");
  }
  if (defaults.length > 0 && defaults.length !== inputs.length) {
    throw new CommandError(34467, "defaults and inputs must have the same length");
  }
  return (scope) => {
    const arrays: Value[][] = [];
    for (const input of inputs) {
      const array = input(scope);
      if (isNullish(array)) return null;
      if (!Array.isArray(array))
        throw new CommandError(34468, `$zip found a non-array expression in input: ${formatValue(array)}`);
      arrays.push(array);
    }
    const sizes = arrays.map((array) => array.length);
    const size = longest ? Math.max(...sizes) : Math.min(...sizes);
    return Array.from({ length: size }, (_, at) =>
      arrays.map((array, which) => array[at] ?? defaults[which]?.(scope) ?? null),
    );
  };
}

function parseSortArray(operand: Value, context: ExpressionContext): Expression {
  const codes = { shape: 2942500, unknown: 2942501, missing: 2942502 };
  const document = namedDocument("$sortArray", operand, ["input", "sortBy"], [], codes);
  const input = parseExpression(document.get("input") ?? null, context);
  const by = document.get("sortBy");
  const direction = isNumeric(by) ? toNumber(by) : 0;
  if (!isDocument(by) && Math.abs(direction) !== 1) {
    throw new CommandError(2942507, "The $sort must be either an object or 1 or -1");
  }
  const sorter = isDocument(by) ? parseSortSpecification(by) : null;
  return (scope) => {
    const array = input(scope);
    if (isNullish(array)) return null;
    if (!Array.isArray(array)) {
      throw new CommandError(
        2942504,
        `The input argument to $sortArray must be an array, but was of type: ${typeName(array)}`,
      );
    }
    if (!sorter) return [...array].sort((a, b) => compareValues(a, b) * direction);
    const keyed = array.map((element) => ({
      element,
      key: sorter.keyOf(isDocument(element) ? element : new Map()),
    }));
    return keyed.sort((a, b) => sorter.compare(a.key, b.key)).map(({ element }) => element);
  };
}

/** `$firstN`, `$lastN`, `$minN`, `$maxN` over an array. */
function several(name: string, pick: (array: Value[], count: number) => Value[]): OperatorParser {
  return (operand, context) => {
    const named = parseNamed(name, operand, context, ["n", "input"], [], {
      shape: 5787801,
      unknown: 5787901,
      missing: 5787906,
    });
    return (scope) => {
      const array = named.get("input")?.(scope);
      const count = wholeNumber(named.get("n")?.(scope));
      if (count === null) throw new CommandError(5787902, "Value for 'n' must be of integral type");
      if (count <= 0) throw new CommandError(5787908, `'n' must be greater than 0, found ${count}`);
      if (!Array.isArray(array)) throw new CommandError(5788200, `Argument to ${name} must be an array`);
      return pick(array, count);
    };
  };
}

function smallest(array: Value[], count: number, direction: number): Value[] {
  const values = array.filter((value) => !isNullish(value));
  return values.sort((a, b) => compareValues(a, b) * direction).slice(0, count);
}

/** The array operators of aggregation expressions. */
export const arrayOperators: Operators = {
  $arrayElemAt: binary("$arrayElemAt", elementAt),
  $first: endOf("$first", (array) => array[0]),
  $last: endOf("$last", (array) => array.at(-1)),
  $firstN: several("$firstN", (array, count) => array.slice(0, count)),
  $lastN: several("$lastN", (array, count) => array.slice(-count)),
  $minN: several("$minN", (array, count) => smallest(array, count, 1)),
  $maxN: several("$maxN", (array, count) => smallest(array, count, -1)),
  $slice: variadic("$slice", 2, 3, slice),
  $size: unary("$size", (value) => {
    if (Array.isArray(value)) return value.length;
    throw new CommandError(
      17124,
      `The argument to $size must be an array, but was of type: ${typeName(value)}`,
    );
  }),
  $concatArrays: variadic("$concatArrays", 0, Number.POSITIVE_INFINITY, concatenate),
  $filter: parseFilterArray,
  $map: parseMap,
  $reduce: parseReduce,
  $in: binary("$in", isIn),
  $indexOfArray: variadic("$indexOfArray", 2, 4, indexOfArray),
  $isArray: (operand, context) => {
    const [only] = parseOperands("$isArray", operand, context, 1, 1);
    return (scope) => Array.isArray(only?.(scope));
  },
  $range: variadic("$range", 2, 3, range),
  $reverseArray: unary("$reverseArray", (value) => {
    if (isNullish(value)) return null;
    if (Array.isArray(value)) return [...value].reverse();
    throw new CommandError(
      34435,
      `The argument to $reverseArray must be an array, but was of type: ${typeName(value)}`,
    );
  }),
  $sortArray: parseSortArray,
  $zip: parseZip,
};
