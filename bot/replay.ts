/**
 * After a backup was put back: what had been erased since is erased again, before anybody works with what is stored.
 * A thread that is older than an erasure of its own shows that it was put back.
 */
import { randomBytes } from "node:crypto";
import { type CaseId, isThread } from "../flows/party.ts";
import type { ThreadState } from "../flows/state.ts";
import { newThread } from "../flows/step.ts";
import type { Database } from "../models/database.ts";
import type { Erasure } from "../models/erasures.ts";
import type { Subject } from "../models/subjects.ts";
import type { Programme } from "../programmes/programme.ts";
import { chatOf } from "./identity.ts";
import { noticed } from "./inbox.ts";

const atOnce = 200;

/** @returns how many erasures were done again */
export async function replayErasures(database: Database, programme: Programme, now: Date): Promise<number> {
  const erasures = await database.erasures.unsettled();
  let count = 0;
  for (let from = 0; from < erasures.length; from += atOnce) {
    const portion = erasures.slice(from, from + atOnce);
    const versions = await database.subjects.versions(portion.map(({ thread }) => thread));
    // A thread that does not exist had not come yet when the backup was made: there is nothing to erase.
    const older = portion.filter(({ thread, version }) => (versions.get(thread) ?? version) < version);
    for (const erasure of older) await again(database, programme, erasure, now);
    await database.erasures.settle(portion.map(({ _id }) => _id));
    count += older.length;
  }
  return count;
}

async function again(database: Database, programme: Programme, erasure: Erasure, now: Date): Promise<void> {
  const { thread, cases, everything, chat } = erasure;
  const subject = (await database.subjects.load([thread])).get(thread);
  if (!subject || !isThread(subject.id)) return;
  const state = subject.state as ThreadState;
  await database.messages.erase(cases, Number.MAX_SAFE_INTEGER, erasure.at);
  await database.records.wordsErased(cases);
  // A case that is open here was closed before its words were erased.
  const open = state.case && cases.includes(state.case.id) ? state.case.id : null;
  if (open !== null) await tellSupporter(database, state, open, now);
  if (everything || open !== null) await beginAnew(database, programme, subject, state, erasure);
  if (chat) await database.chats.remove(chatOf(thread));
}

async function tellSupporter(database: Database, state: ThreadState, open: CaseId, now: Date): Promise<void> {
  if (state.case?.phase.phase !== "talking") return;
  const ended = { input: "case_ended", case: open, closed: true } as const;
  const { with: by } = state.case.phase;
  await database.inbound.store([noticed(database, `replayed/${open}`, by, ended, now)]);
}

/** As after the erasure itself: nothing is known of the mentee but the channel, and that there were cases. */
async function beginAnew(
  database: Database,
  programme: Programme,
  { id, version }: Subject,
  { channel, language, languageChosen, cases, site: siteId }: ThreadState,
  erasure: Erasure,
): Promise<void> {
  const site = programme.sites.find((known) => known.id === siteId) ?? programme.sites[0];
  if (!site) throw new Error("a programme without a site");
  const all = Array.from({ length: cases + 1 }, (_, n): CaseId => `${erasure.thread}.${n}`);
  await database.messages.erase(all, Number.MAX_SAFE_INTEGER);
  await database.inbound.forgetFor(id);
  const world = { programme, site, random: randomBytes(16).toString("hex") };
  const state: ThreadState = {
    ...newThread(erasure.thread, channel, undefined, world),
    language,
    languageChosen,
    cases: Math.max(cases, ...erasure.cases.map((each) => Number(each.split(".")[1]))),
  };
  await database.subjects.restart(id, Math.max(version + 1, erasure.version), state);
}
