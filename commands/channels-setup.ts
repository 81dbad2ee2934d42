/**
 * `npm run channels:setup`: shows each platform our menus, greeting and webhook, as every start does, and says in
 * plain words what was done or what the platform said. Works while the service runs. Ends with 1 when one refused.
 */
import { pathToFileURL } from "node:url";
import type { ChannelName } from "../adapters/channel.ts";
import { openChannels } from "../bot/channels.ts";
import { type Config, ConfigError, readEnvironment } from "../bot/config.ts";
import { createHelplineWords } from "../bot/helplines.ts";
import { type IntroductionParts, introduceOnce } from "../bot/introduce.ts";
import { createPhrase } from "../bot/phrase.ts";
import { loadTexts } from "../locales/texts.ts";

type Settings = Pick<Config, "programme" | "publicUrl" | "telegram" | "messenger">;

/** Which setting holds a channel's token, and where a new one comes from. */
const tokens: Record<ChannelName, string> = {
  "telegram:public":
    "TELEGRAM_BOT_TOKEN is not that of a bot, or not any more: copy it from BotFather (/mybots, API Token).",
  "telegram:team":
    "TELEGRAM_TEAM_TOKEN is not that of a bot, or not any more: copy it from BotFather (/mybots, API Token).",
  messenger:
    "Meta does not take MESSENGER_PAGE_TOKEN: generate a new one in the app's Messenger settings, for the page whose id is MESSENGER_PAGE_ID.",
};

/** Sets up every configured channel. @returns what is printed, and whether every platform took it */
export async function setUpChannels(settings: Settings): Promise<{ ok: boolean; text: string }> {
  const parts = introductionParts(settings);
  // Nothing is sent from here that would have to prove later that it was ours.
  const channels = await openChannels(settings, () => "");
  const lines: string[] = [];
  let ok = true;
  for (const adapter of channels.values()) {
    const detail = await introduceOnce(adapter, parts);
    if (detail === null) {
      lines.push(`✓ ${adapter.name}: ${done(adapter.name, settings)}`);
      continue;
    }
    ok = false;
    lines.push(`✗ ${adapter.name}: ${detail}`, `    ${advice(adapter.name, detail)}`);
  }
  const end = ok
    ? "Everything is set up. It is done again by itself at each start."
    : "Put right what is crossed out, then run this again.";
  return { ok, text: [...lines, "", end].join("\n") };
}

function introductionParts({ programme, publicUrl }: Settings): IntroductionParts {
  const phrase = createPhrase(loadTexts(programme.languages), createHelplineWords());
  return { programme, publicUrl, phrase, now: new Date() };
}

function done(channel: ChannelName, { programme, publicUrl }: Settings): string {
  const shown = `menus and greeting in ${programme.languages.join(", ")}`;
  if (channel === "messenger")
    return `${shown}, Get Started, and the page tells our app what is written to it`;
  return publicUrl === null
    ? `${shown}; Peerline asks for messages, because there is no PUBLIC_URL`
    : `${shown}; Telegram calls ${publicUrl}`;
}

function advice(channel: ChannelName, detail: string): string {
  if (/the token is|has this token/.test(detail)) return tokens[channel];
  if (/app secret/.test(detail))
    return "MESSENGER_APP_SECRET is that of another app: see the app's basic settings.";
  if (/permission|pages_messaging/.test(detail)) {
    return "The page token lacks a permission: pages_messaging, pages_manage_metadata and pages_show_list.";
  }
  if (/telegram 400/.test(detail)) return "PUBLIC_URL must be an https address on port 443, 80, 88 or 8443.";
  return "Check that this machine reaches the internet, and try again in a minute.";
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  try {
    const config = readEnvironment();
    if (config.simulation) throw new ConfigError(["no channel is configured; README says how"]);
    const { ok, text } = await setUpChannels(config);
    process.stdout.write(`${text}\n`);
    process.exitCode = ok ? 0 : 1;
  } catch (error) {
    const said =
      error instanceof ConfigError || error instanceof Error ? error.message : "an unknown failure";
    process.stderr.write(`${said}\n`);
    process.exitCode = 1;
  }
}
