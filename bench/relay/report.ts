/** Writes what was measured into `bench/README.md`, between its two marks. */
import { readFileSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import type { Measured } from "./load.ts";
import { median, spread } from "./statistics.ts";

export interface Figures {
  /** By load, then by contender: one for each repetition. */
  rows: Map<string, Map<string, Measured[]>>;
  moments: Map<string, number[]>;
  notes: string[];
}

const readme = new URL("../README.md", import.meta.url);
const begin = "<!-- written by npm run bench -->";
const end = "<!-- end -->";

/** Where the measurements of one contender under one load go. */
export function cell(figures: Figures, load: string, contender: string): Measured[] {
  const row = figures.rows.get(load) ?? new Map<string, Measured[]>();
  figures.rows.set(load, row);
  const measured = row.get(contender) ?? [];
  row.set(contender, measured);
  return measured;
}

/** Replaces the table that the last run has left. */
export function writeReport(
  figures: Figures,
  { repetitions, seconds }: { repetitions: number; seconds: number },
): void {
  const text = readFileSync(readme, "utf8");
  const from = text.indexOf(begin) + begin.length;
  const to = text.indexOf(end);
  if (from < begin.length || to < from) throw new Error("bench/README.md has lost its marks");
  const written = [
    `Measured on ${new Date().toISOString().slice(0, 10)} on ${machine()}, Node.js ${process.version}; ` +
      `${repetitions} repetitions of ${seconds} s, turn by turn; median (least–most).`,
    ...saturated(figures),
    ...offered(figures),
    ...momentsOf(figures),
    ...stored(figures),
    ...figures.notes,
  ].join("\n\n");
  writeFileSync(readme, `${text.slice(0, from)}\n\n${written}\n\n${text.slice(to)}`);
}

/** The class of the machine, not its name. */
function machine(): string {
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  return `a shared virtual machine with ${cpus().length} cores and ${gigabytes} GB`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => "---"), ...rows];
  return lines.map((line) => `| ${line.join(" | ")} |`).join("\n");
}

function saturated({ rows }: Figures): string[] {
  const row = rows.get("saturated");
  if (!row) return [];
  const runner = medianOf(row, "runner", ({ cpuOfAll }) => cpuOfAll);
  const head = [
    "saturated, 300 on their way",
    "messages/s",
    "CPU µs: main",
    "second thread",
    "others",
    "database process",
  ];
  const lines = [...row].map(([name, measured]) => [
    name,
    of(measured, ({ perSecond }) => perSecond),
    of(measured, ({ cpu }) => cpu.main),
    of(measured, ({ cpu }) => cpu.second),
    of(measured, ({ cpu }) => cpu.others),
    measured[0]?.cpuOfDatabase === null ? "–" : of(measured, ({ cpuOfDatabase }) => cpuOfDatabase ?? 0),
    (median(measured.map(({ cpuOfAll }) => cpuOfAll)) / runner).toFixed(2),
    of(measured, ({ fromSaid }) => fromSaid.p99),
  ]);
  return [table([...head, "process ÷ runner", "p99 ms from said"], lines)];
}

function offered({ rows }: Figures): string[] {
  const lines = [...rows]
    .filter(([load]) => load.includes("API"))
    .flatMap(([load, row]) =>
      [...row].map(([name, measured]) => [
        load,
        name,
        of(measured, ({ perSecond }) => perSecond),
        of(measured, ({ fromHanded }) => fromHanded.p50, 1),
        of(measured, ({ fromHanded }) => fromHanded.p99, 1),
        of(measured, ({ cpuOfAll }) => cpuOfAll),
      ]),
    );
  if (lines.length === 0) return [];
  return [
    table(["offered", "", "arrived/s", "p50 ms from handed out", "p99 ms", "CPU µs of the process"], lines),
  ];
}

function momentsOf({ moments }: Figures): string[] {
  if (moments.size === 0) return [];
  return [
    table(
      ["", ""],
      [...moments].map(([what, values]) => [what, spread(values, 1)]),
    ),
  ];
}

function stored({ rows }: Figures): string[] {
  const row = rows.get("200/s, much stored");
  if (!row) return [];
  const [first] = row.values();
  const least = median((first ?? []).map(({ cpuOfAll }) => cpuOfAll));
  const lines = [...row].map(([name, measured]) => [
    name,
    of(measured, ({ cpuOfAll }) => cpuOfAll),
    (median(measured.map(({ cpuOfAll }) => cpuOfAll)) / least).toFixed(2),
    of(measured, ({ fromHanded }) => fromHanded.p50, 1),
  ]);
  return [table(["at 200/s", "CPU µs of the process", "÷ with the fewest", "p50 ms"], lines)];
}

function of(measured: readonly Measured[], figure: (one: Measured) => number, digits = 0): string {
  return spread(measured.map(figure), digits);
}

function medianOf(
  row: ReadonlyMap<string, Measured[]>,
  name: string,
  figure: (one: Measured) => number,
): number {
  for (const [contender, measured] of row) if (contender.endsWith(name)) return median(measured.map(figure));
  return Number.NaN;
}
