import { Decimal128 } from "./values.ts";

/** An IEEE 754-2008 decimal in parts: sign, whole coefficient and power of ten, or one of the special values. */
export interface Decimal {
  kind: "finite" | "infinity" | "nan";
  negative: boolean;
  coefficient: bigint;
  exponent: number;
}

const BIAS = 6176;
const MAX_EXPONENT = 6111;
const MIN_EXPONENT = -6176;
const MAX_DIGITS = 34;
const MAX_COEFFICIENT = 10n ** 34n - 1n;
const COEFFICIENT_MASK = (1n << 113n) - 1n;

const powers: bigint[] = [1n];

/** Ten to a whole power, kept for the next time while it is small. */
export function powerOfTen(exponent: number): bigint {
  if (exponent > 400) return 10n ** BigInt(exponent);
  for (let at = powers.length; at <= exponent; at++) powers.push((powers[at - 1] ?? 1n) * 10n);
  return powers[exponent] ?? 1n;
}

const decimalNaN: Decimal = { kind: "nan", negative: false, coefficient: 0n, exponent: 0 };

/** A finite decimal. */
export function finite(signed: bigint, exponent: number): Decimal {
  const negative = signed < 0n;
  return { kind: "finite", negative, coefficient: negative ? -signed : signed, exponent };
}

/** An infinity of the given sign. */
function infinity(negative: boolean): Decimal {
  return { kind: "infinity", negative, coefficient: 0n, exponent: 0 };
}

/** The coefficient with its sign. */
export function signedCoefficient(value: Decimal): bigint {
  return value.negative ? -value.coefficient : value.coefficient;
}

/** Takes a Decimal128 apart. */
export function unpackDecimal(value: Decimal128): Decimal {
  const bytes = value.bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, 16);
  const high = view.getBigUint64(8, true);
  const negative = high >> 63n === 1n;
  const combination = Number((high >> 58n) & 0x1fn);
  if (combination === 31) return decimalNaN;
  if (combination === 30) return infinity(negative);
  if (combination >> 3 === 3) {
    // a coefficient that begins with 100 in binary is over 34 digits, which the standard reads as zero
    return { kind: "finite", negative, coefficient: 0n, exponent: Number((high >> 47n) & 0x3fffn) - BIAS };
  }
  const coefficient = ((high << 64n) | view.getBigUint64(0, true)) & COEFFICIENT_MASK;
  const exponent = Number((high >> 49n) & 0x3fffn) - BIAS;
  return {
    kind: "finite",
    negative,
    coefficient: coefficient > MAX_COEFFICIENT ? 0n : coefficient,
    exponent,
  };
}

function divideHalfEven(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  const twice = (value % divisor) * 2n;
  return twice > divisor || (twice === divisor && (quotient & 1n) === 1n) ? quotient + 1n : quotient;
}

/** Rounds to 34 digits (ties to even) and puts a Decimal128 together; overflow is an infinity. */
export function packDecimal(value: Decimal): Decimal128 {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  const sign = value.negative ? 1n << 63n : 0n;
  if (value.kind === "nan") {
    view.setBigUint64(8, 0x7c00000000000000n, true);
    return new Decimal128(bytes);
  }
  const rounded = value.kind === "infinity" ? value : fitted(value);
  if (rounded.kind === "infinity") {
    view.setBigUint64(8, sign | 0x7800000000000000n, true);
    return new Decimal128(bytes);
  }
  view.setBigUint64(0, rounded.coefficient & 0xffffffffffffffffn, true);
  view.setBigUint64(8, sign | (BigInt(rounded.exponent + BIAS) << 49n) | (rounded.coefficient >> 64n), true);
  return new Decimal128(bytes);
}

function fitted(value: Decimal): Decimal {
  let { coefficient, exponent } = value;
  let digits = coefficient.toString().length;
  let drop = Math.max(digits - MAX_DIGITS, MIN_EXPONENT - exponent);
  if (drop > 0) {
    if (drop > digits + 1) {
      coefficient = 0n;
    } else {
      coefficient = divideHalfEven(coefficient, powerOfTen(drop));
    }
    exponent += drop;
    if (coefficient > MAX_COEFFICIENT) {
      coefficient /= 10n;
      exponent += 1;
    }
  }
  if (coefficient === 0n) {
    exponent = Math.min(MAX_EXPONENT, Math.max(MIN_EXPONENT, exponent));
  } else if (exponent > MAX_EXPONENT) {
    digits = coefficient.toString().length;
    drop = exponent - MAX_EXPONENT;
    if (digits + drop > MAX_DIGITS) return infinity(value.negative);
    coefficient *= powerOfTen(drop);
    exponent = MAX_EXPONENT;
  }
  return { kind: "finite", negative: value.negative, coefficient, exponent };
}

/** Reads a decimal from text such as "-1.50", "3E+7", "Infinity" or "NaN"; null when it is none. */
export function parseDecimal(text: string): Decimal | null {
  const special = /^([+-]?)(inf(?:inity)?|nan)$/i.exec(text);
  if (special) return special[2]?.toLowerCase() === "nan" ? decimalNaN : infinity(special[1] === "-");
  const parts = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d+))?$/i.exec(text);
  const whole = parts?.[2] ?? "";
  const fraction = parts?.[3] ?? "";
  if (!parts || whole.length + fraction.length === 0) return null;
  const exponent = Number(parts[4] ?? "0") - fraction.length;
  return {
    kind: "finite",
    negative: parts[1] === "-",
    coefficient: BigInt(whole + fraction),
    exponent: Math.max(-20000, Math.min(20000, exponent)),
  };
}

