/**
 * Accepted, then silence: the supporter is asked, then the coordinators and the mentee are told, and the case can be
 * offered again. Sooner where there were signs of danger.
 */
import type { Instant } from "./calendar.ts";
import { close } from "./close.ts";
import { type Draft, inPhase, mentee, say, staffOf, supporter } from "./draft.ts";
import { isOfConcern } from "./flags.ts";
import { answerWindow } from "./hours.ts";
import type { CaseId } from "./party.ts";
import type { Case, Phase, ThreadState } from "./state.ts";
import { changeSupporter } from "./talk.ts";

type Talk = Case & { phase: Extract<Phase, { phase: "talking" }> };

const minute = 60_000;
const day = 24 * 60 * minute;
const asksAfter = 2 * day;
const sleepsAfter = 7 * day;
/** When the supporter is asked, and when the others are told. */
const usual = [10 * minute, 20 * minute];
const flagged = [3 * minute, 5 * minute];

export function silenceWakesAt(open: Case): Instant | null {
  if (open.phase.phase !== "talking") return null;
  const { lastAt, askedIfOver } = open.phase;
  const idle = lastAt + (askedIfOver ? sleepsAfter : asksAfter);
  const late = lateAt(open);
  if (isFlagged(open) && askedIfOver) return late;
  return late === null ? idle : Math.min(late, idle);
}

/** When somebody is to be told that the supporter's first words have not come. */
function lateAt(open: Case): Instant | null {
  if (open.phase.phase !== "talking") return null;
  const { silentSince, nudges } = open.phase;
  const after = stepsOf(open)[nudges];
  return silentSince === null || after === undefined ? null : silentSince + after;
}

function isFlagged(open: Case): boolean {
  return open.escalation?.outcome === null || isOfConcern(open);
}

function stepsOf(open: Case): number[] {
  return isOfConcern(open) ? flagged : usual;
}

export function wakeSilence(draft: Draft<ThreadState>): void {
  const talk = inPhase(draft, "talking");
  if (!talk) return;
  const { phase } = talk;
  const { world } = draft;
  if (wakeIdle(draft, talk)) return;
  const at = lateAt(talk);
  if (at === null || world.now < at) return;
  const window = answerWindow(world.site, world.now, world.openings);
  if (!window.open) {
    // Nobody is late before the next opening.
    phase.silentSince = window.opensAt;
    phase.nudges = 0;
    return;
  }
  phase.nudges += 1;
  if (phase.nudges === 1) nudge(draft, talk);
  else tellOthers(draft, talk);
}

/**
 * Nobody has written for two days: one gentle line. After seven the talk sleeps, and any word wakes it; but never with
 * a sign of danger on it, which only a person may close.
 */
function wakeIdle(draft: Draft<ThreadState>, talk: Talk): boolean {
  const { phase } = talk;
  const idle = draft.world.now - phase.lastAt;
  if (phase.askedIfOver && idle >= sleepsAfter && !isFlagged(talk)) {
    close(draft, "service");
    return true;
  }
  if (phase.askedIfOver || idle < asksAfter) return false;
  phase.askedIfOver = true;
  say(
    draft,
    mentee(draft),
    { key: "close.stillThere", with: { name: phase.name } },
    {
      choices: [
        { label: { key: "button.endTalk" }, payload: "talk:end" },
        { label: { key: "button.helpNow" }, payload: "help:now" },
      ],
    },
  );
  return false;
}

function nudge(draft: Draft<ThreadState>, { phase }: Talk): void {
  say(draft, supporter(phase.with), { key: "case.waitsForYou", with: { handle: draft.state.handle } });
}

function tellOthers(draft: Draft<ThreadState>, { id, phase }: Talk): void {
  const { handle } = draft.state;
  say(
    draft,
    mentee(draft),
    { key: "match.silent", with: { name: phase.name } },
    {
      choices: [
        { label: { key: "button.someoneElse" }, payload: "talk:change" },
        { label: { key: "button.helpNow" }, payload: "help:now" },
      ],
    },
  );
  say(
    draft,
    staffOf(draft),
    { key: "coordinator.silent", with: { handle, supporter: phase.name } },
    { choices: [{ label: { key: "button.offerAgain" }, payload: `staff:offer_again:${id}` }] },
  );
}

/** A coordinator had enough: the case goes to somebody else. */
export function offerAgain(draft: Draft<ThreadState>, id: CaseId): void {
  const talk = inPhase(draft, "talking", id);
  if (!talk || talk.phase.silentSince === null) {
    say(draft, staffOf(draft), { key: "coordinator.goesOn", with: { handle: draft.state.handle } });
    return;
  }
  say(draft, supporter(talk.phase.with), { key: "case.taken", with: { handle: draft.state.handle } });
  changeSupporter(draft, "gone");
}
