/** Finds out whether a site can let mentees in: asks the platforms, the database and the files. */
import { can } from "../adapters/channel.ts";
import { dueForVerification, missingEmergency } from "../flows/helplines.ts";
import type { PersonState } from "../flows/state.ts";
import { missingOf } from "../flows/team.ts";
import type { Readiness } from "../flows/world.ts";
import type { Chat } from "../models/chats.ts";
import type { Database } from "../models/database.ts";
import { readHelplines } from "../programmes/helplines.ts";
import type { Language, Programme, Site } from "../programmes/programme.ts";
import type { Channels } from "./channels.ts";
import type { Config } from "./config.ts";
import { staffChat } from "./identity.ts";

export interface ReadinessParts {
  config: Pick<Config, "programme" | "publicUrl">;
  database: Database;
  channels: Channels;
}

/** How a site stands at a time. Asks over the network, so it takes a while. */
export async function readinessOf(
  { config: { programme, publicUrl }, database, channels }: ReadinessParts,
  site: Site,
  now: number,
): Promise<Readiness> {
  const [answers, reachable, team, groups] = await Promise.all([
    answering(channels),
    publicUrl === null ? null : responds(`${publicUrl}/healthz`),
    database.subjects.team(site.id),
    database.chats.find([staffChat(`s${site.id}`)]),
  ]);
  const helplines = readHelplines().get(site.country);
  return {
    channels: answers,
    reachable,
    staffGroup: await standingOf(groups.get(staffChat(`s${site.id}`)), channels),
    ...countPeople(team.map(({ state }) => state as PersonState)),
    hours: site.hours !== null,
    emergencyNumbers: helplines !== undefined && missingEmergency(helplines).length === 0,
    helplinesVerified: helplines !== undefined && dueForVerification(helplines, now).length === 0,
    texts: hasAllTexts(programme, site),
  };
}

/** Those who can be counted on. */
export function countPeople(
  people: readonly PersonState[],
): Pick<Readiness, "testedCoordinators" | "trainedSupporters"> {
  return {
    testedCoordinators: people.filter(
      ({ coordinator, met, reachable }) => coordinator && coordinator.testedAt !== null && met && reachable,
    ).length,
    trainedSupporters: people.filter(({ supporter }) => supporter && missingOf(supporter) === null).length,
  };
}

/** The site's own reasons for closing, in every language of the programme; without the other texts nothing starts. */
export function hasAllTexts({ languages }: Pick<Programme, "languages">, { hours }: Pick<Site, "hours">) {
  const reasons = (hours?.closures ?? []).map(({ reason }) => reason);
  const inAll = (words: Partial<Record<Language, string>>) =>
    languages.every((language) => words[language] !== undefined);
  return reasons.every(inAll);
}

async function standingOf(group: Chat | undefined, channels: Channels): Promise<Readiness["staffGroup"]> {
  if (!group) return "unknown";
  const adapter = channels.get(group.channel);
  return adapter && can(adapter, "membership") && (await adapter.isIn(group.address))
    ? "reachable"
    : "unreachable";
}

async function answering(channels: Channels): Promise<Readiness["channels"]> {
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

async function responds(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000) }).catch(() => null);
  return response?.ok ?? false;
}
