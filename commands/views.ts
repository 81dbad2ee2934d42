/**
 * `npm run views -- --month 2026-11`: who opened which talk besides the two who had it, when and why. No word of a
 * talk. Works while the service runs.
 */
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { type Config, readEnvironment } from "../bot/config.ts";
import { encryptionKeys } from "../bot/keys.ts";
import { openedIn } from "../bot/opened.ts";
import { monthOf } from "../bot/register.ts";
import type { OpenedTalk } from "../flows/input.ts";
import { openDatabase } from "../models/database.ts";
import { runningAddress } from "../models/embedded/server.ts";

const usage = "npm run views -- --month 2026-11";

/** @throws Error with the usage when there is no such month */
export async function viewsOf(
  words: readonly string[],
  settings: () => Pick<Config, "mongodbUri" | "dataDirectory" | "encryptionKeys" | "programme">,
): Promise<string> {
  const { values } = parseArgs({ args: [...words], options: { month: { type: "string" } } });
  const { month = "" } = values;
  if (!monthOf(month)) throw new Error(usage);
  const { mongodbUri, dataDirectory, encryptionKeys: configured, programme } = settings();
  const [site] = programme.sites;
  if (!site) throw new Error("a programme without a site");
  const database = await openDatabase({
    uri: mongodbUri ?? runningAddress(dataDirectory),
    directory: dataDirectory,
    keys: encryptionKeys(configured, dataDirectory),
  });
  try {
    const opened = await openedIn(database, site, month);
    if (opened.length === 0) return `Nobody opened a talk in ${month}.`;
    return opened.map((each) => line(each, site.zone)).join("\n");
  } finally {
    await database.close();
  }
}

function line({ at, by, handle, why }: OpenedTalk, zone: string): string {
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" });
  return [format.format(at), by ?? "(not in the team any more)", handle ?? "(forgotten)", why].join("\t");
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  try {
    console.log(await viewsOf(process.argv.slice(2), readEnvironment));
  } catch (error) {
    console.error(error instanceof Error ? error.message : "an unknown failure");
    process.exitCode = 1;
  }
}
