import { compareNumbers, compareValues, typeOrder } from "../bson/compare.ts";
import { truncateDecimal, unpackDecimal } from "../bson/decimal.ts";
import { encodeKey } from "../bson/keys.ts";
import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  BsonType,
  binaryBytes,
  Decimal128,
  Double,
  isNumeric,
  toNumber,
  typeOf,
  type Value,
} from "../bson/values.ts";
import type { ValueTest } from "./path.ts";

export type ComparisonOperator = "$eq" | "$gt" | "$gte" | "$lt" | "$lte";

function isNaNValue(value: Value | undefined): boolean {
  return isNumeric(value) && Number.isNaN(toNumber(value));
}

/** `$eq`, `$gt`, `$gte`, `$lt` and `$lte`: compare within one type, as MongoDB brackets them. */
export class Comparison implements ValueTest {
  readonly operator: ComparisonOperator;
  readonly value: Value;
  private readonly order: number;
  private readonly isNaN: boolean;

  constructor(operator: ComparisonOperator, value: Value) {
    this.operator = operator;
    this.value = value;
    this.order = typeOrder(value);
    this.isNaN = isNaNValue(value);
  }

  test(value: Value | undefined): boolean {
    if (value === this.value && !this.isNaN) return this.operator === "$eq" || this.operator.length === 4;
    // missing, undefined and null are one; MinKey and MaxKey are beyond every other type
    const order = value === undefined || typeOrder(value) === 2 ? 5 : typeOrder(value);
    if (order !== (this.order === 2 ? 5 : this.order)) return this.beyondTypes();
    if (order === 5) return this.operator === "$eq" || this.operator.length === 4;
    if (order === 10 && (this.isNaN || isNaNValue(value))) {
      return this.operator !== "$gt" && this.operator !== "$lt" && this.isNaN && isNaNValue(value);
    }
    const result = compareValues(value, this.value);
    switch (this.operator) {
      case "$eq":
        return result === 0;
      case "$gt":
        return result > 0;
      case "$gte":
        return result >= 0;
      case "$lt":
        return result < 0;
      case "$lte":
        return result <= 0;
    }
  }

  private beyondTypes(): boolean {
    if (this.order === 127) return this.operator === "$lt" || this.operator === "$lte";
    return this.order === 1 && (this.operator === "$gt" || this.operator === "$gte");
  }
}

/** A pattern; also equal to a stored regular expression of the same pattern and options. */
export class Pattern implements ValueTest {
  readonly expression: RegExp;
  readonly source: BSONRegExp;

  constructor(expression: RegExp, source: BSONRegExp) {
    this.expression = expression;
    this.source = source;
  }

  test(value: Value | undefined): boolean {
    if (typeof value === "string") return this.expression.test(value);
    if (value instanceof BSONSymbol) return this.expression.test(value.value);
    return (
      value instanceof BSONRegExp &&
      value.pattern === this.source.pattern &&
      value.options === this.source.options
    );
  }
}

/** `$in`: equal to any of the values, or matched by any of the patterns. */
export class In implements ValueTest {
  readonly values: readonly Value[];
  readonly patterns: readonly Pattern[];
  private readonly comparisons: readonly Comparison[];
  private readonly keys: ReadonlySet<string> | null;
  private readonly hasNull: boolean;

  constructor(values: readonly Value[], patterns: readonly Pattern[]) {
    this.values = values;
    this.patterns = patterns;
    this.comparisons = values.map((value) => new Comparison("$eq", value));
    this.keys = values.length > 8 ? new Set(values.map(keyText)) : null;
    this.hasNull = values.some((value) => value === null);
  }

  test(value: Value | undefined): boolean {
    if (value === undefined) return this.hasNull;
    const found = this.keys
      ? this.keys.has(keyText(value)) || (this.hasNull && typeOrder(value) === 2)
      : this.comparisons.some((comparison) => comparison.test(value));
    return found || this.patterns.some((pattern) => pattern.test(value));
  }
}

function keyText(value: Value): string {
  return encodeKey(value).toString("latin1");
}

/** `$exists: true`. */
export class Exists implements ValueTest {
  test(value: Value | undefined): boolean {
    return value !== undefined;
  }
}

/** `$type`: any of the types, by type byte. */
export class TypeIs implements ValueTest {
  readonly types: ReadonlySet<number>;

  constructor(types: ReadonlySet<number>) {
    this.types = types;
  }

  test(value: Value | undefined): boolean {
    return value !== undefined && this.types.has(typeOf(value));
  }
}

/** `$size`. */
export class SizeIs implements ValueTest {
  private readonly size: number;

  constructor(size: number) {
    this.size = size;
  }

  test(value: Value | undefined): boolean {
    return Array.isArray(value) && value.length === this.size;
  }
}

/** A number cut to a whole one; null where there is none. */
export function wholePart(value: Value | undefined): bigint | null {
  if (typeof value === "bigint") return value;
  if (value instanceof Decimal128) {
    const decimal = unpackDecimal(value);
    return decimal.kind === "finite" ? truncateDecimal(decimal) : null;
  }
  const number = value instanceof Double ? value.value : value;
  return typeof number === "number" && Number.isFinite(number) ? BigInt(Math.trunc(number)) : null;
}

/** `$mod`. */
export class Modulo implements ValueTest {
  private readonly divisor: bigint;
  private readonly remainder: bigint;

  constructor(divisor: bigint, remainder: bigint) {
    this.divisor = divisor;
    this.remainder = remainder;
  }

  test(value: Value | undefined): boolean {
    const whole = wholePart(value);
    if (whole === null || whole > 9223372036854775807n || whole < -9223372036854775808n) return false;
    return whole % this.divisor === this.remainder;
  }
}

export type BitsOperator = "$bitsAllSet" | "$bitsAllClear" | "$bitsAnySet" | "$bitsAnyClear";

/** `$bitsAllSet` and its three siblings, over whole numbers and binary data. */
export class Bits implements ValueTest {
  private readonly operator: BitsOperator;
  private readonly positions: readonly number[];

  constructor(operator: BitsOperator, positions: readonly number[]) {
    this.operator = operator;
    this.positions = positions;
  }

  test(value: Value | undefined): boolean {
    const isSet = bitReader(value);
    if (!isSet) return false;
    switch (this.operator) {
      case "$bitsAllSet":
        return this.positions.every(isSet);
      case "$bitsAllClear":
        return this.positions.every((position) => !isSet(position));
      case "$bitsAnySet":
        return this.positions.some(isSet);
      case "$bitsAnyClear":
        return this.positions.some((position) => !isSet(position));
    }
  }
}

function bitReader(value: Value | undefined): ((position: number) => boolean) | null {
  if (value instanceof Binary) {
    const bytes = binaryBytes(value);
    return (position) => (((bytes[position >> 3] ?? 0) >> (position & 7)) & 1) === 1;
  }
  if (!isNumeric(value)) return null;
  const whole = wholePart(value);
  if (whole === null || compareNumbers(value, whole) !== 0) return null;
  if (whole > 9223372036854775807n || whole < -9223372036854775808n) return null;
  return (position) => ((whole >> BigInt(Math.min(position, 63))) & 1n) === 1n;
}

/** The type bytes that stand for "number" in `$type`. */
export const numericTypes: readonly number[] = [
  BsonType.double,
  BsonType.int,
  BsonType.long,
  BsonType.decimal,
];
