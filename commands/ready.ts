/**
 * `npm run ready`: what must be true before a real mentee is let in, in plain words with ticks and crosses. Asks the
 * platforms, the helplines' files and the database; works while the service runs. Ends with 1 while a cross is left.
 */
import { pathToFileURL } from "node:url";
import { can } from "../adapters/channel.ts";
import { type Channels, openChannels } from "../bot/channels.ts";
import { unclaimedSites } from "../bot/claim.ts";
import { type Config, ConfigError, readEnvironment } from "../bot/config.ts";
import { encryptionKeys } from "../bot/keys.ts";
import { dueForVerification, missingEmergency } from "../flows/helplines.ts";
import type { PersonState } from "../flows/state.ts";
import { missingOf } from "../flows/team.ts";
import { type Database, openDatabase } from "../models/database.ts";
import { runningAddress } from "../models/embedded/server.ts";
import { readHelplines } from "../programmes/helplines.ts";

/** One thing that must be true; `todo` says what to do while it is not. */
export interface Check {
  what: string;
  ok: boolean;
  todo: string;
}

/** What was found out about a service. */
export interface Facts {
  config: Pick<Config, "simulation" | "publicUrl" | "messenger" | "telegram" | "programme">;
  now: number;
  /** Whether each configured channel took its token. */
  channels: { name: string; answers: boolean }[];
  /** Whether the service answers at its public address; null where it has none. */
  reachable: boolean | null;
  /** Sites whose staff group is not known. */
  unclaimed: string[];
  people: PersonState[];
}

export function checksOf({ config, now, channels, reachable, unclaimed, people }: Facts): Check[] {
  const [site] = config.programme.sites;
  const coordinators = people.filter((person) => person.coordinator && person.met && person.reachable);
  const tested = coordinators.filter((person) => person.coordinator?.testedAt !== null);
  const supporters = people.filter((person) => person.supporter && missingOf(person.supporter) === null);
  return [
    {
      what: "Channels are configured",
      ok: !config.simulation,
      todo: "Set TELEGRAM_TEAM_TOKEN and the rest in .env, as the README says under “Going live”.",
    },
    ...channels.map(({ name, answers }) => ({
      what: `${name} takes our token`,
      ok: answers,
      todo: `Check the token of ${name} in .env, and that this machine reaches the internet.`,
    })),
    ...(reachable === null
      ? []
      : [
          {
            what: "The public address answers, with a certificate",
            ok: reachable,
            todo: "Start Peerline and its TLS proxy, and open ports 80 and 443; PUBLIC_URL must lead to it.",
          },
        ]),
    {
      what: "The staff group is known",
      ok: unclaimed.length === 0,
      todo: "Add the team bot to the staff group as an administrator, and write there what npm run claim prints.",
    },
    {
      what: "A coordinator can be called in their own chat, and has answered a test alarm",
      ok: tested.length > 0,
      todo: "Each coordinator: /duty in the staff group, then Start in the team bot's chat; then /alarmtest, and press.",
    },
    {
      what: "A supporter has promised confidentiality and is trained",
      ok: supporters.length > 0,
      todo: "Write /invite in the staff group; after interview and training press “Trained, let begin”.",
    },
    {
      what: "The hours are decided",
      ok: site?.hours !== null && site?.hours !== undefined,
      todo: "Write the hours of your site into the programme's file.",
    },
    ...helplineChecks(site?.country ?? "", now),
  ];
}

function helplineChecks(country: string, now: number): Check[] {
  const file = readHelplines().get(country);
  return [
    {
      what: "Your country's emergency numbers are there",
      ok: file !== undefined && missingEmergency(file).length === 0,
      todo: `Write programmes/helplines/${country}.json, as CONTRIBUTING says under “a helpline”.`,
    },
    {
      what: "Every helpline that is shown was checked in the last 180 days",
      ok: file !== undefined && dueForVerification(file, now).length === 0,
      todo: "npm run helplines says which are due: call them, then set verifiedOn and verifiedBy.",
    },
  ];
}

/** What nobody but people can know. */
const byHand = [
  "The encryption keys are copied to another place than the backups.",
  "A backup was made, and putting it back was tried once.",
  "The programme's professional partner has read the crisis texts.",
  "The Page's Instant Reply and away messages are off, and nobody answers in its inbox.",
];

/** What is printed, and whether nothing is left to do that can be checked. */
export function report(checks: readonly Check[]): { ok: boolean; text: string } {
  const lines = checks.flatMap(({ what, ok, todo }) => (ok ? [`✓ ${what}`] : [`✗ ${what}`, `    ${todo}`]));
  const ok = checks.every((check) => check.ok);
  const end = ok
    ? "Everything that can be checked is well. Please also make sure:"
    : "Not ready yet. When the crosses are gone, please also make sure:";
  return { ok, text: [...lines, "", end, ...byHand.map((line) => `  - ${line}`)].join("\n") };
}

async function gather(config: Config, database: Database): Promise<Facts> {
  const channels = await openChannels(config, (text) => database.blind.of("proof", text));
  const [site] = config.programme.sites;
  const team = await database.subjects.team(site?.id ?? "");
  return {
    config,
    now: Date.now(),
    channels: await answering(channels),
    reachable: config.publicUrl === null ? null : await answers(`${config.publicUrl}/healthz`),
    unclaimed: (await unclaimedSites(config.programme, database)).map(({ name }) => name),
    people: team.map(({ state }) => state as PersonState),
  };
}

async function answering(channels: Channels): Promise<Facts["channels"]> {
  return Promise.all(
    [...channels.values()].map(async (adapter) => {
      const ask = can(adapter, "resubscribe")
        ? adapter.resubscribe()
        : can(adapter, "link")
          ? adapter.link().then(() => true)
          : Promise.resolve(true);
      return { name: adapter.name, answers: await ask.catch(() => false) };
    }),
  );
}

async function answers(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000) }).catch(() => null);
  return response?.ok ?? false;
}

async function run(): Promise<void> {
  const config = readEnvironment();
  const database = await openDatabase({
    uri: config.mongodbUri ?? runningAddress(config.dataDirectory),
    directory: config.dataDirectory,
    keys: encryptionKeys(config.encryptionKeys, config.dataDirectory),
  });
  try {
    const { ok, text } = report(checksOf(await gather(config, database)));
    process.stdout.write(`${text}\n`);
    process.exitCode = ok ? 0 : 1;
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
