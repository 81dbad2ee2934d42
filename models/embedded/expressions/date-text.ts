import { CommandError } from "../errors.ts";
import {
  dayNumber,
  dayOfYear,
  isoWeek,
  type LocalTime,
  localTime,
  MINUTE,
  utcFromLocal,
  utcOf,
  utcZone,
  weekday,
  type Zone,
  zoneOf,
} from "./calendar.ts";

const months = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

function pad(value: number, width: number): string {
  return String(value).padStart(width, "0");
}

/** The week of the year that `$week` counts: weeks begin on Sundays, days before the first are in week 0. */
export function weekOfYear(local: LocalTime): number {
  return Math.floor((dayOfYear(local) + 6 - weekday(dayNumber(local))) / 7);
}

function offsetText(minutes: number): string {
  const size = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${pad(Math.floor(size / 60), 2)}${pad(size % 60, 2)}`;
}

type Writer = (local: LocalTime, offsetMinutes: number) => string;

const writers: Readonly<Record<string, Writer>> = {
  Y: ({ year }) => {
    if (year < 0 || year > 9999) {
      throw new CommandError(
        18537,
        `Could not convert date to string: date component was outside the supported range of 0-9999: ${year}`,
      );
    }
    return pad(year, 4);
  },
  m: ({ month }) => pad(month, 2),
  d: ({ day }) => pad(day, 2),
  H: ({ hour }) => pad(hour, 2),
  M: ({ minute }) => pad(minute, 2),
  S: ({ second }) => pad(second, 2),
  L: ({ millisecond }) => pad(millisecond, 3),
  j: (local) => pad(dayOfYear(local), 3),
  u: (local) => String(weekday(dayNumber(local)) || 7),
  w: (local) => String(weekday(dayNumber(local)) + 1),
  U: (local) => pad(weekOfYear(local), 2),
  V: (local) => pad(isoWeek(local).week, 2),
  G: (local) => pad(isoWeek(local).year, 4),
  b: ({ month }) =>
    (months[month - 1] ?? "")
      .slice(0, 3)
      .toLowerCase()
      .replace(/^./, (letter) => letter.toUpperCase()),
  B: ({ month }) => months[month - 1] ?? "",
  z: (_local, offset) => offsetText(offset),
  Z: (_local, offset) => (offset < 0 ? `-${-offset}` : `+${offset}`),
  "%": () => "%",
};

/** Refuses a format of `$dateToString` or `$dateFromString` with an unknown or unpaired `%`. */
function checkDateFormat(format: string): void {
  for (let at = format.indexOf("%"); at >= 0; at = format.indexOf("%", at + 2)) {
    if (at + 1 >= format.length) throw new CommandError(18535, "Unmatched '%' at end of format string");
    if (!Object.hasOwn(writers, format.charAt(at + 1))) {
      throw new CommandError(18536, `Invalid format character '%${format.charAt(at + 1)}' in format string`);
    }
  }
}

/** A date as text by a format of `$dateToString`. */
export function formatDate(utc: number, zone: Zone, format: string): string {
  checkDateFormat(format);
  const local = localTime(utc, zone);
  const offset = Math.trunc(zone.offsetAt(utc) / MINUTE);
  return format.replace(/%(.)/g, (_whole, letter: string) => writers[letter]?.(local, offset) ?? "");
}

function unreadable(text: string, why: string): CommandError {
  return new CommandError("ConversionFailure", `Error parsing date string '${text}'; ${why}`);
}

const iso =
  /^([+-]?\d{4,6})-(\d{1,2})(?:-(\d{1,2}))?(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?)?\s*(Z|[A-Za-z]+(?:\/[A-Za-z_]+)*|[+-]\d{2}:?\d{2}|[+-]\d{2})?$/;

/** Reads an ISO 8601 date, with or without time; `zone` is used (and must be alone) when the text names none. */
export function parseDateText(text: string, zone: Zone | null): Date {
  const parts = iso.exec(text.trim());
  if (!parts) throw unreadable(text, "the form is not one of ISO 8601");
  const [, year, month, day = "1", hour = "0", minute = "0", second = "0", fraction = "", zoneName] = parts;
  const local: LocalTime = {
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second),
    millisecond: Number(fraction.padEnd(3, "0").slice(0, 3)),
  };
  return dateFromLocal(text, local, zoneName, zone);
}

function dateFromLocal(
  text: string,
  local: LocalTime,
  zoneName: string | undefined,
  zone: Zone | null,
): Date {
  const valid = utcOf({ ...local, hour: 0, minute: 0, second: 0, millisecond: 0 });
  const check = new Date(valid);
  if (check.getUTCMonth() + 1 !== local.month || check.getUTCDate() !== local.day) {
    throw unreadable(text, "the day does not exist");
  }
  if (local.hour > 24 || local.minute > 59 || local.second > 59)
    throw unreadable(text, "the time does not exist");
  if (zoneName !== undefined && zone && zone !== utcZone) {
    throw unreadable(
      text,
      "you cannot pass in a date/time string with time zone information together with a timezone argument",
    );
  }
  const used = zoneName === undefined ? (zone ?? utcZone) : zoneOf(zoneName);
  return new Date(utcFromLocal(local, used));
}

interface Read {
  pattern: string;
  field:
    | keyof LocalTime
    | "zone"
    | "offset"
    | "isoYear"
    | "isoWeek"
    | "isoDay"
    | "dayOfYear"
    | "monthName"
    | null;
}

const readers: Readonly<Record<string, Read>> = {
  Y: { pattern: "\\d{4}", field: "year" },
  m: { pattern: "\\d{1,2}", field: "month" },
  d: { pattern: "\\d{1,2}", field: "day" },
  H: { pattern: "\\d{1,2}", field: "hour" },
  M: { pattern: "\\d{1,2}", field: "minute" },
  S: { pattern: "\\d{1,2}", field: "second" },
  L: { pattern: "\\d{1,3}", field: "millisecond" },
  G: { pattern: "\\d{4}", field: "isoYear" },
  V: { pattern: "\\d{1,2}", field: "isoWeek" },
  u: { pattern: "[1-7]", field: "isoDay" },
  j: { pattern: "\\d{1,3}", field: "dayOfYear" },
  b: { pattern: "[A-Za-z]{3}", field: "monthName" },
  B: { pattern: "[A-Za-z]+", field: "monthName" },
  z: { pattern: "Z|[+-]\\d{2}:?\\d{2}|[A-Za-z]+(?:/[A-Za-z_]+)*", field: "zone" },
  Z: { pattern: "[+-]\\d+", field: "offset" },
  "%": { pattern: "%", field: null },
};

/** Reads a date by a format of `$dateFromString`. */
export function parseDateWithFormat(text: string, format: string, zone: Zone): Date {
  checkDateFormat(format);
  const fields: Read["field"][] = [];
  const source = format.replace(/%(.)|[\\^$.*+?()[\]{}|/]/g, (whole, letter?: string) => {
    if (letter === undefined) return `\\${whole}`;
    const reader = readers[letter];
    if (!reader) throw new CommandError(18536, `Invalid format character '%${letter}' in format string`);
    fields.push(reader.field);
    return `(${reader.pattern})`;
  });
  const match = new RegExp(`^${source}$`).exec(text);
  if (!match) throw unreadable(text, `it does not match the format '${format}'`);
  const values = new Map(fields.map((field, at) => [field, match[at + 1] ?? ""]));
  const number = (field: Read["field"], fallback: number): number => Number(values.get(field) ?? fallback);
  const local: LocalTime = {
    year: number("year", 1970),
    month: number("month", 1),
    day: number("day", 1),
    hour: number("hour", 0),
    minute: number("minute", 0),
    second: number("second", 0),
    millisecond: number("millisecond", 0),
  };
  const named = values.get("monthName");
  if (named !== undefined) {
    local.month = months.findIndex((month) => month.toLowerCase().startsWith(named.toLowerCase())) + 1;
  }
  const offset = values.get("offset");
  if (offset !== undefined) return new Date(utcOf(local) - Number(offset) * MINUTE);
  if (values.has("isoYear") || values.has("isoWeek")) {
    return fromIsoWeek(local, number("isoYear", 1970), number("isoWeek", 1), number("isoDay", 1), zone);
  }
  if (values.has("dayOfYear")) {
    return new Date(utcFromLocal({ ...local, month: 1, day: number("dayOfYear", 1) }, zone));
  }
  return dateFromLocal(text, local, values.get("zone"), zone);
}

/** The date of a day of an ISO week. */
export function fromIsoWeek(local: LocalTime, year: number, week: number, day: number, zone: Zone): Date {
  const fourth = dayNumber({ ...local, year, month: 1, day: 4 });
  const monday = fourth - ((weekday(fourth) + 6) % 7);
  const days = monday + (week - 1) * 7 + (day - 1);
  return new Date(utcFromLocal({ ...local, year: 1970, month: 1, day: 1 + days }, zone));
}
