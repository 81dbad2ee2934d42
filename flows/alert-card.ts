/** An alert as coordinators see it, and what they can do with it. */
import type { Draft } from "./draft.ts";
import type { Choice, Effect, Text } from "./effect.ts";
import type { AlertAnswer } from "./input.ts";
import type { CaseId } from "./party.ts";
import type { Case, Escalation, ThreadState } from "./state.ts";

export const alertCard = (id: CaseId, version: number): string => `alert:${id}:${version}`;

/** What an alert's card says: who, why, where, since when, and how it stands; never the mentee's words. */
export function alertText({ state }: Draft<ThreadState>, open: Case, alert: Escalation): Text {
  const talking = open.phase.phase === "talking" ? open.phase.name : null;
  const card: Text = {
    key: "escalation.staffAlert",
    with: {
      handle: state.handle,
      channel: { key: state.channel === "messenger" ? "channel.messenger" : "channel.telegram" },
      time: { time: alert.at, as: "time" },
      supporter: talking ?? { key: "escalation.noSupporter" },
      reason: alert.reason,
    },
  };
  if (alert.takenBy) {
    const { name, at } = alert.takenBy;
    return {
      key: alert.menteeTold ? "escalation.taken" : "escalation.takenNotTold",
      with: { alert: card, coordinator: name, time: { time: at, as: "time" } },
    };
  }
  if (!alert.seenBy) return card;
  const { name, at } = alert.seenBy;
  return {
    key: "escalation.seen",
    with: { alert: card, coordinator: name, time: { time: at, as: "time" } },
  };
}

/** What can be done with an alert as it stands. */
export function alertChoices(id: CaseId, alert: Escalation): Choice[] {
  const choice = (label: Text["key"], answer: AlertAnswer): Choice => ({
    label: { key: label },
    payload: `alert:${answer}:${id}:${alert.version}`,
  });
  if (alert.takenBy) {
    return [
      choice("button.readTalk", "read"),
      choice("button.writeToThem", "write"),
      choice("button.alertSafe", "safe"),
      choice("button.alertPassedOn", "passed_on"),
      choice("button.alertNothing", "nothing"),
      choice("button.declineAlert", "decline"),
    ];
  }
  return [
    choice("button.takeAlert", "take"),
    choice("button.takeQuietly", "take_quietly"),
    choice("button.seenAlert", "seen"),
    choice("button.declineAlert", "decline"),
  ];
}

/** The same alert for the second route. */
export function alertEffect(
  { state }: Draft<ThreadState>,
  open: Case,
  alert: Escalation,
  what: Extract<Effect, { effect: "alert" }>["what"],
): Effect {
  return { effect: "alert", case: open.id, version: alert.version, handle: state.handle, what };
}
