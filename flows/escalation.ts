/** Calling the coordinators: a card in the staff group that says who needs somebody, and never what was said. */
import { alertCard, alertChoices, alertEffect, alertText } from "./alert-card.ts";
import { beginToWrite, endToWrite } from "./coordinator-case.ts";
import { change, type Draft, inPhase, mentee, openCase, say, staffOf, supporter } from "./draft.ts";
import type { Text } from "./effect.ts";
import { clear } from "./flags.ts";
import type { ThreadInput } from "./input.ts";
import {
  arrivesSilently,
  callAtNight,
  remindOthers,
  whenOpenedToAsk,
  whenTakenToAsk,
  whenToRemind,
} from "./ladder.ts";
import type { CaseId, PersonId } from "./party.ts";
import type { AlertOutcome, Case, Escalation, ThreadState } from "./state.ts";

const minute = 60_000;

/** A supporter asks for a coordinator. */
export function supporterEscalates(
  draft: Draft<ThreadState>,
  id: CaseId,
  by: PersonId,
  reason: string | null,
): void {
  const talk = inPhase(draft, "talking", id);
  if (talk?.phase.with !== by) {
    say(draft, supporter(by), { key: "relay.notYours" });
    return;
  }
  raise(draft, talk, by, {
    key: reason === null ? "escalation.reasonNone" : "escalation.reasonGiven",
    with: reason === null ? {} : { reason },
  });
  say(draft, supporter(by), { key: "escalation.supporterGuide", with: { handle: draft.state.handle } });
}

/** Puts a new alert before the coordinators; an older card of the case can't answer it. */
export function raise(
  draft: Draft<ThreadState>,
  open: Case,
  by: Escalation["by"],
  reason: Text,
  rules: string[] = [],
): void {
  const { world } = draft;
  const before = open.escalation;
  if (before && before.outcome === null) supersede(draft, open, before);
  const alert: Escalation = {
    version: (before?.version ?? 0) + 1,
    by,
    reason,
    rules,
    at: world.now,
    takenBy: null,
    seenBy: null,
    declinedBy: [],
    opened: false,
    menteeTold: false,
    reminders: 0,
    remindAt: whenToRemind(draft, 0),
    outcome: null,
  };
  open.escalation = alert;
  say(draft, staffOf(draft), alertText(draft, open, alert), {
    choices: alertChoices(open.id, alert),
    card: alertCard(open.id, alert.version),
    urgent: true,
    ...(arrivesSilently(draft) ? { silent: true } : {}),
  });
  draft.effects.push(alertEffect(draft, open, alert, "raised"));
  callAtNight(draft, open, alert);
}

/** An alert's card can't be answered any more: a newer one follows. */
export function supersede(draft: Draft<ThreadState>, open: Case, alert: Escalation): void {
  endToWrite(draft, open, alert);
  alert.outcome = "nothing";
  endCard(draft, open, alert, "escalation.newer");
}

/** A coordinator answered a card. What it may do follows from the alert as it stands now. */
export function answerAlert(
  draft: Draft<ThreadState>,
  { case: id, version, by, name, answer }: Extract<ThreadInput, { input: "alert_answered" }>,
): void {
  const open = openCase(draft, id);
  const alert = open?.escalation;
  if (!open || alert?.version !== version || alert.outcome !== null) {
    return sayTo(draft, by, { key: "escalation.over", with: { handle: draft.state.handle } });
  }
  const { now } = draft.world;
  switch (answer) {
    case "take":
    case "take_quietly":
      if (alert.takenBy) return sayTaken(draft, by, alert.takenBy.name);
      alert.takenBy = { id: by, name, at: now };
      alert.remindAt = whenTakenToAsk(now);
      return taken(draft, open, alert, answer === "take");
    case "seen":
      if (alert.takenBy) return sayTaken(draft, by, alert.takenBy.name);
      alert.seenBy = { name, at: now };
      alert.remindAt = now + 5 * minute;
      return showCard(draft, open, alert);
    case "read":
      read(draft, open, alert, by);
      return;
    case "write":
      if (read(draft, open, alert, by)) beginToWrite(draft, open, alert, by);
      return;
    case "quiet":
      if (alert.writes === by) endToWrite(draft, open, alert);
      return;
    case "decline":
      if (alert.writes === by) endToWrite(draft, open, alert);
      if (!alert.declinedBy.includes(by)) alert.declinedBy.push(by);
      if (alert.takenBy?.id === by) alert.takenBy = null;
      if (alert.takenBy) return;
      showCard(draft, open, alert);
      return remindOthers(draft, open, alert);
    case "safe":
    case "passed_on":
    case "nothing":
      if (alert.takenBy) end(draft, open, alert, answer, name);
      return;
    default:
      return answer satisfies never;
  }
}

/** Whoever had taken it is no coordinator any more: it is as if nobody had, and the others are called. */
export function coordinatorGone(draft: Draft<ThreadState>, by: PersonId): void {
  const open = openCase(draft);
  const alert = open?.escalation;
  if (!open || !alert || alert.outcome !== null || alert.takenBy?.id !== by) return;
  endToWrite(draft, open, alert);
  alert.takenBy = null;
  showCard(draft, open, alert);
  remindOthers(draft, open, alert);
}

