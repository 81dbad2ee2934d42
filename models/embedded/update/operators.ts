import { add, multiply, type NumericValue } from "../bson/arithmetic.ts";
import { compareValues } from "../bson/compare.ts";
import { formatDocument, formatValue } from "../bson/format.ts";
import {
  type Document,
  documentOf,
  integer,
  isDocument,
  isInt32,
  isNumeric,
  Timestamp,
  typeName,
  type Value,
} from "../bson/values.ts";
import { CommandError } from "../errors.ts";
import type { ExpressionContext } from "../expressions/context.ts";
import { parseAddToSet, parsePop, parsePull, parsePullAll, parsePush } from "./array-operators.ts";
import type { Target } from "./targets.ts";

/** What an operator makes of the value in one place; undefined: nothing stays there. */
export type Operator = (value: Value | undefined, target: Target, document: Document) => Value | undefined;

/** An operator with its argument read. */
export interface ParsedOperator {
  apply: Operator;
  /** Whether missing documents on the way to the place are made. */
  creates: boolean;
}

export type UpdateOperatorParser = (
  path: string,
  argument: Value,
  context: ExpressionContext,
) => ParsedOperator;

function parseSet(_path: string, argument: Value): ParsedOperator {
  return { creates: true, apply: () => argument };
}

function arithmetic(
  name: string,
  verb: string,
  compute: (a: NumericValue, b: NumericValue) => NumericValue | null,
): UpdateOperatorParser {
  return (path, argument) => {
    if (!isNumeric(argument)) {
      throw new CommandError(
        "TypeMismatch",
        `Cannot ${verb} with non-numeric argument: {${path}: ${formatValue(argument)}}`,
      );
    }
    return {
      creates: true,
      apply(value, target, document) {
        // a missing field counts as 0: of the argument's type when it is multiplied
        if (value === undefined) return name === "$inc" ? argument : (multiply(argument, 0) ?? 0);
        const id = formatDocument(documentOf({ _id: document.get("_id") ?? null }));
        if (!isNumeric(value)) {
          throw new CommandError(
            "TypeMismatch",
            `Cannot apply ${name} to a value of non-numeric type. ${id} has the field '${target.key}' of non-numeric type ${typeName(value)}`,
          );
        }
        const result = compute(value, argument);
        if (result === null) {
          throw new CommandError(
            "BadValue",
            `Failed to apply ${name} operations to current value ((NumberLong)${formatValue(value)}) for document ${id}`,
          );
        }
        return result;
      },
    };
  };
}

function extreme(sign: 1 | -1): UpdateOperatorParser {
  return (_path, argument) => ({
    creates: true,
    apply: (value) => (value === undefined || compareValues(argument, value) * sign < 0 ? argument : value),
  });
}

function parseCurrentDate(_path: string, argument: Value, context: ExpressionContext): ParsedOperator {
  const type = isDocument(argument)
    ? argument.get("$type")
    : argument === true || argument === false
      ? "date"
      : null;
  if (isDocument(argument)) {
    for (const name of argument.keys()) {
      if (name !== "$type") throw new CommandError("BadValue", `Unrecognized $currentDate option: ${name}`);
    }
    if (type !== "date" && type !== "timestamp") {
      throw new CommandError(
        "BadValue",
        "The '$type' string field is required to be 'date' or 'timestamp': {$currentDate: {field : {$type: 'date'}}}",
      );
    }
  }
  if (type === null || type === undefined) {
    throw new CommandError(
      "BadValue",
      `${typeName(argument)} is not valid type for $currentDate. Please use a boolean ('true') or a $type expression ({$type: 'timestamp/date'}).`,
    );
  }
  const now = context.now;
  return {
    creates: true,
    apply: () => (type === "timestamp" ? new Timestamp({ t: Math.floor(now.getTime() / 1000), i: 1 }) : now),
  };
}

