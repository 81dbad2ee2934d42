/** Calling the coordinators: a card in the staff group that says who needs somebody, and never what was said. */
import { change, type Draft, inPhase, mentee, openCase, say, staffOf, supporter } from "./draft.ts";
import type { Text } from "./effect.ts";
import type { CaseId, PersonId } from "./party.ts";
import type { Case, Escalation, ThreadState } from "./state.ts";

const alertCard = (id: CaseId, version: number): string => `alert:${id}:${version}`;

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
export function raise(draft: Draft<ThreadState>, open: Case, by: Escalation["by"], reason: Text): void {
  const { world } = draft;
  const version = (open.escalation?.version ?? 0) + 1;
  open.escalation = { version, by, reason, at: world.now, takenBy: null };
  say(draft, staffOf(draft), alertText(draft, open, open.escalation), {
    choices: [{ label: { key: "button.takeAlert" }, payload: `alert:take:${open.id}:${version}` }],
    card: alertCard(open.id, version),
    urgent: true,
  });
}

function alertText({ state }: Draft<ThreadState>, open: Case, { reason, at }: Escalation): Text {
  const talking = open.phase.phase === "talking" ? open.phase.name : null;
  return {
    key: "escalation.staffAlert",
    with: {
      handle: state.handle,
      channel: { key: state.channel === "messenger" ? "channel.messenger" : "channel.telegram" },
      time: { time: at, as: "time" },
      supporter: talking ?? { key: "escalation.noSupporter" },
      reason,
    },
  };
}

/** A coordinator takes an alert: the card, the supporter and the mentee are told who. */
export function take(
  draft: Draft<ThreadState>,
  id: CaseId,
  version: number,
  by: { id: PersonId; name: string },
): void {
  const { state, world } = draft;
  const open = openCase(draft, id);
  const alert = open?.escalation;
  if (!open || alert?.version !== version) {
    change(draft, staffOf(draft), alertCard(id, version), {
      key: "escalation.over",
      with: { handle: state.handle },
    });
    return;
  }
  if (alert.takenBy) return;
  alert.takenBy = by;
  const said = { handle: state.handle, coordinator: by.name };
  change(draft, staffOf(draft), alertCard(id, version), {
    key: "escalation.taken",
    with: {
      alert: alertText(draft, open, alert),
      coordinator: by.name,
      time: { time: world.now, as: "time" },
    },
  });
  const { phase } = open;
  if (phase.phase === "talking") {
    say(draft, supporter(phase.with), { key: "escalation.takenSupporter", with: said });
  }
  const asked = phase.phase === "talking" && alert.by === phase.with ? phase.name : null;
  say(
    draft,
    mentee(draft),
    asked === null ? { key: "crisis.told" } : { key: "escalation.toMentee", with: { name: asked } },
  );
}
