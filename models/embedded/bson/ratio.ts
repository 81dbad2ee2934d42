import { type Decimal, powerOfTen, signedCoefficient } from "./decimal.ts";

/** A rational number, `numerator / denominator` with a denominator above zero: what exact comparison needs. */
interface Ratio {
  numerator: bigint;
  denominator: bigint;
}

const scratch = new DataView(new ArrayBuffer(8));

/** A finite double as the fraction that it is. */
function ratioOfDouble(value: number): Ratio {
  scratch.setFloat64(0, value);
  const bits = scratch.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  const mantissa = biased === 0 ? fraction : fraction | 0x10000000000000n;
  const exponent = (biased === 0 ? 1 : biased) - 1075;
  const signed = bits >> 63n === 1n ? -mantissa : mantissa;
  return exponent >= 0
    ? { numerator: signed << BigInt(exponent), denominator: 1n }
    : { numerator: signed, denominator: 1n << BigInt(-exponent) };
}

function ratioOfDecimal(value: Decimal): Ratio {
  return value.exponent >= 0
    ? { numerator: signedCoefficient(value) * powerOfTen(value.exponent), denominator: 1n }
    : { numerator: signedCoefficient(value), denominator: powerOfTen(-value.exponent) };
}

function sign(value: bigint): number {
  return value < 0n ? -1 : value > 0n ? 1 : 0;
}

function compareRatios(a: Ratio, b: Ratio): number {
  return sign(a.numerator * b.denominator - b.numerator * a.denominator);
}

/** The order of a finite double and a finite decimal, by their exact values. */
export function compareDoubleToDecimal(a: number, b: Decimal): number {
  return compareRatios(ratioOfDouble(a), ratioOfDecimal(b));
}

/** The order of two finite decimals. */
export function compareFiniteDecimals(a: Decimal, b: Decimal): number {
  if (a.exponent === b.exponent) return sign(signedCoefficient(a) - signedCoefficient(b));
  return compareRatios(ratioOfDecimal(a), ratioOfDecimal(b));
}

/** The order of a finite double and an int64, by their exact values. */
export function compareDoubleToLong(a: number, b: bigint): number {
  if (a >= 2 ** 63) return 1;
  if (a < -(2 ** 63)) return -1;
  const whole = BigInt(Math.trunc(a));
  if (whole !== b) return whole < b ? -1 : 1;
  const fraction = a - Math.trunc(a);
  return fraction > 0 ? 1 : fraction < 0 ? -1 : 0;
}
