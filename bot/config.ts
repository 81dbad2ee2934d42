/**
 * The environment becomes one checked `Config`; nothing else reads `process.env`. All problems are found at once and
 * told in one message that says what to do.
 */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";
import { readLocale, type TextTree } from "../locales/texts.ts";
import type { EncryptionKey } from "../models/seal.ts";
import type { Language, Programme } from "../programmes/programme.ts";
import { readProgramme } from "./programme.ts";

export interface Config {
  programme: Programme;
  /** With no channel configured the program plays both platforms itself. */
  simulation: boolean;
  port: number;
  publicUrl: string | null;
  dataDirectory: string;
  logLevel: "debug" | "info" | "warn" | "error" | "silent";
  mongodbUri: string | null;
  /** Null: made and kept in the data directory, which only the embedded database allows. */
  encryptionKeys: EncryptionKey[] | null;
  telegram: TelegramConfig | null;
  messenger: MessengerConfig | null;
  /** Null: the group is claimed by a one-time code. */
  staffChatId: string | null;
  /** A second route for alerts. */
  alertWebhookUrl: string | null;
  /** Called while the work is really done. */
  heartbeatUrl: string | null;
}

export interface TelegramConfig {
  teamToken: string;
  /** Null when mentees only come by Messenger. */
  publicToken: string | null;
  webhookSecret: string | null;
  apiRoot: string;
}

export interface MessengerConfig {
  pageId: string;
  pageToken: string;
  appSecret: string;
  verifyToken: string;
  graphRoot: string;
  graphVersion: string;
  humanAgent: boolean;
}

