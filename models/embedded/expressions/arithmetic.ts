import {
  add,
  fitsLong,
  isDoubleValue,
  multiply,
  type NumericValue,
  negate,
  Sum,
  toDecimal,
} from "../bson/arithmetic.ts";
import {
  divideDecimals,
  finite,
  packDecimal,
  powerOfTen,
  remainderDecimals,
  roundDecimal,
  unpackDecimal,
} from "../bson/decimal.ts";
import { formatValue } from "../bson/format.ts";
import {
  Decimal128,
  double,
  integer,
  isInt32,
  isNullish,
  isNumeric,
  toNumber,
  typeName,
  type Value,
} from "../bson/values.ts";
import { CommandError, unsupported } from "../errors.ts";
import type { OperatorParser, Operators } from "./context.ts";
import { binary, unary, variadic } from "./operands.ts";

function addAll(values: (Value | undefined)[]): Value {
  const sum = new Sum();
  let isDate = false;
  for (const value of values) {
    if (isNullish(value)) return null;
    if (value instanceof Date) {
      if (isDate) throw new CommandError(16612, "only one date allowed in an $add expression");
      isDate = true;
      sum.add(BigInt(value.getTime()));
    } else if (isNumeric(value)) {
      sum.add(value);
    } else {
      throw new CommandError(
        "TypeMismatch",
        `$add only supports numeric or date types, not ${typeName(value)}`,
      );
    }
  }
  return isDate ? dateFrom(sum.total()) : sum.total();
}

/** A date from milliseconds; fractions are rounded. */
function dateFrom(milliseconds: NumericValue): Date {
  const date = new Date(Math.round(toNumber(milliseconds)));
  if (Number.isNaN(date.getTime())) throw new CommandError("Overflow", "date overflow");
  return date;
}

function subtract(left: Value | undefined, right: Value | undefined): Value {
  if (isNullish(left) || isNullish(right)) return null;
  if (left instanceof Date) {
    if (right instanceof Date) return BigInt(left.getTime() - right.getTime());
    if (isNumeric(right)) return dateFrom(widened(add(BigInt(left.getTime()), negate(right)), left, right));
  } else if (isNumeric(left) && isNumeric(right)) {
    if (left instanceof Decimal128 || right instanceof Decimal128) return add(left, negate(right)) ?? null;
    if (isDoubleValue(left) || isDoubleValue(right)) return double(toNumber(left) - toNumber(right));
    const result = BigInt(toWhole(left)) - BigInt(toWhole(right));
    if (isInt(left) && isInt(right)) return integer(result);
    return fitsLong(result) ? result : double(Number(result));
  }
  throw new CommandError("TypeMismatch", `can't $subtract ${typeName(right)} from ${typeName(left)}`);
}

function widened(result: NumericValue | null, _left: Date, right: NumericValue): NumericValue {
  if (result === null) throw new CommandError("Overflow", `date overflow: ${formatValue(right)}`);
  return result;
}

function isInt(value: NumericValue): boolean {
  return typeof value === "number" && isInt32(value);
}

function toWhole(value: NumericValue): bigint {
  return typeof value === "bigint" ? value : BigInt(toNumber(value));
}

function multiplyAll(values: (Value | undefined)[]): Value {
  let product: NumericValue = 1;
  for (const value of values) {
    if (isNullish(value)) return null;
    if (!isNumeric(value)) {
      throw new CommandError("TypeMismatch", `$multiply only supports numeric types, not ${typeName(value)}`);
    }
    product = multiply(product, value) ?? double(toNumber(product) * toNumber(value));
  }
  return product;
}

function divide(left: Value | undefined, right: Value | undefined): Value {
  if (isNumeric(left) && isNumeric(right)) {
    if (toNumber(right) === 0) throw new CommandError("BadValue", "can't $divide by zero");
    if (left instanceof Decimal128 || right instanceof Decimal128) {
      return packDecimal(divideDecimals(toDecimal(left), toDecimal(right)));
    }
    return double(toNumber(left) / toNumber(right));
  }
  if (isNullish(left) || isNullish(right)) return null;
  throw new CommandError(
    "TypeMismatch",
    `$divide only supports numeric types, not ${typeName(left)} and ${typeName(right)}`,
  );
}

