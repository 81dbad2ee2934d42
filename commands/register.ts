/**
 * `npm run register -- --month 2026-11`: the register of closed cases as CSV, in the organisers' columns. Nicknames, no
 * words. Works while the service runs.
 */
import { writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { readEnvironment } from "../bot/config.ts";
import { encryptionKeys } from "../bot/keys.ts";
import { openDatabase } from "../models/database.ts";
import { runningAddress } from "../models/embedded/server.ts";
import type { RecordDocument } from "../models/records.ts";

const usage =
  "npm run register -- --month 2026-11 [--file register.csv]     without a file: to standard output";

const columns = [
  "date",
  "site",
  "handle",
  "channel",
  "language",
  "request",
  "way of response",
  "support provided",
  "more help needed",
  "escalated",
  "messages in",
  "messages out",
] as const;

/** The register as CSV (RFC 4180), with the mark that makes spreadsheet programs read it as UTF-8. */
export function registerOf(sites: readonly { records: readonly RecordDocument[]; zone: string }[]): string {
  const rows = sites.flatMap(({ records, zone }) => records.map((record) => rowOf(record, zone)));
  return `\uFEFF${[columns, ...rows].map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;
}

function rowOf(record: RecordDocument, zone: string): string[] {
  const { closedAt, site, handle, channel, language, wrapUp, escalated, wordsIn, wordsOut } = record;
  return [
    new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short" }).format(closedAt),
    site,
    handle,
    channel,
    language,
    wrapUp?.kind ?? "",
    wrapUp?.way ?? "",
    wrapUp?.support ?? "",
    wrapUp?.advanced ?? "",
    escalated ? "yes" : "no",
    String(wordsIn),
    String(wordsOut),
  ];
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

async function run(): Promise<void> {
  const { values } = parseArgs({ options: { month: { type: "string" }, file: { type: "string" } } });
  const month = monthOf(values.month ?? "");
  if (!month) throw new Error(usage);
  const config = readEnvironment();
  const database = await openDatabase({
    uri: config.mongodbUri ?? (await runningAddress(config.dataDirectory)),
    directory: config.dataDirectory,
    keys: encryptionKeys(config.encryptionKeys, config.dataDirectory),
  });
  try {
    const sites = await Promise.all(
      config.programme.sites.map(async ({ id, zone }) => ({
        zone,
        records: await database.records.between(id, month.from, month.to),
      })),
    );
    const csv = registerOf(sites);
    if (values.file) writeFileSync(values.file, csv, { flag: "wx", mode: 0o600 });
    else process.stdout.write(csv);
  } finally {
    await database.close();
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  try {
    await run();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : "an unknown failure"}\n`);
    process.exitCode = 1;
  }
}
