import { compareStrings } from "../bson/compare.ts";
import { formatValue } from "../bson/format.ts";
import {
  BSONRegExp,
  BSONSymbol,
  type Document,
  documentOf,
  isNullish,
  isNumeric,
  toNumber,
  typeName,
  type Value,
} from "../bson/values.ts";
import { CommandError } from "../errors.ts";
import { compileRegex } from "../query/regex.ts";
import type { Expression, ExpressionContext, OperatorParser, Operators, Scope } from "./context.ts";
import { textOf } from "./conversions.ts";
import { binary, parseNamed, parseOperands, unary, variadic } from "./operands.ts";

/** A value as text, as the older string operators take it: null and missing are "". */
function coerce(value: Value | undefined): string {
  if (isNullish(value)) return "";
  if (typeof value === "string") return value;
  const text = value === undefined ? null : textOf(value);
  if (text === null || typeof value === "boolean") {
    throw new CommandError(16007, `can't convert from BSON type ${typeName(value)} to String`);
  }
  return text;
}

function concatenate(values: (Value | undefined)[]): Value {
  let result = "";
  for (const value of values) {
    if (isNullish(value)) return null;
    if (value instanceof BSONSymbol) result += value.value;
    else if (typeof value === "string") result += value;
    else throw new CommandError(16702, `$concat only supports strings, not ${typeName(value)}`);
  }
  return result;
}