/** A double as a decimal of 15 significant digits, as MongoDB converts one for arithmetic. */
export function decimalFromDouble(value: number): Decimal {
  if (Number.isNaN(value)) return decimalNaN;
  if (!Number.isFinite(value)) return infinity(value < 0);
  if (value === 0) return { kind: "finite", negative: Object.is(value, -0), coefficient: 0n, exponent: 0 };
  return parseDecimal(value.toExponential(14)) ?? decimalNaN;
}

function align(a: Decimal, b: Decimal): [bigint, bigint, number] {
  const exponent = Math.min(a.exponent, b.exponent);
  return [
    signedCoefficient(a) * powerOfTen(a.exponent - exponent),
    signedCoefficient(b) * powerOfTen(b.exponent - exponent),
    exponent,
  ];
}

export function addDecimals(a: Decimal, b: Decimal): Decimal {
  if (a.kind === "nan" || b.kind === "nan") return decimalNaN;
  if (a.kind === "infinity") return b.kind === "infinity" && a.negative !== b.negative ? decimalNaN : a;
  if (b.kind === "infinity") return b;
  const [left, right, exponent] = align(a, b);
  return finite(left + right, exponent);
}

export function multiplyDecimals(a: Decimal, b: Decimal): Decimal {
  if (a.kind === "nan" || b.kind === "nan") return decimalNaN;
  const negative = a.negative !== b.negative;
  if (a.kind === "infinity" || b.kind === "infinity") {
    const zero =
      (a.kind === "finite" && a.coefficient === 0n) || (b.kind === "finite" && b.coefficient === 0n);
    return zero ? decimalNaN : infinity(negative);
  }
  return {
    kind: "finite",
    negative,
    coefficient: a.coefficient * b.coefficient,
    exponent: a.exponent + b.exponent,
  };
}

/** Divides; the caller refuses a zero divisor. The quotient is as short as it is exact, at most 34 digits. */
export function divideDecimals(a: Decimal, b: Decimal): Decimal {
  if (a.kind === "nan" || b.kind === "nan") return decimalNaN;
  const negative = a.negative !== b.negative;
  if (a.kind === "infinity") return b.kind === "infinity" ? decimalNaN : infinity(negative);
  if (b.kind === "infinity") return { kind: "finite", negative, coefficient: 0n, exponent: MIN_EXPONENT };
  const ideal = a.exponent - b.exponent;
  const extra = MAX_DIGITS + 2 + b.coefficient.toString().length;
  const scaled = a.coefficient * powerOfTen(extra);
  let coefficient = scaled / b.coefficient;
  let exponent = ideal - extra;
  if (scaled % b.coefficient !== 0n) {
    // a sticky digit, so that the rounding to 34 digits that follows knows that something was cut
    return { kind: "finite", negative, coefficient: coefficient * 10n + 1n, exponent: exponent - 1 };
  }
  while (exponent < ideal && coefficient % 10n === 0n) {
    coefficient /= 10n;
    exponent += 1;
  }
  return { kind: "finite", negative, coefficient, exponent };
}

/** The remainder with the sign of the dividend, as `$mod` gives it; the caller refuses a zero divisor. */
export function remainderDecimals(a: Decimal, b: Decimal): Decimal {
  if (a.kind !== "finite" || b.kind === "nan") return decimalNaN;
  if (b.kind === "infinity") return a;
  const [left, right, exponent] = align(a, b);
  return finite(left % right, exponent);
}

/** Rounds to a power of ten (`exponent` 0: to whole numbers) in the way that is named. */
export function roundDecimal(
  value: Decimal,
  exponent: number,
  mode: "even" | "floor" | "ceil" | "trunc",
): Decimal {
  if (value.kind !== "finite" || value.exponent >= exponent) return value;
  const drop = exponent - value.exponent;
  const divisor = powerOfTen(Math.min(drop, 6200));
  const quotient = value.coefficient / divisor;
  const inexact = value.coefficient % divisor !== 0n;
  let coefficient = quotient;
  if (mode === "even") coefficient = divideHalfEven(value.coefficient, divisor);
  else if (mode === "floor" && inexact && value.negative) coefficient = quotient + 1n;
  else if (mode === "ceil" && inexact && !value.negative) coefficient = quotient + 1n;
  return { kind: "finite", negative: value.negative, coefficient, exponent };
}

/** The whole part of a finite decimal. */
export function truncateDecimal(value: Decimal): bigint {
  return value.exponent >= 0
    ? signedCoefficient(value) * powerOfTen(value.exponent)
    : signedCoefficient(value) / powerOfTen(-value.exponent);
}

/** A decimal as the nearest double. */
export function decimalToNumber(value: Decimal): number {
  if (value.kind === "nan") return Number.NaN;
  if (value.kind === "infinity") return value.negative ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const magnitude = Number(`${value.coefficient}e${value.exponent}`);
  return value.negative ? -magnitude : magnitude;
}
