import { compareValues } from "../bson/compare.ts";
import { encodeKey } from "../bson/keys.ts";
import { isNullish, typeName, type Value } from "../bson/values.ts";
import { CommandError } from "../errors.ts";
import type { Operators } from "./context.ts";
import { binary, unary, variadic } from "./operands.ts";
import { isTruthy } from "./parse.ts";

/** The values of an array by what makes them equal. */
function membersOf(values: readonly Value[]): Map<string, Value> {
  const members = new Map<string, Value>();
  for (const value of values) {
    const key = encodeKey(value).toString("latin1");
    if (!members.has(key)) members.set(key, value);
  }
  return members;
}

function sorted(members: Iterable<Value>): Value[] {
  return [...members].sort(compareValues);
}

function allArrays(name: string, code: number, values: (Value | undefined)[]): Value[][] | null {
  const arrays: Value[][] = [];
  for (const value of values) {
    if (isNullish(value)) return null;
    if (!Array.isArray(value)) {
      throw new CommandError(
        code,
        `All operands of ${name} must be arrays. One argument is of type: ${typeName(value)}`,
      );
    }
    arrays.push(value);
  }
  return arrays;
}

function bothArrays(
  name: string,
  codes: readonly [number, number],
  left: Value | undefined,
  right: Value | undefined,
): void {
  if (!Array.isArray(left)) {
    throw new CommandError(
      codes[0],
      `both operands of ${name} must be arrays. First argument is of type: ${typeName(left)}`,
    );
  }
  if (!Array.isArray(right)) {
    throw new CommandError(
      codes[1],
      `both operands of ${name} must be arrays. Second argument is of type: ${typeName(right)}`,
    );
  }
}

function intersection(values: (Value | undefined)[]): Value {
  const arrays = allArrays("$setIntersection", 17047, values);
  if (!arrays) return null;
  const [first = [], ...rest] = arrays.map(membersOf);
  const common = [...first].filter(([key]) => rest.every((members) => members.has(key)));
  return sorted(common.map(([, value]) => value));
}

function difference(left: Value | undefined, right: Value | undefined): Value {
  if (isNullish(left) || isNullish(right)) return null;
  bothArrays("$setDifference", [17048, 17049], left, right);
  const removed = membersOf(Array.isArray(right) ? right : []);
  const kept = [...membersOf(Array.isArray(left) ? left : [])].filter(([key]) => !removed.has(key));
  return kept.map(([, value]) => value);
}

function isSubset(left: Value | undefined, right: Value | undefined): Value {
  bothArrays("$setIsSubset", [17046, 17042], left, right);
  const all = membersOf(Array.isArray(right) ? right : []);
  return [...membersOf(Array.isArray(left) ? left : []).keys()].every((key) => all.has(key));
}

function equal(values: (Value | undefined)[]): Value {
  const arrays = values.map((value) => {
    if (Array.isArray(value)) return membersOf(value);
    throw new CommandError(
      17044,
      `All operands of $setEquals must be arrays. One argument is of type: ${typeName(value)}`,
    );
  });
  const [first, ...rest] = arrays;
  return rest.every(
    (members) => members.size === first?.size && [...members.keys()].every((key) => first.has(key)),
  );
}

function elements(name: string, code: number, value: Value | undefined): Value[] {
  if (Array.isArray(value)) return value;
  throw new CommandError(code, `${name}'s argument must be an array, but is ${typeName(value)}`);
}

/** The set operators of aggregation expressions. */
export const setOperators: Operators = {
  $setUnion: variadic("$setUnion", 0, Number.POSITIVE_INFINITY, (values) => {
    const arrays = allArrays("$setUnion", 17043, values);
    return arrays && sorted(membersOf(arrays.flat()).values());
  }),
  $setIntersection: variadic("$setIntersection", 0, Number.POSITIVE_INFINITY, intersection),
  $setDifference: binary("$setDifference", difference),
  $setEquals: variadic("$setEquals", 2, Number.POSITIVE_INFINITY, equal),
  $setIsSubset: binary("$setIsSubset", isSubset),
  $anyElementTrue: unary("$anyElementTrue", (value) =>
    elements("$anyElementTrue", 17041, value).some(isTruthy),
  ),
  $allElementsTrue: unary("$allElementsTrue", (value) =>
    elements("$allElementsTrue", 17040, value).every(isTruthy),
  ),
};