const bitwise: Readonly<Record<string, (a: bigint, b: bigint) => bigint>> = {
  and: (a, b) => a & b,
  or: (a, b) => a | b,
  xor: (a, b) => a ^ b,
};

function isWhole(value: Value | undefined): value is number | bigint {
  return typeof value === "bigint" || (typeof value === "number" && isInt32(value));
}

function parseBit(_path: string, argument: Value): ParsedOperator {
  if (!isDocument(argument)) {
    throw new CommandError(
      "BadValue",
      `The $bit modifier is not compatible with a ${typeName(argument)}. You must pass in an embedded document: {$bit: {field: {and/or/xor: #}}`,
    );
  }
  if (argument.size === 0) {
    throw new CommandError(
      "BadValue",
      `You must pass in at least one bitwise operation. The format is: {$bit: {field: {and/or/xor: #}}`,
    );
  }
  const steps: [(a: bigint, b: bigint) => bigint, number | bigint][] = [];
  for (const [name, operand] of argument) {
    const step = Object.hasOwn(bitwise, name) ? bitwise[name] : undefined;
    if (!step)
      throw new CommandError(
        "BadValue",
        `The $bit modifier only supports 'and', 'or', and 'xor', not '${name}' which is an unknown operator: {${name}: ${formatValue(operand)}}`,
      );
    if (!isWhole(operand)) {
      throw new CommandError(
        "BadValue",
        `The $bit modifier field must be an Integer(32/64 bit); a '${typeName(operand)}' is not supported here: {${name}: ${formatValue(operand)}}`,
      );
    }
    steps.push([step, operand]);
  }
  return {
    creates: true,
    apply(value, target, document) {
      const start = value === undefined ? 0 : value;
      if (!isWhole(start)) {
        const id = formatDocument(documentOf({ _id: document.get("_id") ?? null }));
        throw new CommandError(
          "BadValue",
          `Cannot apply $bit to a value of non-integral type.${id} has the field ${target.key} of non-integer type ${typeName(value)}`,
        );
      }
      let wide = typeof start === "bigint";
      let result = BigInt(start);
      for (const [step, operand] of steps) {
        wide ||= typeof operand === "bigint";
        result = step(result, BigInt(operand));
      }
      return wide ? BigInt.asIntN(64, result) : integer(result);
    },
  };
}

function parseRename(path: string, argument: Value): ParsedOperator {
  if (typeof argument !== "string") {
    throw new CommandError(
      "BadValue",
      `The 'to' field for $rename must be a string: ${path}: ${formatValue(argument)}`,
    );
  }
  if (argument === path) {
    throw new CommandError(
      "BadValue",
      `The source and target field for $rename must differ: ${path}: ${formatValue(argument)}`,
    );
  }
  if (argument.startsWith(`${path}.`) || path.startsWith(`${argument}.`)) {
    throw new CommandError(
      "BadValue",
      `The source and target field for $rename must not be on the same path: ${path}: ${formatValue(argument)}`,
    );
  }
  for (const each of [path, argument]) {
    if (each.split(".").some((part) => part === "$" || part.startsWith("$["))) {
      throw new CommandError(
        "BadValue",
        `The ${each === path ? "source" : "destination"} field for $rename may not be dynamic: ${each}`,
      );
    }
  }
  return { creates: false, apply: (value) => value };
}

/** Update operators by name. */
export const operators: Readonly<Record<string, UpdateOperatorParser>> = {
  $set: parseSet,
  $setOnInsert: parseSet,
  $unset: () => ({ creates: false, apply: () => undefined }),
  $inc: arithmetic("$inc", "increment", add),
  $mul: arithmetic("$mul", "multiply", multiply),
  $min: extreme(1),
  $max: extreme(-1),
  $currentDate: parseCurrentDate,
  $bit: parseBit,
  $rename: parseRename,
  $push: parsePush,
  $addToSet: parseAddToSet,
  $pull: parsePull,
  $pullAll: parsePullAll,
  $pop: parsePop,
};
