/**
 * Who is reminded of an alert, and when: the staff group after 5 and after 10 minutes, those on duty in their own
 * chat with the second, then every coordinator in theirs, again and again until somebody takes it. No alert ends in silence.
 */
import { alertChoices, alertEffect, alertText } from "./alert-card.ts";
import type { Instant } from "./calendar.ts";
import { type Draft, openCase, say, staffOf } from "./draft.ts";
import { answerWindow } from "./hours.ts";
import type { PersonId } from "./party.ts";
import type { Case, Escalation, ThreadState } from "./state.ts";
import type { CoordinatorView } from "./world.ts";

const minute = 60_000;
/** Minutes from one reminder to the next; the last one goes on. */
const pauses = [5, 5, 5, 15, 30];
/** From so many reminders on, coordinators are written to in their own chats. */
const privatelyFrom = 2;
const takenToOpened = 10 * minute;
const openedToEnded = 60 * minute;

/** When the next reminder goes out, after so many; at night, where nobody is called then, at the opening. */
export function whenToRemind({ world }: Draft<ThreadState>, reminders: number): Instant {
  const next = world.now + (pauses[Math.min(reminders, pauses.length - 1)] ?? 30) * minute;
  if (world.programme.alertsAtNight !== "waits") return next;
  const window = answerWindow(world.site, next, world.openings);
  return window.open || window.opensAt === null ? next : window.opensAt;
}

/** Whoever took it is asked how it stands when nothing is heard of it. */
export function whenTakenToAsk(now: Instant): Instant {
  return now + takenToOpened;
}

/** Whoever has read it is asked much later, and ever less often. */
export function whenOpenedToAsk(now: Instant, asked: number): Instant {
  return now + Math.min(openedToEnded * 2 ** asked, 24 * 60 * minute);
}

/** Whether the service is closed now, and the night's own rule holds. */
function isNight({ world }: Draft<ThreadState>): boolean {
  return !answerWindow(world.site, world.now, world.openings).open;
}

/** Whether an alert's card in the staff group rings no bell now: it is for the morning, or for one person. */
export function arrivesSilently(draft: Draft<ThreadState>): boolean {
  return isNight(draft) && draft.world.programme.alertsAtNight !== "called";
}

function isNamedNight(draft: Draft<ThreadState>): boolean {
  return draft.world.programme.alertsAtNight === "named" && isNight(draft);
}

/** Whoever is on duty, or, at night, is named for it, and has shown that they can be called. */
function isCalledFirst(draft: Draft<ThreadState>): (coordinator: CoordinatorView) => boolean {
  const named = isNamedNight(draft);
  return ({ onDuty, onNight, tested }) => tested && (named ? onNight : onDuty);
}

/** At night, where somebody is named for it, they are called at once; when nobody is, everybody. */
export function callAtNight(draft: Draft<ThreadState>, open: Case, alert: Escalation): void {
  if (!isNamedNight(draft)) return;
  if (!draft.world.coordinators.some(isCalledFirst(draft))) {
    say(draft, staffOf(draft), { key: "coordinator.nobodyAtNight" }, { urgent: true });
  }
  callPrivately(draft, open, alert, []);
}

export function ladderWakesAt({ escalation }: Case): Instant | null {
  return escalation?.outcome === null ? escalation.remindAt : null;
}

/** Reminds, when it is time to. */
export function wakeLadder(draft: Draft<ThreadState>): void {
  const open = openCase(draft);
  const alert = open?.escalation;
  if (!open || !alert || alert.outcome !== null) return;
  if (alert.remindAt === null || draft.world.now < alert.remindAt) return;
  if (alert.takenBy) return askTaker(draft, open, alert);
  alert.reminders += 1;
  alert.remindAt = whenToRemind(draft, alert.reminders);
  say(
    draft,
    staffOf(draft),
    {
      key: "escalation.reminder",
      with: { alert: alertText(draft, open, alert), since: { time: alert.at, as: "day_and_time" } },
    },
    {
      choices: alertChoices(open.id, alert),
      urgent: true,
      ...(arrivesSilently(draft) ? { silent: true } : {}),
    },
  );
  draft.effects.push(alertEffect(draft, open, alert, "reminder"));
  const someoneFirst = draft.world.coordinators.some(isCalledFirst(draft));
  if (
    alert.reminders > privatelyFrom ||
    (alert.reminders === privatelyFrom && someoneFirst) ||
    isNamedNight(draft)
  ) {
    callPrivately(draft, open, alert, []);
  }
}

/** Somebody can't: everybody else is called at once. */
export function remindOthers(draft: Draft<ThreadState>, open: Case, alert: Escalation): void {
  alert.remindAt = whenToRemind(draft, alert.reminders);
  callPrivately(draft, open, alert, alert.declinedBy);
}

/** The staff group did not get the card: every coordinator is called in their own chat instead, at once. */
export function staffGroupUnreachable(draft: Draft<ThreadState>): void {
  const open = openCase(draft);
  const alert = open?.escalation;
  if (!open || !alert || alert.outcome !== null || alert.takenBy) return;
  callPrivately(draft, open, alert, [], "escalation.groupUnreachable");
}

/** A coordinator did not get it: everybody else is called, at once. */
export function coordinatorUnreachable(draft: Draft<ThreadState>, id: PersonId): void {
  const open = openCase(draft);
  const alert = open?.escalation;
  if (!open || !alert || alert.outcome !== null || alert.takenBy) return;
  if (!draft.world.coordinators.some((coordinator) => coordinator.id === id)) return;
  callPrivately(draft, open, alert, [...alert.declinedBy, id]);
}

function callPrivately(
  draft: Draft<ThreadState>,
  open: Case,
  alert: Escalation,
  without: readonly PersonId[],
  key: "escalation.privately" | "escalation.groupUnreachable" = "escalation.privately",
): void {
  const others = draft.world.coordinators.filter(({ id }) => !without.includes(id));
  const first = others.filter(isCalledFirst(draft));
  // Those on duty first; when the two reminders have not helped, everybody.
  const called = first.length > 0 && alert.reminders <= privatelyFrom ? first : others;
  for (const { id } of called) {
    say(
      draft,
      { role: "coordinator", id },
      { key, with: { alert: alertText(draft, open, alert) } },
      { choices: alertChoices(open.id, alert), urgent: true },
    );
  }
}

/** Taken, and nothing heard: whoever took it is asked, then it is as if nobody had. */
function askTaker(draft: Draft<ThreadState>, open: Case, alert: Escalation): void {
  const { takenBy } = alert;
  if (!takenBy) return;
  alert.reminders += 1;
  alert.remindAt = alert.opened
    ? whenOpenedToAsk(draft.world.now, alert.reminders)
    : whenToRemind(draft, alert.reminders);
  const text = {
    key: "escalation.howDoesItStand",
    with: { alert: alertText(draft, open, alert), coordinator: takenBy.name },
  } as const;
  say(draft, { role: "coordinator", id: takenBy.id }, text, {
    choices: alertChoices(open.id, alert),
    urgent: true,
  });
  if (alert.opened) return;
  say(draft, staffOf(draft), text, { choices: alertChoices(open.id, alert), urgent: true });
}
