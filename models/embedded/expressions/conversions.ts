import { fitsLong, isDoubleValue, toDecimal } from "../bson/arithmetic.ts";
import { packDecimal, parseDecimal, truncateDecimal, unpackDecimal } from "../bson/decimal.ts";
import {
  BSONSymbol,
  Decimal128,
  Double,
  double,
  isInt32,
  isNullish,
  isNumeric,
  ObjectId,
  Timestamp,
  toNumber,
  typeName,
  typeNames,
  type Value,
} from "../bson/values.ts";
import { CommandError } from "../errors.ts";
import type { Expression, ExpressionContext, OperatorParser, Operators } from "./context.ts";
import { parseDateText } from "./date-text.ts";
import { namedDocument, unary } from "./operands.ts";
import { isTruthy, parseExpression } from "./parse.ts";

function failure(message: string): CommandError {
  return new CommandError("ConversionFailure", `${message} in $convert with no onError value`);
}

function wrongType(value: Value, to: string): CommandError {
  return failure(`Unsupported conversion from ${typeName(value)} to ${to}`);
}

/** A double as `$toString` writes it. */
function doubleText(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value < 0 ? "-Infinity" : "Infinity";
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  const magnitude = Math.abs(value);
  if (magnitude >= 1e21 || magnitude < 1e-6) return value.toExponential();
  return String(value);
}

/** A value as text; null for a type that has no text form. */
export function textOf(value: Value): string | null {
  if (typeof value === "string") return value;
  if (typeof value === "number") return doubleText(value);
  if (typeof value === "bigint" || typeof value === "boolean") return String(value);
  if (value instanceof Double) return doubleText(value.value);
  if (value instanceof Decimal128) return value.toString();
  if (value instanceof Date) return value.toISOString();
  if (value instanceof ObjectId) return value.toHexString();
  if (value instanceof BSONSymbol) return value.value;
  return null;
}

function toText(value: Value): Value {
  const text = textOf(value);
  if (text === null) throw wrongType(value, "string");
  return text;
}

function unreadable(text: string, reason: string): CommandError {
  return new CommandError(
    "ConversionFailure",
    `Failed to parse number '${text}' in $convert with no onError value: ${reason}`,
  );
}

/** Whole numbers from any number: cut towards zero, refused outside the range. */
function toWhole(value: Value, to: "int" | "long"): bigint {
  if (typeof value === "boolean") return value ? 1n : 0n;
  if (typeof value === "string") return wholeFromText(value);
  if (value instanceof Date && to === "long") return BigInt(value.getTime());
  if (!isNumeric(value)) throw wrongType(value, to);
  if (typeof value === "bigint") return value;
  if (value instanceof Decimal128) {
    const decimal = unpackDecimal(value);
    if (decimal.kind !== "finite")
      throw failure(
        `Attempt to convert ${decimal.kind === "nan" ? "NaN" : "infinity"} value to integer type`,
      );
    return truncateDecimal(decimal);
  }
  const number = toNumber(value);
  if (Number.isNaN(number)) throw failure("Attempt to convert NaN value to integer type");
  if (!Number.isFinite(number)) throw failure("Attempt to convert infinity value to integer type");
  return BigInt(Math.trunc(number));
}

function wholeFromText(text: string): bigint {
  if (!/^[+-]?\d+$/.test(text)) {
    const reason =
      text === ""
        ? "No digits"
        : /^[+-]?\d/.test(text)
          ? "Did not consume whole string."
          : "Did not consume any digits";
    throw unreadable(text, reason);
  }
  return BigInt(text.replace(/^\+/, ""));
}

function toInt(value: Value): Value {
  const whole = toWhole(value, "int");
  if (whole < -2147483648n || whole > 2147483647n) throw overflow(value, whole);
  return Number(whole);
}

function overflow(value: Value, whole: bigint): CommandError {
  return typeof value === "string"
    ? unreadable(value, "Overflow")
    : failure(`Conversion would overflow target type: ${whole}`);
}

function toLong(value: Value): Value {
  const whole = toWhole(value, "long");
  if (!fitsLong(whole)) throw overflow(value, whole);
  return whole;
}

function toDouble(value: Value): Value {
  if (typeof value === "boolean") return double(value ? 1 : 0);
  if (value instanceof Date) return double(value.getTime());
  if (typeof value === "string") {
    const decimal = parseDecimal(value);
    if (!decimal) throw unreadable(value, "Did not consume whole string.");
    return double(decimal.kind === "finite" ? Number(value) : toNumber(packDecimal(decimal)));
  }
  if (!isNumeric(value)) throw wrongType(value, "double");
  const number = toNumber(value);
  if (value instanceof Decimal128 && !Number.isFinite(number) && unpackDecimal(value).kind === "finite") {
    throw failure(`Conversion would overflow target type: ${value.toString()}`);
  }
  return double(number);
}

