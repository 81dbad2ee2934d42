/**
 * Before the first mentee is let in: what must be true, what is said until then, and the command that opens. Until a
 * coordinator has opened, nothing is promised and nothing is kept; the emergency numbers are there as always.
 */
import type { Finding } from "./crisis/finding.ts";
import { type Draft, mentee, say, staffOf } from "./draft.ts";
import type { Text } from "./effect.ts";
import type { PersonState, SiteState, ThreadState } from "./state.ts";
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
    staffGroup: readiness.staffGroup,
    coordinators: readiness.testedCoordinators >= coordinatorsNeeded,
    supporter: readiness.trainedSupporters > 0,
    hours: readiness.hours,
    emergencyNumbers: readiness.emergencyNumbers,
    helplines: readiness.helplinesVerified,
    texts: readiness.texts,
  };
}

/** Whether a mentee has come before the service is open, and can't be taken in. */
export function isTooEarly({ world, state }: Draft<ThreadState>): boolean {
  return !world.live && state.case === null;
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
  if (!again) state.toldNotOpenAt = world.now;
  const { name: programme } = world.programme;
  const text: Text = again
    ? { key: "goLive.stillNotOpen", with: { programme, line: { helplines: "line" } } }
    : { key: "goLive.notOpenYet", with: { programme, helplines: { helplines: "card" } } };
  const choices = [{ label: { key: "button.helpNow" }, payload: "help:now" } as const];
  say(draft, mentee(draft), text, { choices });
}

/** `/golive`: opens when everything is there, and says what is missing when it is not. */
export function goLive(draft: Draft<PersonState>): void {
  const { world, state } = draft;
  if (world.live) return say(draft, staffOf(draft), { key: "goLive.isOpen" });
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
    with: { name: by, programme: world.programme.name },
  });
}
