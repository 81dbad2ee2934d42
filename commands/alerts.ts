/**
 * `npm run alerts -- --month 2026-11`: how the alerts of closed cases ended, by who called and by rule. An alert was
 * called for when somebody is safe now or others help; it was not when there was no danger. No names, no words.
 */
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { readEnvironment } from "../bot/config.ts";
import { encryptionKeys } from "../bot/keys.ts";
import { monthOf } from "../bot/register.ts";
import type { PastAlert } from "../flows/state.ts";
import { openDatabase } from "../models/database.ts";
import { runningAddress } from "../models/embedded/server.ts";

interface Count {
  useful: number;
  needless: number;
  /** The case was closed before anybody said. */
  unknown: number;
}

/** A table of alerts as text: one line for who called, one for each rule of danger that did. */
export function alertsOf(alerts: readonly PastAlert[]): string {
  const lines = new Map<string, Count>();
  for (const { by, rules, outcome } of alerts) {
    for (const name of [by, ...(by === "detection" ? rules.map((rule) => `  ${rule}`) : [])]) {
      const count = lines.get(name) ?? { useful: 0, needless: 0, unknown: 0 };
      count[outcome === null ? "unknown" : outcome === "nothing" ? "needless" : "useful"] += 1;
      lines.set(name, count);
    }
  }
  const head = "called by / rule                          called for   needless   not said   precision";
  const rows = [...lines].sort(([one], [other]) => order(one) - order(other) || one.localeCompare(other));
  return [head, ...rows.map(([name, count]) => row(name, count))].join("\n");
}

/** Who called comes first, and the rules below detection. */
function order(name: string): number {
  return name === "detection" ? 0 : name.startsWith("  ") ? 1 : 2;
}

function row(name: string, { useful, needless, unknown }: Count): string {
  const judged = useful + needless;
  const precision = judged === 0 ? "–" : `${Math.round((100 * useful) / judged)} %`;
  const cells = [String(useful), String(needless), String(unknown), precision];
  return `${name.padEnd(38)}${cells.map((cell) => cell.padStart(12)).join("")}`;
}

async function run(): Promise<void> {
  const { values } = parseArgs({ options: { month: { type: "string" } } });
  const month = monthOf(values.month ?? "");
  if (!month) throw new Error("npm run alerts -- --month 2026-11");
  const config = readEnvironment();
  const database = await openDatabase({
    uri: config.mongodbUri ?? (await runningAddress(config.dataDirectory)),
    directory: config.dataDirectory,
    keys: encryptionKeys(config.encryptionKeys, config.dataDirectory),
  });
  try {
    const records = await Promise.all(
      config.programme.sites.map(({ id }) => database.records.between(id, month.from, month.to)),
    );
    process.stdout.write(`${alertsOf(records.flat().flatMap(({ alerts }) => alerts ?? []))}\n`);
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
