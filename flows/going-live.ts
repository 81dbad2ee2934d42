/**
 * Before the first mentee is let in: what must be true, what is said until then, and the command that opens. Until a
 * coordinator has opened, nothing is promised and nothing is kept; the emergency numbers are there as always.
 */
import type { Finding } from "./crisis/finding.ts";
import { type Draft, mentee, say, staffOf } from "./draft.ts";
import type { Text } from "./effect.ts";
import { isPlaced } from "./place.ts";
import type { PersonState, SiteState, SubjectState, ThreadState } from "./state.ts";
import type { Readiness } from "./world.ts";

const minute = 60_000;
/** Somebody who writes line after line is told in full once, and then in short. */
const toldEvery = 10 * minute;
const concern = 2;
const high = 3;
/** One coordinator sleeps, is ill, or has no reception. */
const coordinatorsNeeded = 2;

/** What must be true before a mentee is let in, in the order in which it is best done. */
export const needs = [
  "channels",
  "address",
  "staffGroup",
  "coordinators",
  "supporter",
  "hours",
  "emergencyNumbers",
  "helplines",
  "texts",
] as const;
export type Need = (typeof needs)[number];

/** Whether each need is met. */
export function metNeeds(readiness: Readiness): Record<Need, boolean> {
  return {
    channels: readiness.channels.length > 0 && readiness.channels.every(({ answers }) => answers),
    address: readiness.reachable !== false,
    staffGroup: readiness.staffGroup === "reachable",
    coordinators: readiness.testedCoordinators >= coordinatorsNeeded,
    supporter: readiness.trainedSupporters > 0,
    hours: readiness.hours,
    emergencyNumbers: readiness.emergencyNumbers,
    helplines: readiness.helplinesVerified,
    texts: readiness.texts,
  };
}

/** Whether a mentee has come before their site is open, or, where it is not known yet, before any is. */
export function isTooEarly(draft: Draft<ThreadState>): boolean {
  const { case: open } = draft.state;
  // A case in intake is what is left of one with an alert, by somebody who then said where they are.
  return !mayComeIn(draft) && (open === null || open.phase.phase === "intake");
}

/** Whether the mentee's site lets mentees in; one whose site is not known is asked when there is one that does. */
export function mayComeIn(draft: Draft<ThreadState>): boolean {
  const { liveSites, site } = draft.world;
  return isPlaced(draft) ? liveSites.includes(site.id) : liveSites.length > 0;
}

/** The truth, in full, for somebody who can't be taken in; it is noted that they were told. */
export function notOpenYet(draft: Draft<ThreadState>): Text {
  draft.state.toldNotOpenAt = draft.world.now;
  const helplines = { helplines: "card" } as const;
  return { key: "goLive.notOpenYet", with: { programme: whatIsNotOpen(draft), helplines } };
}

/** The programme, or, where others of its sites may be open, the mentee's site. */
function whatIsNotOpen(draft: Draft<ThreadState>): string {
  return isPlaced(draft) ? siteName(draft) : draft.world.programme.name;
}

function siteName({ world: { programme, site } }: Draft<SubjectState>): string {
  return programme.sites.length > 1 ? `${programme.name} (${site.name})` : programme.name;
}

/** The truth for somebody who writes before we are open; their words go to nobody and are not kept. */
export function sayNotOpenYet(draft: Draft<ThreadState>, finding: Finding | null): void {
  const { state, world } = draft;
  const level = finding?.level ?? 0;
  if (level >= high) {
    const day = { time: world.now, as: "date" } as const;
    say(draft, staffOf(draft), { key: "goLive.inDanger", with: { handle: state.handle, day } });
  }
  // The emergency card that has just been shown says it already.
  if (level >= concern) return;
  const again = state.toldNotOpenAt !== undefined && world.now - state.toldNotOpenAt < toldEvery;
  const text: Text = again
    ? { key: "goLive.stillNotOpen", with: { programme: whatIsNotOpen(draft), line: { helplines: "line" } } }
    : notOpenYet(draft);
  const choices = [{ label: { key: "button.helpNow" }, payload: "help:now" } as const];
  say(draft, mentee(draft), text, { choices });
}

/** `/golive`: opens when everything is there, and says what is missing when it is not. */
export function goLive(draft: Draft<PersonState>): void {
  const { world, state } = draft;
  if (world.liveSites.includes(world.site.id)) return say(draft, staffOf(draft), { key: "goLive.isOpen" });
  const met = world.readiness ? metNeeds(world.readiness) : null;
  const missing = needs.filter((need) => !met?.[need]);
  if (missing.length > 0) {
    say(draft, staffOf(draft), { key: "goLive.missing", with: { missing: listOf(missing) } });
    return;
  }
  draft.effects.push({
    effect: "tell",
    subject: `s${state.site}`,
    input: { input: "go_live", by: state.coordinator?.name ?? "" },
  });
}

/** One line for each thing that is missing. */
function listOf(missing: readonly Need[]): Text {
  const [last, ...before] = missing.toReversed().map((need): Text => ({ key: `goLive.need.${need}` }));
  if (last === undefined) throw new Error("nothing is missing");
  return before.reduce((rest, first): Text => ({ key: "goLive.lines", with: { first, rest } }), last);
}

/** From now on mentees are let in. */
export function open(draft: Draft<SiteState>, by: string): void {
  const { state, world } = draft;
  if (state.live) return say(draft, staffOf(draft), { key: "goLive.isOpen" });
  state.live = { at: world.now, by };
  say(draft, staffOf(draft), {
    key: "goLive.opened",
    with: { name: by, programme: siteName(draft) },
  });
}
