/**
 * `npm run claim`: prints a new one-time code, by which an administrator makes a Telegram group the staff group, or
 * moves it to another group. Works while the service runs.
 */
import { claimCodes } from "../bot/claim.ts";
import { type Config, ConfigError, readEnvironment } from "../bot/config.ts";
import { encryptionKeys } from "../bot/keys.ts";
import { openDatabase } from "../models/database.ts";
import { runningAddress } from "../models/embedded/server.ts";

async function codes(config: Config): Promise<string> {
  if (config.simulation) throw new ConfigError(["no channel is configured, so there is no group to claim"]);
  // The first site's group stands in the settings, and those win.
  const [first, ...others] = config.programme.sites;
  const sites = config.staffChatId === null && first ? [first, ...others] : others;
  if (sites.length === 0) {
    throw new ConfigError(["STAFF_CHAT_ID names the staff group: change it there, or empty it and restart"]);
  }
  const database = await openDatabase({
    uri: config.mongodbUri ?? runningAddress(config.dataDirectory),
    directory: config.dataDirectory,
    keys: encryptionKeys(config.encryptionKeys, config.dataDirectory),
  });
  try {
    return await claimCodes(sites, database);
  } finally {
    await database.close();
  }
}

try {
  process.stdout.write(`${await codes(readEnvironment())}\n`);
} catch (error) {
  const said =
    error instanceof ConfigError
      ? error.problems.join("\n")
      : error instanceof Error
        ? error.message
        : "an unknown failure";
  process.stderr.write(`${said}\n`);
  process.exitCode = 1;
}
