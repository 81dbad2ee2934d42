/**
 * What a mentee may agree to beside the one yes that a talk needs: that words are kept longer, and word of events.
 * Each for itself, never asked for as a condition, and taken back with the same tap.
 */

import type { Instant } from "./calendar.ts";
import { change, type Draft, mentee, say } from "./draft.ts";
import type { Choice, Text } from "./effect.ts";
import type { OptionalYes, ThreadState } from "./state.ts";

/** Raised when the words of these questions change their meaning; stored with each yes. */
const yesesVersion = 1;
const day = 86_400_000;
const yesesCard = "yeses";
const yeses = ["keepLonger", "events"] as const satisfies readonly OptionalYes[];

export function showYeses(draft: Draft<ThreadState>): void {
  say(draft, mentee(draft), yesesText(draft), { choices: yesesChoices(draft), card: yesesCard });
}

function yesesText({ world }: Draft<ThreadState>): Text {
  const { retention, name } = world.programme;
  return { key: "rights.yeses", with: { days: retention.longerDays, programme: name } };
}

function yesesChoices({ state }: Draft<ThreadState>): Choice[] {
  return yeses.map((yes) => ({
    label: {
      key: state.yeses?.[yes] ? "button.chosen" : "button.notChosen",
      with: { what: { key: `button.${yes}` } },
    },
    payload: `yes:${yes}`,
  }));
}

/** One tap: a yes, or no longer; `off` only takes back. */
export function answerYes(
  draft: Draft<ThreadState>,
  which: string | undefined,
  how: string | undefined,
): void {
  const { state, world } = draft;
  const yes = yeses.find((known) => known === which);
  if (!yes) return;
  const given = { version: yesesVersion, at: world.now, language: state.language };
  state.yeses = { ...state.yeses, [yes]: state.yeses?.[yes] || how === "off" ? null : given };
  change(draft, mentee(draft), yesesCard, yesesText(draft), yesesChoices(draft));
  say(draft, mentee(draft), { key: state.yeses[yes] ? "rights.yesNoted" : "rights.yesTakenBack" });
}

/** When the words of a case that is closed now are deleted. */
export function wordsKeptUntil({ state, world }: Draft<ThreadState>): Instant {
  const { wordsDays, longerDays } = world.programme.retention;
  return world.now + (state.yeses?.keepLonger ? Math.max(wordsDays, longerDays) : wordsDays) * day;
}

/** Word of an event, for whoever asked for it; not where it could only be held back. */
export function tellOfEvent(draft: Draft<ThreadState>, words: string): void {
  const { state, world } = draft;
  if (!state.yeses?.events || !state.reachable) return;
  const window = state.channel === "messenger" ? world.messengerWindow : null;
  if (window && world.now - (state.heardAt ?? 0) >= window.bot) return;
  say(
    draft,
    mentee(draft),
    { key: "event.announce", with: { programme: world.programme.name, words } },
    { choices: [{ label: { key: "button.noEvents" }, payload: "yes:events:off" }] },
  );
}
