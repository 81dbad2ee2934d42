/**
 * `npm run ready`: what must be true before a real mentee is let in, in plain words with ticks and crosses: the same
 * that /golive asks for. Works while the service runs. Ends with 1 while a cross is left.
 */
import { pathToFileURL } from "node:url";
import { openChannels } from "../bot/channels.ts";
import { type Check, checksOf } from "../bot/checks.ts";
import { ConfigError, readEnvironment } from "../bot/config.ts";
import { encryptionKeys } from "../bot/keys.ts";
import { liveSites } from "../bot/live.ts";
import { readinessOf } from "../bot/readiness.ts";
import { openDatabase } from "../models/database.ts";
import { runningAddress } from "../models/embedded/server.ts";

/** What nobody but people can know. */
const byHand = [
  "The encryption keys are copied to another place than the backups.",
  "A backup was made, and putting it back was tried once.",
  "The programme's professional partner has read the crisis texts.",
  "The Page's Instant Reply and away messages are off, and nobody answers in its inbox.",
];

/** What is printed, and whether nothing is left to do that can be checked. */
export function report(checks: readonly Check[], live: boolean): { ok: boolean; text: string } {
  const lines = checks.flatMap(({ what, ok, todo }) => (ok ? [`✓ ${what}`] : [`✗ ${what}`, `    ${todo}`]));
  const ok = checks.every((check) => check.ok);
  const end = ok
    ? "Everything that can be checked is well. Please also make sure:"
    : "Not ready yet. When the crosses are gone, please also make sure:";
  const opening = live
    ? "Peerline is open: whoever writes is taken in."
    : "Peerline is not open yet: a coordinator opens it with /golive in the staff group.";
  return { ok, text: [...lines, "", end, ...byHand.map((line) => `  - ${line}`), "", opening].join("\n") };
}

async function run(): Promise<void> {
  const config = readEnvironment();
  const { programme } = config;
  const database = await openDatabase({
    uri: config.mongodbUri ?? runningAddress(config.dataDirectory),
    directory: config.dataDirectory,
    keys: encryptionKeys(config.encryptionKeys, config.dataDirectory),
  });
  try {
    const channels = await openChannels(config, (text) => database.blind.of("proof", text));
    const live = await liveSites(programme, database.subjects, new Date());
    for (const site of programme.sites) {
      const readiness = await readinessOf({ config, database, channels }, site, Date.now());
      const { ok, text } = report(checksOf(readiness, site.country), live.has(site.id));
      if (programme.sites.length > 1) process.stdout.write(`${site.name}\n\n`);
      process.stdout.write(`${text}\n`);
      if (!ok) process.exitCode = 1;
    }
  } finally {
    await database.close();
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  try {
    await run();
  } catch (error) {
    const said =
      error instanceof ConfigError || error instanceof Error ? error.message : "an unknown failure";
    process.stderr.write(`${said}\n`);
    process.exitCode = 1;
  }
}
