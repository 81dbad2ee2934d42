import { formatValue } from "../bson/format.ts";
import {
  documentOf,
  isDocument,
  isNullish,
  isNumeric,
  ObjectId,
  Timestamp,
  toNumber,
  typeName,
  type Value,
} from "../bson/values.ts";
import { CommandError } from "../errors.ts";
import {
  dayNumber,
  dayOfYear,
  isoWeek,
  type LocalTime,
  localTime,
  utcFromLocal,
  utcZone,
  weekday,
  type Zone,
  zoneOf,
} from "./calendar.ts";
import type { Expression, ExpressionContext, OperatorParser, Operators, Scope } from "./context.ts";
import { formatDate, fromIsoWeek, parseDateText, parseDateWithFormat, weekOfYear } from "./date-text.ts";
import { addUnits, differenceIn, parseUnit, parseWeekday, truncate } from "./date-units.ts";
import { type NamedOperandCodes, type NamedOperands, parseNamed, unary } from "./operands.ts";
import { parseExpression } from "./parse.ts";

/** A date from what MongoDB takes for one: a date, a timestamp or an ObjectId. */
function timeOf(name: string, code: number, value: Value | undefined): number {
  if (value instanceof Date) return value.getTime();
  if (value instanceof Timestamp) return value.t * 1000;
  if (value instanceof ObjectId) return value.getTimestamp().getTime();
  throw new CommandError(code, `${name} can't convert from BSON type ${typeName(value)} to Date`);
}

/** The zone of an operand; null when it is null or missing. */
function zoneFrom(value: Value | undefined, given: boolean): Zone | null {
  if (!given) return utcZone;
  if (isNullish(value)) return null;
  if (typeof value !== "string") {
    throw new CommandError(40517, `timezone must evaluate to a string, found ${typeName(value)}`);
  }
  return zoneOf(value);
}

function datePart(name: string, part: (local: LocalTime) => Value): OperatorParser {
  return (operand, context) => {
    let date: Expression;
    let zone: Expression | null = null;
    const only = Array.isArray(operand) && operand.length === 1 ? (operand[0] ?? null) : operand;
    if (Array.isArray(only)) {
      throw new CommandError(
        40536,
        `${name} accepts exactly one argument if given an array, but was given ${only.length}`,
      );
    }
    if (isDocument(only) && !([...only.keys()][0] ?? "").startsWith("$")) {
      const named = parseNamed(name, only, context, ["date"], ["timezone"], {
        shape: 40535,
        unknown: 40535,
        missing: 40539,
      });
      date = named.get("date") ?? (() => null);
      zone = named.get("timezone") ?? null;
    } else {
      date = parseExpression(only, context);
    }
    return (scope) => {
      const value = date(scope);
      if (isNullish(value)) return null;
      const used = zoneFrom(zone?.(scope), zone !== null);
      return used && part(localTime(timeOf(name, 16006, value), used));
    };
  };
}

function operand(named: NamedOperands, name: string, scope: Scope): Value | undefined {
  return named.get(name)?.(scope);
}

function parseDateToString(value: Value, context: ExpressionContext): Expression {
  const codes = { shape: 18629, unknown: 18534, missing: 18628 };
  const named = parseNamed(
    "$dateToString",
    value,
    context,
    ["date"],
    ["format", "timezone", "onNull"],
    codes,
  );
  return (scope) => {
    const date = operand(named, "date", scope);
    if (isNullish(date)) return named.has("onNull") ? operand(named, "onNull", scope) : null;
    const zone = zoneFrom(operand(named, "timezone", scope), named.has("timezone"));
    const format = named.has("format") ? operand(named, "format", scope) : "%Y-%m-%dT%H:%M:%S.%LZ";
    if (!zone || isNullish(format)) return null;
    if (typeof format !== "string") {
      throw new CommandError(
        18533,
        `$dateToString requires that 'format' be a string, found: ${typeName(format)} with value ${formatValue(format)}`,
      );
    }
    const shown = named.has("format") || zone === utcZone ? format : "%Y-%m-%dT%H:%M:%S.%L";
    return formatDate(timeOf("$dateToString", 16006, date), zone, shown);
  };
}

function parseDateFromString(value: Value, context: ExpressionContext): Expression {
  const codes = { shape: 40540, unknown: 40541, missing: 40542 };
  const optional = ["format", "timezone", "onError", "onNull"];
  const named = parseNamed("$dateFromString", value, context, ["dateString"], optional, codes);
  return (scope) => {
    const text = operand(named, "dateString", scope);
    const zone = zoneFrom(operand(named, "timezone", scope), named.has("timezone"));
    const format = operand(named, "format", scope);
    if (isNullish(text)) return named.has("onNull") ? operand(named, "onNull", scope) : null;
    if (!zone || (named.has("format") && isNullish(format))) return null;
    try {
      if (typeof text !== "string") {
        throw new CommandError(
          "ConversionFailure",
          `$dateFromString requires that 'dateString' be a string, found: ${typeName(text)} with value ${formatValue(text)}`,
        );
      }
      if (named.has("format") && typeof format !== "string") {
        throw new CommandError(
          40684,
          `$dateFromString requires that 'format' be a string, found: ${typeName(format)} with value ${formatValue(format)}`,
        );
      }
      return typeof format === "string"
        ? parseDateWithFormat(text, format, zone)
        : parseDateText(text, named.has("timezone") ? zone : null);
    } catch (error) {
      if (named.has("onError") && error instanceof CommandError && error.codeName === "ConversionFailure") {
        return operand(named, "onError", scope);
      }
      throw error;
    }
  };
}

