import {
  addDecimals,
  type Decimal,
  decimalFromDouble,
  finite,
  multiplyDecimals,
  packDecimal,
  unpackDecimal,
} from "./decimal.ts";
import { Decimal128, Double, double, isInt32, toNumber } from "./values.ts";

export type NumericValue = number | bigint | Double | Decimal128;

const LONG_MIN = -9223372036854775808n;
const LONG_MAX = 9223372036854775807n;

/** Whether a whole number fits an int64. */
export function fitsLong(value: bigint): boolean {
  return value >= LONG_MIN && value <= LONG_MAX;
}

/** The numeric type that an operation of these two gives: the wider of int, long, double, decimal. */
export function isDoubleValue(value: NumericValue): boolean {
  return value instanceof Double || (typeof value === "number" && !isInt32(value));
}

/** A number as a decimal; doubles to 15 digits, as MongoDB does. */
export function toDecimal(value: NumericValue): Decimal {
  if (value instanceof Decimal128) return unpackDecimal(value);
  if (typeof value === "bigint") return finite(value, 0);
  if (isDoubleValue(value)) return decimalFromDouble(toNumber(value));
  return finite(BigInt(toNumber(value)), 0);
}

function asLong(value: number | bigint | Double): bigint {
  return typeof value === "bigint" ? value : BigInt(toNumber(value));
}

/** A whole result: an int32 if both were and it fits, otherwise an int64; null when it does not fit that. */
function wholeResult(result: bigint, bothInts: boolean): NumericValue | null {
  if (bothInts && result >= -2147483648n && result <= 2147483647n) return Number(result);
  return fitsLong(result) ? result : null;
}

function isInt(value: NumericValue): boolean {
  return typeof value === "number" && isInt32(value);
}

/** a + b with MongoDB's types; null when an int64 overflows. */
export function add(a: NumericValue, b: NumericValue): NumericValue | null {
  if (a instanceof Decimal128 || b instanceof Decimal128) {
    return packDecimal(addDecimals(toDecimal(a), toDecimal(b)));
  }
  if (isDoubleValue(a) || isDoubleValue(b)) return double(toNumber(a) + toNumber(b));
  return wholeResult(asLong(a) + asLong(b), isInt(a) && isInt(b));
}

/** a × b with MongoDB's types; null when an int64 overflows. */
export function multiply(a: NumericValue, b: NumericValue): NumericValue | null {
  if (a instanceof Decimal128 || b instanceof Decimal128) {
    return packDecimal(multiplyDecimals(toDecimal(a), toDecimal(b)));
  }
  if (isDoubleValue(a) || isDoubleValue(b)) return double(toNumber(a) * toNumber(b));
  return wholeResult(asLong(a) * asLong(b), isInt(a) && isInt(b));
}

/** −a with MongoDB's types. */
export function negate(value: NumericValue): NumericValue {
  if (value instanceof Decimal128) {
    const decimal = unpackDecimal(value);
    return packDecimal({ ...decimal, negative: !decimal.negative });
  }
  if (isDoubleValue(value)) return double(-toNumber(value));
  const result = -asLong(value);
  const whole = wholeResult(result, isInt(value));
  return whole ?? double(Number(result));
}

/** A running sum as `$sum`, `$avg` and `$add` keep it: whole numbers exactly, doubles with what rounding lost. */
export class Sum {
  private whole = 0n;
  private high = 0;
  private low = 0;
  private decimal: Decimal | null = null;
  private width: "int" | "long" | "double" = "int";
  private special = 0;

  add(value: NumericValue): void {
    if (value instanceof Decimal128) {
      const decimal = unpackDecimal(value);
      this.decimal = this.decimal ? addDecimals(this.decimal, decimal) : decimal;
    } else if (isDoubleValue(value)) {
      this.width = "double";
      this.addDouble(toNumber(value));
    } else {
      if (!isInt(value) && this.width === "int") this.width = "long";
      this.whole += asLong(value);
    }
  }

  private addDouble(value: number): void {
    if (!Number.isFinite(value)) {
      this.special += value;
      this.hasSpecial = true;
      return;
    }
    const sum = this.high + value;
    const part = sum - this.high;
    this.low += this.high - (sum - part) + (value - part);
    this.high = sum;
  }

  private hasSpecial = false;

  /** The sum of what is no decimal, as a double. */
  private nonDecimal(): number {
    if (this.hasSpecial) return this.special;
    const whole = Number(this.whole);
    const rest = Number(this.whole - BigInt(Math.trunc(whole)));
    const sum = this.high + whole;
    const part = sum - this.high;
    return sum + (this.low + rest + (this.high - (sum - part) + (whole - part)));
  }

  private asDecimal(): Decimal {
    if (this.width !== "double") return finite(this.whole, 0);
    return addDecimals(
      decimalFromDouble(this.hasSpecial ? this.special : this.high + this.low),
      finite(this.whole, 0),
    );
  }

  /** The sum in the widest type that was added; whole sums beyond an int64 become a double. */
  total(): NumericValue {
    if (this.decimal) return packDecimal(addDecimals(this.decimal, this.asDecimal()));
    if (this.width === "double") return double(this.nonDecimal());
    return wholeResult(this.whole, this.width === "int") ?? double(Number(this.whole));
  }

  /** The sum divided by a count, for `$avg`. */
  mean(count: number, divide: (sum: Decimal, count: Decimal) => Decimal): NumericValue {
    if (this.decimal) {
      return packDecimal(divide(addDecimals(this.decimal, this.asDecimal()), finite(BigInt(count), 0)));
    }
    return double(this.nonDecimal() / count);
  }
}