/** What is wrong with the environment, all of it. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`Peerline can't start:\n${problems.map((problem) => `  - ${problem}`).join("\n")}`);
    this.problems = problems;
  }
}

const url = z.url({ protocol: /^https?$/, error: "must be an address such as https://chat.example.org" });
const token = z
  .string()
  .regex(/^\d+:[\w-]{20,}$/, "is not a bot token; BotFather gives one like 123456:ABC…");
const digits = z.string().regex(/^\d+$/, "must be digits only");

/** Every variable there is. `.env.example` names the same ones, and a test holds them together. */
export const variables = {
  PROGRAMME: z.string(),
  PORT: z.coerce.number({ error: "must be a port number" }).int().min(0).max(65_535),
  PUBLIC_URL: url,
  DATA_DIR: z.string(),
  LOG_LEVEL: z.enum(["debug", "info", "warn", "error", "silent"], {
    error: "must be debug, info, warn, error or silent",
  }),
  MONGODB_URI: z.string().regex(/^mongodb(\+srv)?:\/\//, "must begin with mongodb:// or mongodb+srv://"),
  ENCRYPTION_KEYS: z.string().transform(parseKeys),
  TELEGRAM_TEAM_TOKEN: token,
  TELEGRAM_BOT_TOKEN: token,
  TELEGRAM_WEBHOOK_SECRET: z
    .string()
    .regex(
      /^[\w-]{16,256}$/,
      "must be 16 to 256 letters, digits, _ or - ; make one with: openssl rand -hex 32",
    ),
  TELEGRAM_API_ROOT: url,
  MESSENGER_PAGE_ID: digits,
  MESSENGER_PAGE_TOKEN: z.string().min(20, "is too short for a page token"),
  MESSENGER_APP_SECRET: z
    .string()
    .regex(/^[0-9a-f]{32}$/, "must be the 32 hexadecimal digits of the app secret"),
  MESSENGER_VERIFY_TOKEN: z
    .string()
    .min(16, "must be at least 16 characters; make one with: openssl rand -hex 32"),
  MESSENGER_GRAPH_ROOT: url,
  MESSENGER_GRAPH_VERSION: z.string().regex(/^v\d+\.\d+$/, "must look like v26.0"),
  MESSENGER_HUMAN_AGENT: z.enum(["on", "off"], { error: "must be on or off" }),
  ALERT_WEBHOOK_URL: url,
  HEARTBEAT_URL: url,
  STAFF_CHAT_ID: z.string().regex(/^-\d+$/, "must be the id of a Telegram group; it begins with a minus"),
} as const;

type Variables = { [Name in keyof typeof variables]?: z.output<(typeof variables)[Name]> };

/** Variables that begin like this are ours: one that we don't know is a typing error, not a wish. */
const ours = /^(TELEGRAM|MESSENGER|MONGODB|ENCRYPTION|STAFF|ALERT_|HEARTBEAT|PROGRAMME|PUBLIC_URL|DATA_DIR)/;

/**
 * @param texts the texts of a language
 * @throws ConfigError naming every problem
 */
export function readConfig(
  environment: NodeJS.ProcessEnv,
  texts: (language: Language) => TextTree = readLocale,
): Config {
  const problems: string[] = [];
  const set = parse(environment, problems);
  const programme = readProgramme(set.PROGRAMME ?? "oslo", texts, problems);
  const channel = Object.keys(environment).some(
    (name) => /^(TELEGRAM|MESSENGER)_/.test(name) && environment[name] !== "",
  );
  const telegram = channel ? telegramOf(set, problems) : null;
  const messenger = channel ? messengerOf(set, problems) : null;
  if (channel) checkLive(set, problems);
  if (!channel && set.MONGODB_URI) {
    problems.push(
      "MONGODB_URI is set but no channel is. Set TELEGRAM_TEAM_TOKEN and the rest to go live, " +
        "or remove MONGODB_URI to try Peerline with simulated channels.",
    );
  }
  if (set.MONGODB_URI && !set.ENCRYPTION_KEYS) {
    problems.push(
      "ENCRYPTION_KEYS is missing; with MONGODB_URI it must be set. Make one with: npm run --silent key",
    );
  }
  if (problems.length > 0 || !programme) throw new ConfigError(problems);
  return {
    programme,
    simulation: !channel,
    port: set.PORT ?? 3000,
    publicUrl: set.PUBLIC_URL?.replace(/\/$/, "") ?? null,
    dataDirectory: resolve(set.DATA_DIR ?? "data"),
    logLevel: set.LOG_LEVEL ?? "info",
    mongodbUri: set.MONGODB_URI ?? null,
    encryptionKeys: set.ENCRYPTION_KEYS ?? null,
    telegram,
    messenger,
    staffChatId: set.STAFF_CHAT_ID ?? null,
    alertWebhookUrl: set.ALERT_WEBHOOK_URL ?? null,
    heartbeatUrl: set.HEARTBEAT_URL ?? null,
  };
}

/** Reads `.env` beside the program, if there is one; what the environment already holds wins. */
export function readEnvironment(): Config {
  if (existsSync(".env")) process.loadEnvFile(".env");
  return readConfig(process.env);
}

function parse(environment: NodeJS.ProcessEnv, problems: string[]): Variables {
  const set: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(variables)) {
    const value = environment[name]?.trim();
    if (value === undefined || value === "") continue;
    const result = schema.safeParse(value);
    if (result.success) set[name] = result.data;
    else problems.push(`${name} ${result.error.issues.map(({ message }) => message).join("; ")}`);
  }
  for (const name of Object.keys(environment)) {
    if (!(name in variables) && looksLikeOurs(name))
      problems.push(`${name} is not a variable of Peerline. ${advice(name)}`);
  }
  return set as Variables;
}

function telegramOf(set: Variables, problems: string[]): TelegramConfig | null {
  if (!set.TELEGRAM_TEAM_TOKEN) {
    problems.push(
      "TELEGRAM_TEAM_TOKEN is missing: supporters and coordinators live with the team bot (BotFather)",
    );
    return null;
  }
  if (set.TELEGRAM_TEAM_TOKEN === set.TELEGRAM_BOT_TOKEN) {
    problems.push("TELEGRAM_BOT_TOKEN and TELEGRAM_TEAM_TOKEN must be two different bots");
  }
  if (set.PUBLIC_URL && !set.TELEGRAM_WEBHOOK_SECRET) {
    problems.push(
      "TELEGRAM_WEBHOOK_SECRET is missing: PUBLIC_URL makes Telegram call us, and it must prove itself",
    );
  }
  return {
    teamToken: set.TELEGRAM_TEAM_TOKEN,
    publicToken: set.TELEGRAM_BOT_TOKEN ?? null,
    webhookSecret: set.TELEGRAM_WEBHOOK_SECRET ?? null,
    apiRoot: set.TELEGRAM_API_ROOT?.replace(/\/$/, "") ?? "https://api.telegram.org",
  };
}

