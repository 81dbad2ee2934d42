/** Ready-made people for tests that are about what happens after the introductions. */
import type { ChannelName } from "../../adapters/channel.ts";
import { Identity } from "../../bot/identity.ts";
import type { PersonId, ThreadId } from "../../flows/party.ts";
import type { PersonState, ThreadState } from "../../flows/state.ts";
import type { Database } from "../../models/database.ts";
import type { Commit } from "../../models/subjects.ts";
import type { TestPlatform } from "./platform.ts";

export const publicBot = "telegram:public" satisfies ChannelName;
export const teamBot = "telegram:team" satisfies ChannelName;

export interface Cast {
  person(number: string): PersonId;
  thread(number: string): ThreadId;
}

/** Puts supporters, named S and their number, and mentees who have said yes into the database. */
export async function castPeople(
  database: Database,
  platform: TestPlatform,
  { supporters, mentees, now }: { supporters: readonly string[]; mentees: readonly string[]; now: number },
): Promise<Cast> {
  const identity = new Identity(database.blind);
  const cast: Cast = {
    person: (number) => identity.person(platform.address(teamBot, number)),
    thread: (number) => identity.subject(publicBot, platform.address(publicBot, number)) as ThreadId,
  };
  const states = [
    ...supporters.map((number) => supporterState(cast.person(number), `S${number}`, now)),
    ...mentees.map((number) => menteeState(cast.thread(number), `Mentee ${number}`, now)),
  ];
  await database.chats.add([
    ...supporters.map((number) =>
      database.chats.document(`c${cast.person(number).slice(1)}`, teamBot, platform.address(teamBot, number)),
    ),
    ...mentees.map((number) =>
      database.chats.document(
        `c${cast.thread(number).slice(1)}`,
        publicBot,
        platform.address(publicBot, number),
      ),
    ),
  ]);
  const through = await database.subjects.commit(states.map(commitOf), 0, "cast");
  if (through.size !== states.length) throw new Error("the people could not be put into the database");
  return cast;
}

function commitOf(state: PersonState | ThreadState): Commit {
  const fields =
    "handle" in state ? { site: state.site, handle: state.handle } : { site: state.site, team: true };
  return { id: state.id, read: 0, lastKey: null, state, outbox: [], wakeAt: null, fields };
}

function supporterState(id: PersonId, name: string, now: number): PersonState {
  return {
    schema: 1,
    id,
    site: "oslo",
    language: "nb",
    supporter: {
      name,
      languages: ["nb", "en"],
      agreement: { version: 1, at: 0 },
      approvedAt: 0,
      suspended: false,
      available: true,
      availableSince: now,
      cases: [],
      reserved: [],
      current: null,
      wrapUps: [],
      unsent: [],
    },
    coordinator: null,
    met: true,
    invitations: [],
    reachable: true,
  };
}

function menteeState(id: ThreadId, handle: string, now: number): ThreadState {
  return {
    schema: 1,
    id,
    site: "oslo",
    channel: "telegram",
    language: "nb",
    languageChosen: true,
    handle,
    consent: { version: 1, at: now, language: "nb" },
    age: "18plus",
    heardAt: null,
    reachable: true,
    heldForMentee: false,
    cases: 0,
    cardShown: null,
    recent: [],
    barred: null,
    quiet: false,
    knownBy: [],
    lastSupporter: null,
    case: null,
  };
}