const partCodes: NamedOperandCodes = { shape: 40519, unknown: 40518, missing: 40516 };

function parseDateFromParts(value: Value, context: ExpressionContext): Expression {
  const clock = ["hour", "minute", "second", "millisecond", "timezone"];
  const byWeek = isDocument(value) && value.has("isoWeekYear");
  const required = [byWeek ? "isoWeekYear" : "year"];
  const optional = byWeek ? ["isoWeek", "isoDayOfWeek", ...clock] : ["month", "day", ...clock];
  const named = parseNamed("$dateFromParts", value, context, required, optional, partCodes);
  return (scope) => {
    const zone = zoneFrom(operand(named, "timezone", scope), named.has("timezone"));
    const part = (name: string, fallback: number): number | null => {
      if (!named.has(name)) return fallback;
      const given = operand(named, name, scope);
      if (isNullish(given)) return null;
      if (!isNumeric(given) || !Number.isInteger(toNumber(given))) {
        throw new CommandError(
          40515,
          `'${name}' must evaluate to an integer, found ${typeName(given)} with value ${formatValue(given)}`,
        );
      }
      return toNumber(given);
    };
    const year = part(byWeek ? "isoWeekYear" : "year", 1970);
    const month = part(byWeek ? "isoWeek" : "month", 1);
    const day = part(byWeek ? "isoDayOfWeek" : "day", 1);
    const hour = part("hour", 0);
    const minute = part("minute", 0);
    const second = part("second", 0);
    const millisecond = part("millisecond", 0);
    if (!zone || year === null || month === null || day === null) return null;
    if (hour === null || minute === null || second === null || millisecond === null) return null;
    if (year < 1 || year > 9999) {
      throw new CommandError(
        40523,
        `'${required[0]}' must evaluate to an integer in the range 1 to 9999, found ${year}`,
      );
    }
    const local: LocalTime = {
      year,
      month: byWeek ? 1 : month,
      day: byWeek ? 1 : day,
      hour,
      minute,
      second,
      millisecond,
    };
    return byWeek ? fromIsoWeek(local, year, month, day, zone) : new Date(utcFromLocal(local, zone));
  };
}

function parseDateToParts(value: Value, context: ExpressionContext): Expression {
  const codes = { shape: 40524, unknown: 40520, missing: 40522 };
  const named = parseNamed("$dateToParts", value, context, ["date"], ["timezone", "iso8601"], codes);
  return (scope) => {
    const date = operand(named, "date", scope);
    const zone = zoneFrom(operand(named, "timezone", scope), named.has("timezone"));
    const iso = named.has("iso8601") ? operand(named, "iso8601", scope) : false;
    if (isNullish(iso) || isNullish(date) || !zone) return null;
    if (typeof iso !== "boolean")
      throw new CommandError(40521, `iso8601 must evaluate to a bool, found ${typeName(iso)}`);
    const local = localTime(timeOf("$dateToParts", 16006, date), zone);
    const { hour, minute, second, millisecond } = local;
    const clock = { hour, minute, second, millisecond };
    if (!iso) return documentOf({ year: local.year, month: local.month, day: local.day, ...clock });
    const { year, week } = isoWeek(local);
    return documentOf({ isoWeekYear: year, isoWeek: week, isoDayOfWeek: isoWeekday(local), ...clock });
  };
}

function isoWeekday(local: LocalTime): number {
  return weekday(dayNumber(local)) || 7;
}

/** The evaluated operands that `$dateAdd`, `$dateDiff` and `$dateTrunc` have in common; null: one is nullish. */
function evaluated(named: NamedOperands, names: readonly string[], scope: Scope): Map<string, Value> | null {
  const values = new Map<string, Value>();
  for (const name of names) {
    if (!named.has(name)) continue;
    const value = operand(named, name, scope);
    if (value === undefined || isNullish(value)) return null;
    values.set(name, value);
  }
  return values;
}

function shifting(name: string, sign: 1 | -1): OperatorParser {
  const names = ["startDate", "unit", "amount", "timezone"];
  return (value, context) => {
    const codes = { shape: 5166400, unknown: 5166401, missing: 5166402 };
    const named = parseNamed(name, value, context, names.slice(0, 3), ["timezone"], codes);
    return (scope) => {
      const values = evaluated(named, names, scope);
      if (!values) return null;
      const amount = values.get("amount");
      if (!isNumeric(amount) || !Number.isInteger(toNumber(amount))) {
        throw new CommandError(5166405, `${name} expects integer amount of time units`);
      }
      const zone = zoneFrom(values.get("timezone"), values.has("timezone")) ?? utcZone;
      const unit = parseUnit(name, values.get("unit"));
      const start = timeOf(name, 5166403, values.get("startDate"));
      const result = new Date(addUnits(start, unit, sign * toNumber(amount), zone));
      if (Number.isNaN(result.getTime())) throw new CommandError(5166406, `${name} overflowed`);
      return result;
    };
  };
}

