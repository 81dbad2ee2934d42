/**
 * `npm run register -- --month 2026-11`: the register of closed cases as CSV, in the organisers' columns. Nicknames, no
 * words. Works while the service runs.
 */
import { writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { readEnvironment } from "../bot/config.ts";
import { encryptionKeys } from "../bot/keys.ts";
import { monthOf, registerOf } from "../bot/register.ts";
import { openDatabase } from "../models/database.ts";
import { runningAddress } from "../models/embedded/server.ts";

const usage =
  "npm run register -- --month 2026-11 [--file register.csv]     without a file: to standard output";

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
    const csv = registerOf(config.programme.register, sites);
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