function modulo(left: Value | undefined, right: Value | undefined): Value {
  if (isNumeric(left) && isNumeric(right)) {
    if (toNumber(right) === 0) throw new CommandError(16610, "can't $mod by zero");
    if (left instanceof Decimal128 || right instanceof Decimal128) {
      return packDecimal(remainderDecimals(toDecimal(left), toDecimal(right)));
    }
    if (isDoubleValue(left) || isDoubleValue(right)) return double(toNumber(left) % toNumber(right));
    const remainder = toWhole(left) % toWhole(right);
    return isInt(left) && isInt(right) ? Number(remainder) : remainder;
  }
  if (isNullish(left) || isNullish(right)) return null;
  throw new CommandError(
    16611,
    `$mod only supports numeric types, not ${typeName(left)} and ${typeName(right)}`,
  );
}

function numericUnary(name: string, apply: (value: NumericValue) => Value): OperatorParser {
  return unary(name, (value) => {
    if (isNullish(value)) return null;
    if (isNumeric(value)) return apply(value);
    throw new CommandError(28765, `${name} only supports numeric types, not ${typeName(value)}`);
  });
}

function absolute(value: NumericValue): Value {
  if (value instanceof Decimal128) return packDecimal({ ...unpackDecimal(value), negative: false });
  if (isDoubleValue(value)) return double(Math.abs(toNumber(value)));
  const whole = toWhole(value);
  if (whole === -9223372036854775808n) throw new CommandError(28680, "can't take $abs of long long min");
  const result = whole < 0n ? -whole : whole;
  return isInt(value) ? integer(result) : result;
}

function towards(name: string, mode: "floor" | "ceil"): OperatorParser {
  return numericUnary(name, (value) => {
    if (value instanceof Decimal128) return packDecimal(roundDecimal(unpackDecimal(value), 0, mode));
    return isDoubleValue(value) ? double(Math[mode](toNumber(value))) : value;
  });
}

function rounding(name: string, mode: "even" | "trunc"): OperatorParser {
  return variadic(name, 1, 2, (values) => {
    const [value, place] = values;
    if (isNullish(value) || (values.length > 1 && isNullish(place))) return null;
    if (!isNumeric(value)) {
      throw new CommandError(51081, `${name} only supports numeric types, not ${typeName(value)}`);
    }
    const digits = values.length > 1 ? decimalPlaces(name, place) : 0;
    if (value instanceof Decimal128) return packDecimal(roundDecimal(unpackDecimal(value), -digits, mode));
    if (isDoubleValue(value)) return double(roundDouble(toNumber(value), digits, mode));
    if (digits >= 0) return value;
    const rounded = roundDecimal(toDecimal(value), -digits, mode);
    const whole =
      (rounded.negative ? -rounded.coefficient : rounded.coefficient) *
      powerOfTen(Math.max(0, rounded.exponent));
    if (!fitsLong(whole))
      throw new CommandError(
        51080,
        `invalid conversion from Decimal128 result in ${name} resulting from arguments`,
      );
    return isInt(value) ? integer(whole) : whole;
  });
}

function decimalPlaces(name: string, place: Value | undefined): number {
  const number = isNumeric(place) ? toNumber(place) : Number.NaN;
  if (!Number.isInteger(number)) {
    throw new CommandError(51082, `precision argument to  ${name} must be a integral value`);
  }
  if (number < -20 || number > 100) {
    throw new CommandError(
      51083,
      `cannot apply ${name} with precision value ${number} value must be in [-20, 100]`,
    );
  }
  return number;
}

function roundDouble(value: number, digits: number, mode: "even" | "trunc"): number {
  if (!Number.isFinite(value)) return value;
  if (digits === 0 && mode === "trunc") return Math.trunc(value);
  if (digits === 0) {
    const floor = Math.floor(value);
    const difference = value - floor;
    if (difference !== 0.5) return Math.round(value);
    return floor % 2 === 0 ? floor : floor + 1;
  }
  const rounded = roundDecimal(toDecimal(packDecimal(decimalOfExact(value))), -digits, mode);
  return Number(`${rounded.negative ? "-" : ""}${rounded.coefficient}e${rounded.exponent}`);
}

/** A double's shortest decimal form: what a person wrote when they wrote 2.675. */
function decimalOfExact(value: number) {
  const [digits = "0", exponent = "0"] = value.toExponential().split("e");
  const [whole = "0", fraction = ""] = digits.split(".");
  return finite(BigInt(whole + fraction), Number(exponent) - fraction.length);
}