const needed = [
  "MESSENGER_PAGE_ID",
  "MESSENGER_PAGE_TOKEN",
  "MESSENGER_APP_SECRET",
  "MESSENGER_VERIFY_TOKEN",
] as const;

function messengerOf(set: Variables, problems: string[]): MessengerConfig | null {
  const { MESSENGER_PAGE_ID, MESSENGER_PAGE_TOKEN, MESSENGER_APP_SECRET, MESSENGER_VERIFY_TOKEN } = set;
  if (!Object.keys(set).some((name) => name.startsWith("MESSENGER_"))) return null;
  const missing = needed.filter((name) => !set[name]);
  if (missing.length > 0) problems.push(`Messenger is half configured; also set ${missing.join(", ")}`);
  if (!set.PUBLIC_URL)
    problems.push("PUBLIC_URL is missing: Messenger can only reach a public https address");
  if (!MESSENGER_PAGE_ID || !MESSENGER_PAGE_TOKEN || !MESSENGER_APP_SECRET || !MESSENGER_VERIFY_TOKEN)
    return null;
  return {
    pageId: MESSENGER_PAGE_ID,
    pageToken: MESSENGER_PAGE_TOKEN,
    appSecret: MESSENGER_APP_SECRET,
    verifyToken: MESSENGER_VERIFY_TOKEN,
    graphRoot: set.MESSENGER_GRAPH_ROOT?.replace(/\/$/, "") ?? "https://graph.facebook.com",
    graphVersion: set.MESSENGER_GRAPH_VERSION ?? "v26.0",
    humanAgent: set.MESSENGER_HUMAN_AGENT === "on",
  };
}

function checkLive(set: Variables, problems: string[]): void {
  const messenger = Object.keys(set).some((name) => name.startsWith("MESSENGER_"));
  if (!set.TELEGRAM_BOT_TOKEN && !messenger) {
    problems.push(
      "There is no way in for mentees: set TELEGRAM_BOT_TOKEN (the public bot), or MESSENGER_…, or both",
    );
  }
}

/** `id:base64key` pairs, comma separated; the first one seals. */
function parseKeys(text: string, context: z.RefinementCtx): EncryptionKey[] {
  const keys: EncryptionKey[] = [];
  for (const pair of text.split(",")) {
    const [id, encoded] = pair.trim().split(":");
    const key = Buffer.from(encoded ?? "", "base64");
    if (!id || !/^[\w-]{1,40}$/.test(id) || key.length !== 32) {
      context.addIssue({
        code: "custom",
        message: "must be id:key pairs, each key 32 bytes in base64, comma separated",
      });
      return z.NEVER;
    }
    keys.push({ id, key });
  }
  if (new Set(keys.map(({ id }) => id)).size < keys.length) {
    context.addIssue({ code: "custom", message: "names two keys alike" });
  }
  return keys;
}

/** Begins like one of ours, or is one with a slip or two in it. Short names are other programs' too. */
function looksLikeOurs(name: string): boolean {
  const { known, slips } = nearest(name);
  return ours.test(name.toUpperCase()) || (slips <= 2 && known.length > 8);
}

function advice(name: string): string {
  const { known, slips } = nearest(name);
  return slips <= 5 ? `Did you mean ${known}?` : "Remove it, or see .env.example for those that exist.";
}

/** The known variable that a mistyped one most looks like, upper and lower case alike. */
function nearest(name: string): { known: string; slips: number } {
  let best = { known: "", slips: Number.POSITIVE_INFINITY };
  for (const known of Object.keys(variables)) {
    const slips = distance(name.toUpperCase(), known);
    if (slips < best.slips) best = { known, slips };
  }
  return best;
}

/** Edit distance of two short words. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      next.push(Math.min((next[j - 1] ?? 0) + 1, (row[j] ?? 0) + 1, (row[j - 1] ?? 0) + same));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
