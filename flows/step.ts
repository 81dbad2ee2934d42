/**
 * The engine: what was stored, what happened, and what the world is like now give what is stored next and what
 * follows. Pure: no clock, no chance, no waiting; everything it knows is handed in.
 */

import type { Instant } from "./calendar.ts";
import { type Draft, draftOf, type Stepped } from "./draft.ts";
import { handleFrom } from "./handle.ts";
import type { PersonInput, SiteInput, ThreadInput } from "./input.ts";
import type { PersonId, SiteId, ThreadId } from "./party.ts";
import { applyToPerson } from "./person.ts";
import { applyToSite } from "./site.ts";
import {
  type PersonState,
  type SiteState,
  type SubjectState,
  schema,
  type ThreadChannel,
  type ThreadState,
} from "./state.ts";
import { applyToThread, threadWakesAt } from "./thread.ts";
import type { World } from "./world.ts";

export function stepThread(state: ThreadState, input: ThreadInput, world: World): Stepped<ThreadState> {
  return stepped(draftOf(state, world), (draft) => applyToThread(draft, input));
}

export function stepPerson(state: PersonState, input: PersonInput, world: World): Stepped<PersonState> {
  return stepped(draftOf(state, world), (draft) => applyToPerson(draft, input));
}

export function stepSite(state: SiteState, input: SiteInput, world: World): Stepped<SiteState> {
  return stepped(draftOf(state, world), (draft) => applyToSite(draft, input));
}

function stepped<State extends SubjectState>(
  draft: Draft<State>,
  apply: (draft: Draft<State>) => void,
): Stepped<State> {
  apply(draft);
  return { state: draft.state, effects: draft.effects };
}

/** When a subject wants to be woken; null when only somebody's words can move it. */
export function wakeAt(state: SubjectState): Instant | null {
  return "channel" in state ? threadWakesAt(state) : null;
}

/** A thread before its first words. */
export function newThread(id: ThreadId, channel: ThreadChannel, world: World): ThreadState {
  return {
    schema,
    id,
    site: world.site.id,
    channel,
    language: world.programme.languages[0] ?? "en",
    handle: handleFrom(world.random),
    consent: null,
    age: null,
    heardAt: null,
    reachable: true,
    heldForMentee: false,
    cases: 0,
    cardShown: null,
    recent: [],
    case: null,
  };
}

export function newPerson(id: PersonId, world: World): PersonState {
  return {
    schema,
    id,
    site: world.site.id,
    language: world.programme.languages[0] ?? "en",
    supporter: null,
    invitations: [],
    reachable: true,
  };
}

export function newSite(id: SiteId, world: World): SiteState {
  return { schema, id, site: world.site.id };
}
