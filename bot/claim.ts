/**
 * How a Telegram group becomes the staff group of a site: whoever starts Peerline is given a one-time code, and an
 * administrator writes it in the group. STAFF_CHAT_ID does the same from the settings, and wins.
 */
import { type Address, type ChannelAdapter, can } from "../adapters/channel.ts";
import type { SiteId } from "../flows/party.ts";
import type { PersonState } from "../flows/state.ts";
import type { TextKey } from "../locales/texts.ts";
import type { Database } from "../models/database.ts";
import type { ChatId } from "../models/messages.ts";
import type { Programme, Site } from "../programmes/programme.ts";
import type { Clock } from "./clock.ts";
import { chatOf, staffChat } from "./identity.ts";
import { noticed } from "./inbox.ts";

/** Somebody wrote `/claim` and a code to the team bot. */
export interface Claim {
  /** The update that said so. */
  key: string;
  code: string;
  by: Address;
  chat: Address;
  senderName: string | null;
}

export interface ClaimParts {
  database: Database;
  clock: Clock;
  /** The words of a text, in the language of the staff group. */
  words: (key: TextKey) => string;
  /** Called when a chat is found elsewhere from now on. */
  moved: (chat: ChatId) => void;
}

/** Looks at a claim and, when everything is right, makes the group the staff group. May be repeated. */
export async function claim(parts: ClaimParts, claimed: Claim, adapter: ChannelAdapter): Promise<void> {
  const refusal = await takeOver(parts, claimed, adapter);
  if (refusal !== null) answer(adapter, claimed, parts.words(refusal));
}

/** @returns why not, or null when the group is the staff group now */
async function takeOver(
  { database, clock, moved }: ClaimParts,
  { key, code, by, chat, senderName }: Claim,
  adapter: ChannelAdapter,
): Promise<TextKey | null> {
  if (chat === by || !can(adapter, "membership")) return "claim.inTheGroup";
  const standing = await adapter.administers(chat, by);
  if (standing !== "yes") return refusals[standing];
  if (!/^\d{4}\D?\d{4}$/.test(code)) return "claim.wrong";
  const site = await database.claims.use(code, chat);
  if (site === "wrong" || site === "spent") return `claim.${site}`;
  const id = staffChat(site);
  const other = await database.chats.byAddress(chat);
  if (other !== null && other !== id) return "claim.otherSite";
  await database.chats.configure(id, adapter.name, chat);
  moved(id);
  await forgetStrangers(database, site, chat, adapter, clock.now(), key);
  const said = { input: "notice", notice: { notice: "group_claimed", name: senderName ?? "" } } as const;
  await database.inbound.store([noticed(database, `${key}/claimed`, site, said, clock.now())]);
  return null;
}

const refusals = {
  no: "claim.notAdministrator",
  anonymous: "claim.anonymous",
  unknown: "coordinator.cannotCheck",
} as const satisfies Record<string, TextKey>;

/** Who was a coordinator by an earlier group, and is not in this one, is none any more. */
async function forgetStrangers(
  database: Database,
  site: SiteId,
  group: Address,
  adapter: ChannelAdapter,
  now: Date,
  key: string,
): Promise<void> {
  if (!can(adapter, "membership")) return;
  const team = (await database.subjects.team(site.slice(1))).map(({ state }) => state as PersonState);
  const coordinators = team.filter(({ coordinator }) => coordinator !== null).map(({ id }) => id);
  const chats = await database.chats.find(coordinators.map(chatOf));
  for (const id of coordinators) {
    const own = chats.get(chatOf(id));
    if (own && (await adapter.membership(group, own.address)) !== "stranger") continue;
    const left = noticed(database, `${key}/${id}`, id, { input: "left_staff_group" }, now);
    await database.inbound.store([left]);
  }
}

/** The group is not ours yet, so there is no line for it; whoever hears nothing writes again. */
function answer(adapter: ChannelAdapter, { key, chat }: Claim, text: string): void {
  const words = { id: `${key}#0`, author: "bot" as const, text, file: null, buttons: [] };
  adapter
    .send(chat, { ...words, protected: true, silent: false, replyTo: null, sinceHeard: null })
    .catch(() => undefined);
}

/** Sites whose staff group is not known yet. */
export async function unclaimedSites({ sites }: Programme, database: Database): Promise<Site[]> {
  const known = await database.chats.find(sites.map(({ id }) => staffChat(`s${id}`)));
  return sites.filter(({ id }) => !known.has(staffChat(`s${id}`)));
}

/** A new code for each of these sites, in words for whoever starts Peerline. Never for a log. */
export async function claimCodes(sites: readonly Site[], database: Database): Promise<string> {
  const lines: string[] = [];
  for (const { id, name } of sites) {
    lines.push(`    ${name}:  /claim ${await database.claims.renew(`s${id}`)}`);
  }
  return [
    "Which Telegram group is the staff group? Add the team bot to it as an administrator. Then one of the group's",
    "own administrators writes this there, once:",
    "",
    ...lines,
  ].join("\n");
}
