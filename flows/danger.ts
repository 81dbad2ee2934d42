/**
 * What follows from a sign of danger: the emergency card first, at any hour, before any question; a flag on the
 * case; and from S3 an alert to the coordinators. The talk itself goes on.
 */

import type { TextKey } from "../locales/texts.ts";
import { type Finding, type FindingKind, type Level, remembered } from "./crisis/finding.ts";
import { type Draft, mentee, openCase, say, staffOf, supporter } from "./draft.ts";
import { raise } from "./escalation.ts";
import { concern, highest, standing } from "./flags.ts";
import { isTooEarly } from "./going-live.ts";
import { answerWindow } from "./hours.ts";
import type { ThreadState } from "./state.ts";

const minute = 60_000;
/** A full card is not repeated at each word of a person in crisis; a short one with the number is. */
const fullCardEvery = 10 * minute;

const high = 3;
const imminent = 4;

/** The card for somebody who asks for it: always whole. */
export function showHelp(draft: Draft<ThreadState>): void {
  sayCard(draft, "crisis.help", 0, "help");
}

/** The card, ahead of everything else that is said. Comes before the words themselves are handled. */
function showCard(draft: Draft<ThreadState>, level: Level, kind: FindingKind): void {
  const { state, world } = draft;
  const { cardShown } = state;
  const again = cardShown !== null && world.now - cardShown.at < fullCardEvery && cardShown.level >= level;
  if (!again) state.cardShown = { at: world.now, level };
  sayCard(
    draft,
    again ? "crisis.repeat" : level >= imminent ? "crisis.cardImminent" : "crisis.card",
    level,
    kind,
  );
}

function sayCard(draft: Draft<ThreadState>, key: TextKey, level: Level, kind: FindingKind): void {
  say(
    draft,
    mentee(draft),
    {
      key,
      with: {
        emergency: { helplines: "emergency", danger: { level, kind } },
        helplines: { helplines: "card", danger: { level, kind } },
        line: { helplines: "line" },
        presence: { key: presence(draft) },
      },
    },
    { urgent: true },
  );
}

/** Whether a supporter reads what is written now: nothing may say so when it is not true. */
function presence(draft: Draft<ThreadState>): TextKey {
  const { world } = draft;
  if (isTooEarly(draft)) return "crisis.notOpenYet";
  return answerWindow(world.site, world.now, world.openings).open
    ? "crisis.keepWriting"
    : "crisis.closedHours";
}

/** Shows the card when words ask for it. */
export function respond(draft: Draft<ThreadState>, finding: Finding | null): void {
  if (finding && finding.level >= concern) showCard(draft, finding.level, finding.kind);
}

/** Remembers a sign of danger on the open case, and calls the coordinators when it is high. */
export function flag(draft: Draft<ThreadState>, finding: Finding | null): void {
  if (finding) remember(draft, finding);
  const open = openCase(draft);
  if (!open || !finding || finding.level < 1) return;
  const { state, world } = draft;
  const before = highest(standing(open.flags));
  open.flags.push({ level: finding.level, rules: finding.rules, at: world.now });
  if (open.phase.phase === "talking" && finding.level >= concern && finding.level > before) {
    say(
      draft,
      supporter(open.phase.with),
      { key: "case.flagged", with: { handle: state.handle } },
      { urgent: true },
    );
  }
  // An alert that is open already says it; one that has ended does not.
  if (finding.level < high || (open.escalation?.outcome === null && finding.level <= before)) return;
  const key = finding.level >= imminent ? "escalation.reasonImminent" : "escalation.reasonHigh";
  raise(draft, open, "detection", { key }, finding.rules);
}

/** Keeps the cues of the last messages, without their words, for the next one. */
function remember({ state, world }: Draft<ThreadState>, { level, cues }: Finding): void {
  state.recent = [...state.recent, { at: world.now, level, cues }].slice(-remembered.messages);
}

/** Detection itself failed: people have to look, because the machine can't. */
export function detectionFailed(draft: Draft<ThreadState>): void {
  say(draft, staffOf(draft), { key: "coordinator.detectionFailed", with: { handle: draft.state.handle } });
}
