/** The register: a line for each closed case, and for each contact made elsewhere, in the organisers' columns. No words. */
import type { RecordDocument } from "../models/records.ts";
import type { RegisterColumn } from "../programmes/programme.ts";

/** The register as CSV (RFC 4180), with the mark that makes spreadsheet programs read it as UTF-8. */
export function registerOf(
  columns: readonly RegisterColumn[],
  sites: readonly { records: readonly RecordDocument[]; zone: string }[],
): string {
  const head = columns.map(({ title }) => title);
  const rows = sites.flatMap(({ records, zone }) =>
    records.map((record) => columns.map(({ holds }) => valueIn(record, holds, zone))),
  );
  return `\uFEFF${[head, ...rows].map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;
}

function valueIn(record: RecordDocument, holds: RegisterColumn["holds"], zone: string): string {
  switch (holds) {
    case "date":
      return new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short" }).format(record.closedAt);
    case "site":
    case "handle":
    case "channel":
    case "language":
      return record[holds];
    case "kind":
    case "way":
    case "support":
    case "advanced":
      return record.wrapUp?.[holds] ?? "";
    case "escalated":
      return record.escalated ? "yes" : "no";
    case "wordsIn":
    case "wordsOut":
      return String(record[holds]);
    default:
      return holds satisfies never;
  }
}

/** Quoted where it must be; what a spreadsheet would take for a formula gets an apostrophe in front. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** @returns the first instants of a month and of the next one, UTC; null when it is none */
export function monthOf(text: string): { from: Date; to: Date } | null {
  const [, year, month] = /^(20\d\d)-(0[1-9]|1[0-2])$/.exec(text) ?? [];
  if (!year || !month) return null;
  return {
    from: new Date(Date.UTC(Number(year), Number(month) - 1, 1)),
    to: new Date(Date.UTC(Number(year), Number(month), 1)),
  };
}