function parseDateDiff(value: Value, context: ExpressionContext): Expression {
  const codes = { shape: 5166301, unknown: 5166302, missing: 5166303 };
  const names = ["startDate", "endDate", "unit", "timezone", "startOfWeek"];
  const named = parseNamed("$dateDiff", value, context, names.slice(0, 3), names.slice(3), codes);
  return (scope) => {
    const values = evaluated(named, names.slice(0, 4), scope);
    if (!values) return null;
    const unit = parseUnit("$dateDiff", values.get("unit"));
    const zone = zoneFrom(values.get("timezone"), values.has("timezone")) ?? utcZone;
    const week =
      unit === "week" && named.has("startOfWeek") ? operand(named, "startOfWeek", scope) : "sunday";
    if (isNullish(week)) return null;
    const start = timeOf("$dateDiff", 5166307, values.get("startDate"));
    const end = timeOf("$dateDiff", 5166307, values.get("endDate"));
    return BigInt(differenceIn(start, end, unit, zone, parseWeekday("$dateDiff", week)));
  };
}

function parseDateTrunc(value: Value, context: ExpressionContext): Expression {
  const codes = { shape: 5439007, unknown: 5439008, missing: 5439009 };
  const names = ["date", "unit", "binSize", "timezone", "startOfWeek"];
  const named = parseNamed("$dateTrunc", value, context, names.slice(0, 2), names.slice(2), codes);
  return (scope) => {
    const values = evaluated(named, names.slice(0, 4), scope);
    if (!values) return null;
    const unit = parseUnit("$dateTrunc", values.get("unit"));
    const zone = zoneFrom(values.get("timezone"), values.has("timezone")) ?? utcZone;
    const week =
      unit === "week" && named.has("startOfWeek") ? operand(named, "startOfWeek", scope) : "sunday";
    if (isNullish(week)) return null;
    const binSize = values.get("binSize") ?? 1;
    if (!isNumeric(binSize) || !Number.isInteger(toNumber(binSize))) {
      throw new CommandError(
        5439017,
        "$dateTrunc requires 'binSize' to be a 64-bit integer, but got value '" +
          `${formatValue(binSize)}' of type ${typeName(binSize)}`,
      );
    }
    if (toNumber(binSize) <= 0) {
      throw new CommandError(
        5439018,
        `$dateTrunc requires 'binSize' to be greater than 0, but got value ${toNumber(binSize)}`,
      );
    }
    const time = timeOf("$dateTrunc", 5439012, values.get("date"));
    return new Date(truncate(time, unit, toNumber(binSize), zone, parseWeekday("$dateTrunc", week)));
  };
}

function stamp(name: string, part: (value: Timestamp) => number): OperatorParser {
  return unary(name, (value) => {
    if (isNullish(value)) return null;
    if (value instanceof Timestamp) return BigInt(part(value));
    throw new CommandError(5687301, `${name} requires a timestamp argument, found: ${typeName(value)}`);
  });
}

/** The date operators of aggregation expressions. */
export const dateOperators: Operators = {
  $year: datePart("$year", ({ year }) => year),
  $month: datePart("$month", ({ month }) => month),
  $dayOfMonth: datePart("$dayOfMonth", ({ day }) => day),
  $dayOfYear: datePart("$dayOfYear", dayOfYear),
  $dayOfWeek: datePart("$dayOfWeek", (local) => weekday(dayNumber(local)) + 1),
  $hour: datePart("$hour", ({ hour }) => hour),
  $minute: datePart("$minute", ({ minute }) => minute),
  $second: datePart("$second", ({ second }) => second),
  $millisecond: datePart("$millisecond", ({ millisecond }) => millisecond),
  $week: datePart("$week", weekOfYear),
  $isoWeek: datePart("$isoWeek", (local) => isoWeek(local).week),
  $isoWeekYear: datePart("$isoWeekYear", (local) => BigInt(isoWeek(local).year)),
  $isoDayOfWeek: datePart("$isoDayOfWeek", isoWeekday),
  $dateToString: parseDateToString,
  $dateFromString: parseDateFromString,
  $dateFromParts: parseDateFromParts,
  $dateToParts: parseDateToParts,
  $dateAdd: shifting("$dateAdd", 1),
  $dateSubtract: shifting("$dateSubtract", -1),
  $dateDiff: parseDateDiff,
  $dateTrunc: parseDateTrunc,
  $tsSecond: stamp("$tsSecond", (value) => value.t),
  $tsIncrement: stamp("$tsIncrement", (value) => value.i),
};
