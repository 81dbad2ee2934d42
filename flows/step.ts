/**
 * The engine: what was stored, what happened, and what the world is like now give what is stored next and what
 * follows. Pure: no clock, no chance, no waiting; everything it knows is handed in.
 */

import type { Language } from "../programmes/programme.ts";
import type { Instant } from "./calendar.ts";
import { type Draft, draftOf, type Stepped } from "./draft.ts";
import type { Effect } from "./effect.ts";
import { handleFrom } from "./handle.ts";
import type { PersonInput, SiteInput, ThreadInput } from "./input.ts";
import { languageOfApp } from "./language.ts";
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
import { languagesOf, type World } from "./world.ts";

export function stepThread(state: ThreadState, input: ThreadInput, world: World): Stepped<ThreadState> {
  const next = stepped(draftOf(state, world), (draft) => applyToThread(draft, input));
  // Somebody who asked to be left alone hears only what is urgent.
  return state.quiet && next.state.quiet ? { ...next, effects: next.effects.filter(speaksUp) } : next;
}

export function stepPerson(state: PersonState, input: PersonInput, world: World): Stepped<PersonState> {
  return stepped(draftOf(state, world), (draft) => applyToPerson(draft, input));
}

export function stepSite(state: SiteState, input: SiteInput, world: World): Stepped<SiteState> {
  return stepped(draftOf(state, world), (draft) => applyToSite(draft, input));
}

function speaksUp(effect: Effect): boolean {
  return effect.effect !== "say" || effect.to.role !== "mentee" || effect.urgent === true;
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

/** A thread before its first words. `appLanguage` is what the mentee's app is set to, where that is known. */
/** What a new state needs of the world. */
type Beginning = Pick<World, "programme" | "site" | "random">;

export function newThread(
  id: ThreadId,
  channel: ThreadChannel,
  appLanguage: string | undefined,
  world: Beginning,
): ThreadState {
  return {
    schema,
    id,
    site: world.site.id,
    channel,
    language: firstLanguage(appLanguage, world),
    languageChosen: false,
    handle: handleFrom(world.random),
    consent: null,
    age: null,
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

export function newPerson(id: PersonId, appLanguage: string | undefined, world: Beginning): PersonState {
  return {
    schema,
    id,
    site: world.site.id,
    language: firstLanguage(appLanguage, world),
    supporter: null,
    coordinator: null,
    invitations: [],
    reachable: true,
    met: false,
  };
}

function firstLanguage(appLanguage: string | undefined, { programme, site }: Beginning): Language {
  const among = languagesOf({ programme, site });
  return languageOfApp(appLanguage, among) ?? among[0] ?? "en";
}

export function newSite(id: SiteId): SiteState {
  return { schema, id, site: id.slice(1), openings: [] };
}
