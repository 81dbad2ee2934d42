import { compareValues, equalValues } from "../bson/compare.ts";
import { formatValue } from "../bson/format.ts";
import {
  BSONRegExp,
  type Document,
  documentOf,
  isDocument,
  isNumeric,
  toNumber,
  typeName,
  type Value,
} from "../bson/values.ts";
import { CommandError } from "../errors.ts";
import type { ExpressionContext } from "../expressions/context.ts";
import { isOperatorDocument, parseFilter } from "../query/parse-filter.ts";
import { parseSortSpecification } from "../query/sort.ts";
import type { ParsedOperator } from "./operators.ts";
import type { Target } from "./targets.ts";

function eachOf(name: string, argument: Value): Value[] | null {
  if (!isDocument(argument) || !argument.has("$each")) return null;
  const values = argument.get("$each");
  if (!Array.isArray(values)) {
    throw new CommandError(
      "BadValue",
      `The argument to $each in ${name} must be an array but it was of type: ${typeName(values)}`,
    );
  }
  return values;
}

function wholeOption(name: string, value: Value | undefined): number | null {
  if (value === undefined) return null;
  if (!isNumeric(value) || !Number.isInteger(toNumber(value))) {
    throw new CommandError(
      "BadValue",
      `The value for ${name} must be an integer value but was given type: ${typeName(value)}`,
    );
  }
  return toNumber(value);
}

function parseSort(value: Value | undefined): ((array: Value[]) => Value[]) | null {
  if (value === undefined) return null;
  if (isNumeric(value)) {
    const direction = toNumber(value);
    if (direction !== 1 && direction !== -1)
      throw new CommandError("BadValue", "The $sort element value must be either 1 or -1");
    return (array) => [...array].sort((a, b) => compareValues(a, b) * direction);
  }
  if (!isDocument(value)) {
    throw new CommandError(
      "BadValue",
      "The $sort is invalid: use 1/-1 to sort the whole element, or {field:1/-1} to sort embedded fields",
    );
  }
  if (value.size === 0)
    throw new CommandError("BadValue", "The $sort pattern is empty when it should be a set of fields.");
  const sorter = parseSortSpecification(value);
  return (array) => {
    const keyed = array.map((element) => ({
      element,
      key: sorter.keyOf(isDocument(element) ? element : new Map()),
    }));
    return keyed.sort((a, b) => sorter.compare(a.key, b.key)).map(({ element }) => element);
  };
}

/** `$push`, with `$each`, `$position`, `$sort` and `$slice`. */
export function parsePush(_path: string, argument: Value): ParsedOperator {
  const each = eachOf("$push", argument);
  const clauses: Document = each && isDocument(argument) ? argument : new Map();
  for (const name of clauses.keys()) {
    if (!["$each", "$position", "$sort", "$slice"].includes(name)) {
      throw new CommandError("BadValue", `Unrecognized clause in $push: ${name}`);
    }
  }
  const values = each ?? [argument];
  const position = wholeOption("$position", clauses.get("$position"));
  const slice = wholeOption("$slice", clauses.get("$slice"));
  const sort = parseSort(clauses.get("$sort"));
  return {
    creates: true,
    apply(value, target, document) {
      const array = value === undefined ? [] : [...arrayIn(value, target, document)];
      const at =
        position === null ? array.length : position < 0 ? Math.max(0, array.length + position) : position;
      array.splice(Math.min(at, array.length), 0, ...values);
      const sorted = sort ? sort(array) : array;
      if (slice === null) return sorted;
      return slice < 0 ? sorted.slice(slice) : sorted.slice(0, slice);
    },
  };
}

function arrayIn(value: Value, target: Target, document: Document): Value[] {
  if (Array.isArray(value)) return value;
  const id = documentOf({ _id: document.get("_id") ?? null });
  throw new CommandError(
    "BadValue",
    `The field '${target.path}' must be an array but is of type ${typeName(value)} in document {_id: ${formatValue(id.get("_id"))}}`,
  );
}

/** `$addToSet`, with `$each`. */
export function parseAddToSet(_path: string, argument: Value): ParsedOperator {
  const each = eachOf("$addToSet", argument);
  if (each && isDocument(argument) && argument.size > 1) {
    const other = [...argument.keys()].find((name) => name !== "$each");
    throw new CommandError("BadValue", `Found unexpected fields after $each in $addToSet: ${other}`);
  }
  const values = each ?? [argument];
  return {
    creates: true,
    apply(value, target) {
      if (value !== undefined && !Array.isArray(value)) {
        throw new CommandError(
          "BadValue",
          `Cannot apply $addToSet to non-array field. Field named '${target.key}' has non-array type ${typeName(value)}`,
        );
      }
      const array = value ?? [];
      const added: Value[] = [];
      for (const each of values) {
        const known =
          array.some((element) => equalValues(element, each)) ||
          added.some((element) => equalValues(element, each));
        if (!known) added.push(each);
      }
      return added.length === 0 && value !== undefined ? array : [...array, ...added];
    },
  };
}

function removing(name: string, gone: (element: Value) => boolean): ParsedOperator {
  return {
    creates: false,
    apply(value) {
      if (value === undefined) return undefined;
      if (!Array.isArray(value))
        throw new CommandError("BadValue", `Cannot apply ${name} to a non-array value`);
      const kept = value.filter((element) => !gone(element));
      return kept.length === value.length ? value : kept;
    },
  };
}

/** `$pull`: by value, by operators, or by a filter over embedded documents. */
export function parsePull(_path: string, argument: Value, context: ExpressionContext): ParsedOperator {
  if (isOperatorDocument(argument) || argument instanceof BSONRegExp) {
    const filter = parseFilter(documentOf({ "": argument }), context);
    const holder: Document = new Map();
    return removing("$pull", (element) => {
      // an array among the elements is asked as it is, not for what is in it
      holder.set("", element);
      return filter.matches(holder);
    });
  }
  if (isDocument(argument)) {
    const filter = parseFilter(argument, context);
    return removing("$pull", (element) => isDocument(element) && filter.matches(element));
  }
  return removing("$pull", (element) => equalValues(element, argument));
}

/** `$pullAll`. */
export function parsePullAll(_path: string, argument: Value): ParsedOperator {
  if (!Array.isArray(argument)) {
    throw new CommandError(
      "BadValue",
      `$pullAll requires an array argument but was given a ${typeName(argument)}`,
    );
  }
  return removing("$pullAll", (element) => argument.some((each) => equalValues(element, each)));
}

/** `$pop`: the last element, or with -1 the first. */
export function parsePop(path: string, argument: Value): ParsedOperator {
  if (!isNumeric(argument)) {
    throw new CommandError("FailedToParse", `Expected a number in: ${path}: ${formatValue(argument)}`);
  }
  const end = toNumber(argument);
  if (end !== 1 && end !== -1)
    throw new CommandError("FailedToParse", `$pop expects 1 or -1, found: ${formatValue(argument)}`);
  return {
    creates: false,
    apply(value, target) {
      if (value === undefined) return undefined;
      if (!Array.isArray(value)) {
        throw new CommandError(
          "TypeMismatch",
          `Path '${target.path}' contains an element of non-array type '${typeName(value)}'`,
        );
      }
      return value.length === 0 ? value : end < 0 ? value.slice(1) : value.slice(0, -1);
    },
  };
}