function toDecimalValue(value: Value): Value {
  if (typeof value === "boolean") return packDecimal(toDecimal(value ? 1 : 0));
  if (value instanceof Date) return packDecimal(toDecimal(BigInt(value.getTime())));
  if (typeof value === "string") {
    const decimal = parseDecimal(value);
    if (!decimal) throw unreadable(value, "Failed to parse string to decimal");
    return packDecimal(decimal);
  }
  if (!isNumeric(value)) throw wrongType(value, "decimal");
  return packDecimal(toDecimal(value));
}

function toDate(value: Value): Value {
  if (value instanceof Date) return value;
  if (value instanceof ObjectId) return value.getTimestamp();
  if (value instanceof Timestamp) return new Date(value.t * 1000);
  if (typeof value === "string") return parseDateText(value, null);
  if (isNumeric(value) && !(typeof value === "number" && isInt32(value))) {
    const date = new Date(Number(isDoubleValue(value) ? Math.trunc(toNumber(value)) : toNumber(value)));
    if (Number.isNaN(date.getTime())) throw failure("Conversion would overflow target type");
    return date;
  }
  throw wrongType(value, "date");
}

function toObjectId(value: Value): Value {
  if (value instanceof ObjectId) return value;
  if (typeof value !== "string") throw wrongType(value, "objectId");
  if (!/^[0-9a-fA-F]{24}$/.test(value)) {
    const reason =
      value.length === 24
        ? `Invalid character found in hex string: '${value}'`
        : `Invalid string length for parsing to OID, expected 24 but found ${value.length}`;
    throw new CommandError(
      "ConversionFailure",
      `Failed to parse objectId '${value}' in $convert with no onError value: ${reason}`,
    );
  }
  return new ObjectId(value);
}

function toBool(value: Value): Value {
  return isNumeric(value) || typeof value === "boolean" ? isTruthy(value) : true;
}

const targets = new Map<string, (value: Value) => Value>([
  ["double", toDouble],
  ["string", toText],
  ["objectId", toObjectId],
  ["bool", toBool],
  ["date", toDate],
  ["int", toInt],
  ["long", toLong],
  ["decimal", toDecimalValue],
]);

function conversion(name: string, target: string): OperatorParser {
  return unary(name, (value) => (value === undefined || isNullish(value) ? null : convertTo(target, value)));
}

function convertTo(target: string, value: Value): Value {
  const convert = targets.get(target);
  if (!convert) throw wrongType(value, target);
  return convert(value);
}

function targetName(value: Value): string {
  if (typeof value === "string") {
    if (![...typeNames.values()].includes(value))
      throw new CommandError("BadValue", `Unknown type name: ${value}`);
    return value;
  }
  if (!isNumeric(value)) {
    throw new CommandError(
      "FailedToParse",
      `$convert's 'to' argument must be a string or number, but is ${typeName(value)}`,
    );
  }
  const name = typeNames.get(toNumber(value));
  if (name === undefined) {
    throw new CommandError(
      "FailedToParse",
      `In $convert, numeric value for 'to' does not correspond to a BSON type: ${toNumber(value)}`,
    );
  }
  return name;
}

function parseConvert(operand: Value, context: ExpressionContext): Expression {
  const codes = { shape: 9, unknown: 9, missing: 9 };
  const document = namedDocument("$convert", operand, ["input", "to"], ["onError", "onNull"], codes);
  const part = (name: string): Expression | null => {
    const value = document.get(name);
    return value === undefined ? null : parseExpression(value, context);
  };
  const input = part("input");
  const target = part("to");
  const onError = part("onError");
  const onNull = part("onNull");
  return (scope) => {
    const value = input?.(scope);
    const to = target?.(scope);
    if (value === undefined || isNullish(value)) return onNull ? onNull(scope) : null;
    if (to === undefined || isNullish(to)) return null;
    const name = targetName(to);
    try {
      return convertTo(name, value);
    } catch (error) {
      if (onError && error instanceof CommandError && error.codeName === "ConversionFailure")
        return onError(scope);
      throw error;
    }
  };
}

/** The operators that ask for or change a value's type. */
export const conversionOperators: Operators = {
  $type: unary("$type", (value) => typeName(value)),
  $isNumber: unary("$isNumber", (value) => isNumeric(value)),
  $convert: parseConvert,
  $toBool: conversion("$toBool", "bool"),
  $toInt: conversion("$toInt", "int"),
  $toLong: conversion("$toLong", "long"),
  $toDouble: conversion("$toDouble", "double"),
  $toDecimal: conversion("$toDecimal", "decimal"),
  $toDate: conversion("$toDate", "date"),
  $toObjectId: conversion("$toObjectId", "objectId"),
  $toString: conversion("$toString", "string"),
};