function asciiLower(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

function asciiUpper(text: string): string {
  return text.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
}

function isContinuation(bytes: Buffer, at: number): boolean {
  return at < bytes.length && ((bytes[at] ?? 0) & 0xc0) === 0x80;
}

function substringOfBytes(values: (Value | undefined)[]): Value {
  const [text, from, count] = values;
  if (!isNumeric(from)) {
    throw new CommandError(
      16034,
      `$substrBytes:  starting index must be a numeric type (is BSON type ${typeName(from)})`,
    );
  }
  if (!isNumeric(count)) {
    throw new CommandError(
      16035,
      `$substrBytes:  length must be a numeric type (is BSON type ${typeName(count)})`,
    );
  }
  const bytes = Buffer.from(coerce(text), "utf8");
  const start = Math.trunc(toNumber(from));
  const length = Math.trunc(toNumber(count));
  if (start < 0) {
    throw new CommandError(50752, `$substrBytes:  starting index must be non-negative (got: ${start})`);
  }
  const end = length < 0 ? bytes.length : Math.min(bytes.length, start + length);
  if (isContinuation(bytes, start)) {
    throw new CommandError(
      28656,
      "$substrBytes:  Invalid range, starting index is a UTF-8 continuation byte.",
    );
  }
  if (isContinuation(bytes, end)) {
    throw new CommandError(
      28657,
      "$substrBytes:  Invalid range, ending index is in the middle of a UTF-8 character.",
    );
  }
  return start >= bytes.length ? "" : bytes.toString("utf8", start, end);
}

function whole(value: Value | undefined): number | null {
  return isNumeric(value) && Number.isInteger(toNumber(value)) ? toNumber(value) : null;
}

function substringOfCodePoints(values: (Value | undefined)[]): Value {
  const [text, from, count] = values;
  const points = [...coerce(text)];
  if (!isNumeric(from)) {
    throw new CommandError(
      34450,
      `$substrCP: starting index must be a numeric type (is BSON type ${typeName(from)})`,
    );
  }
  const start = whole(from);
  if (start === null) {
    throw new CommandError(
      34451,
      `$substrCP: starting index cannot be represented as a 32-bit integral value: ${formatValue(from)}`,
    );
  }
  if (!isNumeric(count)) {
    throw new CommandError(
      34452,
      `$substrCP: length must be a numeric type (is BSON type ${typeName(count)})`,
    );
  }
  const length = whole(count);
  if (length === null) {
    throw new CommandError(
      34453,
      `$substrCP: length cannot be represented as a 32-bit integral value: ${formatValue(count)}`,
    );
  }
  if (length < 0) throw new CommandError(34454, "$substrCP: length must be a nonnegative integer.");
  if (start < 0) throw new CommandError(34455, "$substrCP: the starting index must be nonnegative integer.");
  return points.slice(start, start + length).join("");
}

function requireString(name: string, code: number, value: Value | undefined): string {
  if (typeof value !== "string") {
    throw new CommandError(code, `${name} requires a string argument, found: ${typeName(value)}`);
  }
  return value;
}

function split(text: Value | undefined, separator: Value | undefined): Value {
  if (isNullish(text) || isNullish(separator)) return null;
  if (typeof text !== "string") {
    throw new CommandError(
      40085,
      `$split requires an expression that evaluates to a string as a first argument, found: ${typeName(text)}`,
    );
  }
  if (typeof separator !== "string") {
    throw new CommandError(
      40086,
      `$split requires an expression that evaluates to a string as a second argument, found: ${typeName(separator)}`,
    );
  }
  if (separator === "") throw new CommandError(40087, "$split requires a non-empty separator");
  return text.split(separator);
}

const blanks = new Set(
  "\0\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a",
);

function trimming(name: string, left: boolean, right: boolean): OperatorParser {
  return (operand, context) => {
    const named = parseNamed(name, operand, context, ["input"], ["chars"], {
      shape: 50696,
      unknown: 50694,
      missing: 50695,
    });
    const charsGiven = named.has("chars");
    return (scope) => {
      const input = named.get("input")?.(scope);
      const chars = named.get("chars")?.(scope);
      if (isNullish(input)) return null;
      if (typeof input !== "string") {
        throw new CommandError(
          50699,
          `${name} requires its input to be a string, got ${formatValue(input)} (of type ${typeName(input)}) instead.`,
        );
      }
      if (charsGiven && isNullish(chars)) return null;
      if (charsGiven && typeof chars !== "string") {
        throw new CommandError(
          50700,
          `${name} requires 'chars' to be a string, got ${formatValue(chars)} (of type ${typeName(chars)}) instead.`,
        );
      }
      const members = typeof chars === "string" ? new Set(chars) : blanks;
      const points = [...input];
      let start = 0;
      let end = points.length;
      while (left && start < end && members.has(points[start] ?? "")) start++;
      while (right && end > start && members.has(points[end - 1] ?? "")) end--;
      return points.slice(start, end).join("");
    };
  };
}

function indexOf(
  name: string,
  codes: { text: number; part: number; whole: number; negative: number },
  inBytes: boolean,
): OperatorParser {
  return variadic(name, 2, 4, (values) => {
    const [text, part, from, to] = values;
    if (isNullish(text)) return null;
    if (typeof text !== "string") {
      throw new CommandError(
        codes.text,
        `${name} requires a string as the first argument, found: ${typeName(text)}`,
      );
    }
    if (typeof part !== "string") {
      throw new CommandError(
        codes.part,
        `${name} requires a string as the second argument, found: ${typeName(part)}`,
      );
    }
    const bound = (value: Value | undefined, label: string): number => {
      const number = whole(value);
      if (number === null) {
        throw new CommandError(
          codes.whole,
          `${name} requires an integral ${label} index, found a value of type: ${typeName(value)}, with value: ${formatValue(value)}`,
        );
      }
      if (number < 0)
        throw new CommandError(
          codes.negative,
          `${name} requires a nonnegative ${label} index, found: ${number}`,
        );
      return number;
    };
    const start = values.length > 2 ? bound(from, "starting") : 0;
    const end = values.length > 3 ? bound(to, "ending") : Number.POSITIVE_INFINITY;
    return inBytes ? findBytes(text, part, start, end) : findPoints(text, part, start, end);
  });
}

function findBytes(text: string, part: string, start: number, end: number): number {
  const bytes = Buffer.from(text, "utf8").subarray(0, Math.min(end, Number.MAX_SAFE_INTEGER));
  return start > bytes.length || start > end ? -1 : bytes.indexOf(Buffer.from(part, "utf8"), start);
}

function findPoints(text: string, part: string, start: number, end: number): number {
  const points = [...text].slice(0, Math.min(end, Number.MAX_SAFE_INTEGER));
  const wanted = [...part];
  for (let at = start; at + wanted.length <= points.length; at++) {
    if (wanted.every((point, offset) => points[at + offset] === point)) return at;
  }
  return -1;
}

interface RegexOperands {
  text: string | null;
  expression: RegExp | null;
}

function regexOperator(
  name: string,
  apply: (text: string, expression: RegExp) => Value,
  absent: () => Value,
): OperatorParser {
  return (operand, context) => {
    const named = parseNamed(name, operand, context, ["input", "regex"], ["options"], {
      shape: 51103,
      unknown: 31024,
      missing: 31022,
    });
    return (scope) => {
      const { text, expression } = regexOperands(name, named, scope);
      return text === null || expression === null ? absent() : apply(text, expression);
    };
  };
}

function regexOperands(name: string, named: ReadonlyMap<string, Expression>, scope: Scope): RegexOperands {
  const input = named.get("input")?.(scope);
  const regex = named.get("regex")?.(scope);
  const options = named.get("options")?.(scope);
  if (!isNullish(input) && typeof input !== "string" && !(input instanceof BSONSymbol)) {
    throw new CommandError(51104, `${name} needs 'input' to be of type string`);
  }
  if (!isNullish(regex) && typeof regex !== "string" && !(regex instanceof BSONRegExp)) {
    throw new CommandError(51105, `${name} needs 'regex' to be of type string or regex`);
  }
  if (!isNullish(options) && typeof options !== "string") {
    throw new CommandError(51106, `${name} needs 'options' to be of type string`);
  }
  const given = typeof options === "string" ? options : "";
  if (regex instanceof BSONRegExp && regex.options !== "" && given !== "") {
    throw new CommandError(
      51107,
      `${name} found regex option(s) specified in both 'regex' and 'option' fields`,
    );
  }
  const text = input instanceof BSONSymbol ? input.value : typeof input === "string" ? input : null;
  if (regex instanceof BSONRegExp)
    return { text, expression: compileRegex(regex.pattern, regex.options || given) };
  return { text, expression: typeof regex === "string" ? compileRegex(regex, given) : null };
}

function described(text: string, match: RegExpExecArray): Document {
  return documentOf({
    match: match[0],
    idx: [...text.slice(0, match.index)].length,
    captures: match.slice(1).map((capture) => capture ?? null),
  });
}

function findAll(text: string, expression: RegExp): Value {
  const global = new RegExp(expression.source, `${expression.flags}g`);
  return [...text.matchAll(global)].map((match) => described(text, match));
}

function replacing(name: string, all: boolean): OperatorParser {
  return (operand: Value, context: ExpressionContext) => {
    const named = parseNamed(name, operand, context, ["input", "find", "replacement"], [], {
      shape: 51751,
      unknown: 51750,
      missing: 51749,
    });
    const codes: readonly [string, number][] = [
      ["input", 51746],
      ["find", 51745],
      ["replacement", 51744],
    ];
    return (scope) => {
      const texts = codes.map(([field, code]) => {
        const value = named.get(field)?.(scope);
        if (isNullish(value)) return null;
        if (typeof value === "string") return value;
        throw new CommandError(
          code,
          `${name} requires that '${field}' be a string, found: ${formatValue(value)}`,
        );
      });
      const [input, find, replacement] = texts;
      if (typeof input !== "string" || typeof find !== "string" || typeof replacement !== "string")
        return null;
      if (all && find === "") return replacement + [...input].map((point) => point + replacement).join("");
      return all ? input.split(find).join(replacement) : input.replace(find, () => replacement);
    };
  };
}

/** The string operators of aggregation expressions. */
export const stringOperators: Operators = {
  $concat: variadic("$concat", 0, Number.POSITIVE_INFINITY, concatenate),
  $toLower: unary("$toLower", (value) => asciiLower(coerce(value))),
  $toUpper: unary("$toUpper", (value) => asciiUpper(coerce(value))),
  $substr: variadic("$substrBytes", 3, 3, substringOfBytes),
  $substrBytes: variadic("$substrBytes", 3, 3, substringOfBytes),
  $substrCP: variadic("$substrCP", 3, 3, substringOfCodePoints),
  $strLenBytes: unary("$strLenBytes", (value) =>
    Buffer.byteLength(requireString("$strLenBytes", 34473, value)),
  ),
  $strLenCP: unary("$strLenCP", (value) => [...requireString("$strLenCP", 34471, value)].length),
  $split: binary("$split", split),
  $trim: trimming("$trim", true, true),
  $ltrim: trimming("$ltrim", true, false),
  $rtrim: trimming("$rtrim", false, true),
  $indexOfBytes: indexOf("$indexOfBytes", { text: 40091, part: 40092, whole: 40096, negative: 40097 }, true),
  $indexOfCP: indexOf("$indexOfCP", { text: 40093, part: 40094, whole: 40096, negative: 40097 }, false),
  $strcasecmp: (operand, context) => {
    const [left, right] = parseOperands("$strcasecmp", operand, context, 2, 2);
    return (scope) =>
      Math.sign(compareStrings(asciiUpper(coerce(left?.(scope))), asciiUpper(coerce(right?.(scope)))));
  },
  $regexMatch: regexOperator(
    "$regexMatch",
    (text, expression) => expression.test(text),
    () => false,
  ),
  $regexFind: regexOperator(
    "$regexFind",
    (text, expression) => {
      const match = expression.exec(text);
      return match ? described(text, match) : null;
    },
    () => null,
  ),
  $regexFindAll: regexOperator("$regexFindAll", findAll, () => []),
  $replaceOne: replacing("$replaceOne", false),
  $replaceAll: replacing("$replaceAll", true),
};
