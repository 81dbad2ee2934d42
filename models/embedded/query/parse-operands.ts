import { formatValue } from "../bson/format.ts";
import { Binary, BsonType, binaryBytes, isNumeric, toNumber, type Value } from "../bson/values.ts";
import { CommandError } from "../errors.ts";
import { Bits, type BitsOperator, Modulo, numericTypes, wholePart } from "./predicates.ts";

const knownTypes: ReadonlyMap<string, number> = new Map<string, number>(Object.entries(BsonType));
const knownCodes: ReadonlySet<number> = new Set<number>(Object.values(BsonType));

/** The operand of `$type`: a name, a number or an array of them, as type bytes. */
export function parseTypes(path: string, value: Value): ReadonlySet<number> {
  const entries = Array.isArray(value) ? value : [value];
  if (entries.length === 0) {
    throw new CommandError("FailedToParse", `${path} must match at least one type`);
  }
  return new Set(entries.flatMap(parseType));
}

function parseType(value: Value): readonly number[] {
  if (typeof value === "string") {
    if (value === "number") return numericTypes;
    const code = knownTypes.get(value);
    if (code === undefined) throw new CommandError("BadValue", `Unknown type name alias: ${value}`);
    return [code];
  }
  if (!isNumeric(value))
    throw new CommandError("TypeMismatch", "type must be represented as a number or a string");
  const number = toNumber(value);
  const code = number === -1 ? BsonType.minKey : number;
  if (!knownCodes.has(code) || number === 255) {
    throw new CommandError("BadValue", `Invalid numerical type code: ${number}`);
  }
  return [code];
}

/** The operand of `$size`. */
export function parseSize(value: Value): number {
  const size = wholeOperand("$size", value);
  if (size < 0) {
    throw new CommandError(
      "BadValue",
      `Failed to parse $size. Expected a non-negative number in: $size: ${size}`,
    );
  }
  return size;
}

function wholeOperand(name: string, value: Value): number {
  if (!isNumeric(value)) {
    throw new CommandError(
      "BadValue",
      `Failed to parse ${name}. Expected a number in: ${name}: ${formatValue(value)}`,
    );
  }
  const number = toNumber(value);
  if (!Number.isInteger(number)) {
    throw new CommandError(
      "BadValue",
      `Failed to parse ${name}. Expected an integer: ${name}: ${formatValue(value)}`,
    );
  }
  return number;
}

/** The operand of `$mod`: divisor and remainder. */
export function parseModulo(value: Value): Modulo {
  if (!Array.isArray(value)) throw new CommandError("BadValue", "malformed mod, needs to be an array");
  if (value.length < 2) throw new CommandError("BadValue", "malformed mod, not enough elements");
  if (value.length > 2) throw new CommandError("BadValue", "malformed mod, too many elements");
  const [divisor, remainder] = value;
  if (!isNumeric(divisor)) throw new CommandError("BadValue", "malformed mod, divisor not a number");
  if (!isNumeric(remainder)) throw new CommandError("BadValue", "malformed mod, remainder not a number");
  const wholeDivisor = wholePart(divisor);
  const wholeRemainder = wholePart(remainder);
  if (wholeDivisor === null) {
    throw new CommandError(
      "BadValue",
      "malformed mod, divisor value is invalid :: caused by :: Unable to coerce NaN/Inf to integral type",
    );
  }
  if (wholeRemainder === null) {
    throw new CommandError(
      "BadValue",
      "malformed mod, remainder value is invalid :: caused by :: Unable to coerce NaN/Inf to integral type",
    );
  }
  if (wholeDivisor === 0n) throw new CommandError("BadValue", "divisor cannot be 0");
  return new Modulo(wholeDivisor, wholeRemainder);
}

/** The operand of `$bitsAllSet` and its siblings: a mask, binary data or bit positions. */
export function parseBits(operator: BitsOperator, value: Value): Bits {
  if (Array.isArray(value))
    return new Bits(
      operator,
      value.map((entry) => bitPosition(operator, entry)),
    );
  if (value instanceof Binary) {
    const bytes = binaryBytes(value);
    const positions: number[] = [];
    for (let at = 0; at < bytes.length * 8; at++) {
      if ((((bytes[at >> 3] ?? 0) >> (at & 7)) & 1) === 1) positions.push(at);
    }
    return new Bits(operator, positions);
  }
  if (!isNumeric(value)) {
    throw new CommandError(
      "BadValue",
      `${operator} takes an Array, a number, or a BinData but received: ${operator}: ${formatValue(value)}`,
    );
  }
  const whole = wholePart(value);
  if (whole === null || Number(whole) !== toNumber(value)) {
    throw new CommandError("FailedToParse", `Expected an integer: ${operator}: ${formatValue(value)}`);
  }
  if (whole < 0n)
    throw new CommandError("FailedToParse", `Expected a non-negative number in: ${operator}: ${whole}`);
  const positions: number[] = [];
  for (let at = 0; at < 64; at++) if (((whole >> BigInt(at)) & 1n) === 1n) positions.push(at);
  return new Bits(operator, positions);
}

function bitPosition(operator: BitsOperator, value: Value): number {
  if (!isNumeric(value) || !Number.isInteger(toNumber(value))) {
    throw new CommandError(
      "FailedToParse",
      `Failed to parse bit position. Expected an integer in: ${operator}`,
    );
  }
  const position = toNumber(value);
  if (position < 0) {
    throw new CommandError(
      "FailedToParse",
      `Failed to parse bit position. Expected a non-negative number in: ${operator}`,
    );
  }
  return position;
}
