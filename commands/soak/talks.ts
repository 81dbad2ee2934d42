/**
 * Open talks to send messages through. The first one comes about by the real conversation: a supporter follows an
 * invitation, is approved and has time; a mentee writes, says yes, and the offer is accepted. The others are copies of
 * it in the database, with people of their own.
 */
import { addressOf } from "../../adapters/telegram/address.ts";
import { chatOf, Identity } from "../../bot/identity.ts";
import type { PersonId, ThreadId } from "../../flows/party.ts";
import type { PersonState, ThreadState } from "../../flows/state.ts";
import { type Database, openDatabase } from "../../models/database.ts";
import type { Commit } from "../../models/subjects.ts";
import type { Arrived, LoadTelegram } from "../../simulator/load/telegram.ts";
import { encryptionKey, Program, type ProgramOptions, staffGroup } from "./program.ts";

/** One open talk: two people, each with the chat in which they read. */
export interface Talk {
  mentee: number;
  supporter: number;
}

const firstMentee = 1_000_000;
const firstSupporter = 2_000_000;
const coordinator = 3_000_000;
const patience = 30_000;
const atOnce = 500;
/** The program has held the lease once: for the first talk. */
const firstEpoch = 1;

/**
 * Opens so many talks, so many of them with each supporter; the program is not running before and after.
 *
 * @param hear is given what must be done with each message meanwhile, and null afterwards
 */
export async function openTalks(
  telegram: LoadTelegram,
  program: ProgramOptions,
  hear: (react: ((arrived: Arrived) => void) | null) => void,
  { mentees, each }: { mentees: number; each: number },
): Promise<Talk[]> {
  const running = await Program.start(program);
  try {
    await converse(telegram, hear);
  } finally {
    hear(null);
    await running.stop();
  }
  const talks = Array.from({ length: mentees }, (_, n) => ({
    mentee: firstMentee + n,
    supporter: firstSupporter + Math.floor(n / each),
  }));
  const database = await openDatabase({
    uri: program.mongodbUri ?? null,
    directory: `${program.directory}/data`,
    keys: [encryptionKey],
  });
  try {
    await copy(database, talks);
  } finally {
    await database.close();
  }
  return talks;
}

/** Plays one talk from the first words until the supporter has read them. */
function converse(telegram: LoadTelegram, hear: (react: (arrived: Arrived) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error("no talk was opened in time")), patience);
    let named = false;
    hear((arrived) => {
      const { bot, chat, text, buttons } = arrived;
      const press = (prefix: string, by = chat): boolean => {
        const data = buttons.find((payload) => payload.startsWith(prefix));
        if (data) telegram.presses(bot, by, data, arrived);
        return data !== undefined;
      };
      if (bot === "public") {
        if (!press("consent:yes")) press("age:18plus");
        return;
      }
      if (chat === staffGroup) {
        const invitation = /\?start=(\S+)/.exec(text)?.[1];
        if (invitation) telegram.says("team", firstSupporter, `/start ${invitation}`);
        press("staff:approve:", coordinator);
        return;
      }
      if (press("offer:accept:") || press("team:agree")) return;
      if (text.includes("~hello~")) {
        clearTimeout(late);
        resolve();
      } else if (!named) {
        named = true;
        telegram.says("team", chat, `S${chat}`);
      } else if (text.includes("/available")) telegram.says("team", chat, "/available");
      else if (text.includes("available now")) telegram.says("public", firstMentee, "~hello~");
    });
    telegram.says("team", coordinator, "/invite", { group: staffGroup });
  });
}

/** Copies the first talk for everybody else. */
async function copy(database: Database, talks: readonly Talk[]): Promise<void> {
  const identity = new Identity(database.blind);
  const threadOf = (mentee: number): ThreadId =>
    identity.subject("telegram:public", addressOf("public", mentee)) as ThreadId;
  const personOf = (supporter: number): PersonId => identity.person(addressOf("team", supporter));
  const first = { thread: threadOf(firstMentee), person: personOf(firstSupporter) };
  const found = await database.subjects.load([first.thread, first.person]);
  const thread = found.get(first.thread)?.state as ThreadState | undefined;
  const person = found.get(first.person)?.state as PersonState | undefined;
  const held = person?.supporter?.cases[0];
  if (!thread?.case || !person?.supporter || !held) throw new Error("the first talk is not there");

  const handleOf = (mentee: number): string => `${thread.handle} ${mentee}`;
  const caseOf = (mentee: number) => ({
    ...held,
    case: held.case.replace(first.thread, threadOf(mentee)) as typeof held.case,
    handle: handleOf(mentee),
  });
  const bySupporter = new Map<number, number[]>();
  for (const { mentee, supporter } of talks) {
    if (mentee !== firstMentee) bySupporter.set(supporter, [...(bySupporter.get(supporter) ?? []), mentee]);
  }
  const { supporter } = person;
  const commits: Commit[] = [...bySupporter].flatMap(([number, mentees]) => {
    const own = number === firstSupporter ? [held] : [];
    const state: PersonState = {
      ...person,
      id: personOf(number),
      supporter: { ...supporter, cases: [...own, ...mentees.map(caseOf)] },
    };
    const threads = mentees.map((mentee): ThreadState => {
      const text = JSON.stringify(thread)
        .replaceAll(first.thread, threadOf(mentee))
        .replaceAll(first.person, state.id)
        .replaceAll(thread.handle, handleOf(mentee));
      return JSON.parse(text) as ThreadState;
    });
    const read = number === firstSupporter ? (found.get(first.person)?.version ?? 0) : 0;
    return [
      commitOf(state, read, { team: true }),
      ...threads.map((one) => commitOf(one, 0, { handle: one.handle })),
    ];
  });
  for (let at = 0; at < commits.length; at += atOnce) {
    const some = commits.slice(at, at + atOnce);
    const through = await database.subjects.commit(some, firstEpoch, `copy-${at}`);
    if (through.size !== some.length) throw new Error("the talks could not be put into the database");
  }
  const { chats } = database;
  await chats.add(
    talks.flatMap(({ mentee, supporter: number }) => [
      chats.document(chatOf(threadOf(mentee)), "telegram:public", addressOf("public", mentee)),
      chats.document(chatOf(personOf(number)), "telegram:team", addressOf("team", number)),
    ]),
  );
}

function commitOf(
  state: ThreadState | PersonState,
  read: number,
  fields: { team: true } | { handle: string },
): Commit {
  return {
    id: state.id,
    read,
    lastKey: null,
    state,
    outbox: [],
    wakeAt: null,
    fields: { site: state.site, ...fields },
  };
}