function realFunction(name: string, apply: (value: number) => number): OperatorParser {
  return numericUnary(name, (value) => {
    if (value instanceof Decimal128) throw unsupported(`${name} of a decimal`, "BadValue");
    return double(apply(toNumber(value)));
  });
}

function positive(name: string, code: number, value: number): number {
  if (value > 0 || Number.isNaN(value)) return value;
  throw new CommandError(code, `${name}'s argument must be a positive number, but is ${value}`);
}

function squareRoot(value: number): number {
  if (value < 0) throw new CommandError(28714, "$sqrt's argument must be greater than or equal to 0");
  return Math.sqrt(value);
}

function power(base: Value | undefined, exponent: Value | undefined): Value {
  if (isNullish(base) || isNullish(exponent)) return null;
  if (!isNumeric(base)) throw new CommandError(28762, `$pow's base must be numeric, not ${typeName(base)}`);
  if (!isNumeric(exponent))
    throw new CommandError(28763, `$pow's exponent must be numeric, not ${typeName(exponent)}`);
  if (toNumber(base) === 0 && toNumber(exponent) < 0) {
    throw new CommandError(28764, "$pow cannot take a base of 0 and a negative exponent");
  }
  if (base instanceof Decimal128 || exponent instanceof Decimal128)
    throw unsupported("$pow of a decimal", "BadValue");
  const result = double(toNumber(base) ** toNumber(exponent));
  if (isDoubleValue(base) || isDoubleValue(exponent) || toNumber(exponent) < 0) return result;
  // beyond 2^64 no whole result but 0 and ±1 to a power fits; a bound keeps the exact computation small
  const small = toNumber(exponent) <= 64 || [0, 1, -1].includes(toNumber(base));
  if (!small) return result;
  const whole =
    toWhole(base) ** (toNumber(exponent) > 64 ? 64n + (toWhole(exponent) & 1n) : toWhole(exponent));
  if (!fitsLong(whole)) return result;
  return isInt(base) && isInt(exponent) ? integer(whole) : whole;
}

function logarithm(value: Value | undefined, base: Value | undefined): Value {
  if (isNullish(value) || isNullish(base)) return null;
  if (!isNumeric(value))
    throw new CommandError(28756, `$log's argument must be numeric, not ${typeName(value)}`);
  if (!isNumeric(base)) throw new CommandError(28757, `$log's base must be numeric, not ${typeName(base)}`);
  if (value instanceof Decimal128 || base instanceof Decimal128)
    throw unsupported("$log of a decimal", "BadValue");
  if (!(toNumber(value) > 0)) {
    throw new CommandError(28758, `$log's argument must be a positive number, but is ${toNumber(value)}`);
  }
  if (!(toNumber(base) > 0) || toNumber(base) === 1) {
    throw new CommandError(
      28759,
      `$log's base must be a positive number not equal to 1, but is ${toNumber(base)}`,
    );
  }
  return double(Math.log(toNumber(value)) / Math.log(toNumber(base)));
}

/** The arithmetic operators of aggregation expressions. */
export const arithmeticOperators: Operators = {
  $add: variadic("$add", 0, Number.POSITIVE_INFINITY, addAll),
  $subtract: binary("$subtract", subtract),
  $multiply: variadic("$multiply", 0, Number.POSITIVE_INFINITY, multiplyAll),
  $divide: binary("$divide", divide),
  $mod: binary("$mod", modulo),
  $abs: numericUnary("$abs", absolute),
  $ceil: towards("$ceil", "ceil"),
  $floor: towards("$floor", "floor"),
  $round: rounding("$round", "even"),
  $trunc: rounding("$trunc", "trunc"),
  $sqrt: realFunction("$sqrt", squareRoot),
  $exp: realFunction("$exp", Math.exp),
  $ln: realFunction("$ln", (value) => Math.log(positive("$ln", 28766, value))),
  $log10: realFunction("$log10", (value) => Math.log10(positive("$log10", 28761, value))),
  $log: binary("$log", logarithm),
  $pow: binary("$pow", power),
  $rand: (operand) => {
    const empty =
      (Array.isArray(operand) && operand.length === 0) || (operand instanceof Map && operand.size === 0);
    if (!empty) throw new CommandError(3040501, "$rand does not currently accept arguments");
    return () => double(Math.random());
  },
};