/** In their own chat, or, for who never opened one, in the group. */
function sayTo(draft: Draft<ThreadState>, by: PersonId, text: Text): void {
  const known = draft.world.coordinators.some(({ id }) => id === by);
  say(draft, known ? { role: "coordinator", id: by } : staffOf(draft), text);
}

function sayTaken(draft: Draft<ThreadState>, by: PersonId, coordinator: string): void {
  const { handle } = draft.state;
  sayTo(draft, by, { key: "escalation.takenSupporter", with: { handle, coordinator } });
}

/** The supporter and the mentee hear that somebody takes care. */
function taken(draft: Draft<ThreadState>, open: Case, alert: Escalation, tellMentee: boolean): void {
  const { state } = draft;
  const { phase } = open;
  const coordinator = alert.takenBy?.name ?? "";
  if (phase.phase === "talking") {
    say(draft, supporter(phase.with), {
      key: "escalation.takenSupporter",
      with: { handle: state.handle, coordinator },
    });
  }
  alert.menteeTold = tellMentee && canBeTold(draft);
  if (alert.menteeTold) {
    const asked = phase.phase === "talking" && alert.by === phase.with ? phase.name : null;
    say(
      draft,
      mentee(draft),
      asked === null ? { key: "crisis.told" } : { key: "escalation.toMentee", with: { name: asked } },
    );
  }
  showCard(draft, open, alert);
  const taker = draft.world.coordinators.find(({ id }) => id === alert.takenBy?.id);
  if (!taker) return;
  say(draft, { role: "coordinator", id: taker.id }, alertText(draft, open, alert), {
    choices: alertChoices(open.id, alert),
  });
}

const mostRead = 30;

/**
 * Who took it reads the talk, in their own chat only; it is noted who did.
 *
 * @returns false when this one may not
 */
function read(draft: Draft<ThreadState>, open: Case, alert: Escalation, by: PersonId): boolean {
  const { handle } = draft.state;
  if (alert.takenBy?.id !== by) {
    sayTo(draft, by, { key: "escalation.takeFirst", with: { handle } });
    return false;
  }
  if (!draft.world.coordinators.some(({ id }) => id === by)) {
    sayTo(draft, by, { key: "escalation.readInOwnChat", with: { handle } });
    return false;
  }
  alert.readers = [...new Set([...(alert.readers ?? []), by])];
  const to = { role: "coordinator", id: by } as const;
  alert.opened = true;
  alert.reminders = 0;
  alert.remindAt = whenOpenedToAsk(draft.world.now, 0);
  say(draft, to, { key: "escalation.transcript", with: { handle } });
  draft.effects.push({
    effect: "show",
    to,
    case: open.id,
    what: "talk",
    last: mostRead,
    why: `alert ${alert.version}`,
  });
  return true;
}

/** Whether a text of the bot reaches the mentee now: the card must not say that they know when they don't. */
function canBeTold({ state, world }: Draft<ThreadState>): boolean {
  if (!state.reachable) return false;
  if (state.channel !== "messenger" || world.messengerWindow === null) return true;
  return world.now - (state.heardAt ?? 0) < world.messengerWindow.bot;
}

function end(
  draft: Draft<ThreadState>,
  open: Case,
  alert: Escalation,
  outcome: AlertOutcome,
  coordinator: string,
): void {
  alert.outcome = outcome;
  alert.remindAt = null;
  remember(open, alert, outcome);
  if (outcome !== "passed_on") clear(draft, open, coordinator, outcome);
  endToWrite(draft, open, alert);
  change(draft, staffOf(draft), alertCard(open.id, alert.version), {
    key: `escalation.ended.${outcome}`,
    with: { handle: draft.state.handle, coordinator },
  });
  if (open.phase.phase === "talking") {
    say(draft, supporter(open.phase.with), {
      key: "escalation.endedSupporter",
      with: { handle: draft.state.handle, coordinator },
    });
  }
}

/** What the record says of an alert: whether it was called for is how well detection works. */
function remember(open: Case, { by, rules = [], at }: Escalation, outcome: AlertOutcome | null): void {
  const origin = by === "detection" || by === "mentee" ? by : "supporter";
  open.pastAlerts = [...(open.pastAlerts ?? []), { by: origin, rules, at, outcome }];
}

/** Ends an alert with its case: a card that nobody can answer any more says so. */
export function endWithCase(draft: Draft<ThreadState>, open: Case): void {
  if (open.escalation && open.escalation.outcome === null) {
    endToWrite(draft, open, open.escalation);
    remember(open, open.escalation, null);
    endCard(draft, open, open.escalation, "escalation.caseClosed");
  }
}

function endCard(
  draft: Draft<ThreadState>,
  open: Case,
  alert: Escalation,
  key: "escalation.newer" | "escalation.caseClosed",
): void {
  change(draft, staffOf(draft), alertCard(open.id, alert.version), {
    key,
    with: { handle: draft.state.handle },
  });
}

function showCard(draft: Draft<ThreadState>, open: Case, alert: Escalation): void {
  change(
    draft,
    staffOf(draft),
    alertCard(open.id, alert.version),
    alertText(draft, open, alert),
    alertChoices(open.id, alert),
  );
}
