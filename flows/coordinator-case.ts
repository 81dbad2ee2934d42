/**
 * A coordinator in a case: whoever has taken an alert can write with the mentee from their own chat, and reads what the
 * mentee answers. The supporter stays; nothing of a coordinator's own name reaches the mentee.
 */
import type { Content } from "../adapters/content.ts";
import { lossOf, passOnlyWords } from "./carriage.ts";
import {
  change,
  type Draft,
  inPhase,
  mentee,
  openCase,
  say,
  supporter,
  tellPerson,
  tellThread,
} from "./draft.ts";
import type { Origin } from "./input.ts";
import { type CaseId, type Party, type PersonId, parseCase } from "./party.ts";
import type { Case, Escalation, PersonState, ThreadState } from "./state.ts";

const writesCard = (id: CaseId): string => `writes:${id}`;

/** The coordinator who has taken the alert begins to write. What was written so far was shown to them. */
export function beginToWrite(draft: Draft<ThreadState>, open: Case, alert: Escalation, by: PersonId): void {
  if (alert.writes === by) return;
  alert.writes = by;
  const { handle } = draft.state;
  tellPerson(draft, by, { input: "may_write", case: open.id, handle });
  const talk = inPhase(draft, "talking");
  if (talk) say(draft, supporter(talk.phase.with), { key: "escalation.coordinatorWrites", with: { handle } });
}

/** They write no longer: the alert has ended, somebody else has taken it, or the case is over. */
export function endToWrite(draft: Draft<ThreadState>, open: Case, alert: Escalation): void {
  if (!alert.writes) return;
  tellPerson(draft, alert.writes, { input: "may_not_write", case: open.id });
  alert.writes = null;
}

/** A coordinator writes with one mentee at a time. */
export function coordinatorStops(draft: Draft<ThreadState>, id: CaseId, by: PersonId): void {
  const open = openCase(draft, id);
  if (open?.escalation?.writes === by) endToWrite(draft, open, open.escalation);
}

/** A coordinator's words for the mentee, at any hour: words in danger never wait for a clock. */
export function coordinatorWrites(
  draft: Draft<ThreadState>,
  id: CaseId,
  by: PersonId,
  content: Content,
): void {
  const { state } = draft;
  const open = openCase(draft, id);
  const alert = open?.escalation;
  const me: Party = { role: "coordinator", id: by };
  if (!open || alert?.writes !== by || !state.reachable) {
    draft.effects.push({ effect: "keep" });
    const key = open && alert?.writes === by ? "relay.menteeBlocked" : "escalation.writesNoMore";
    return say(draft, me, { key, with: { handle: state.handle } });
  }
  const loss = lossOf(draft, content, "supporter", true);
  if (loss) {
    say(draft, me, loss);
    if (content.kind !== "text" && content.caption === undefined) {
      draft.effects.push({ effect: "keep" });
      return;
    }
  }
  if (!alert.wrote) {
    alert.wrote = true;
    alert.menteeTold = true;
    say(draft, mentee(draft), { key: "crisis.coordinatorWrites" });
  }
  draft.effects.push({ effect: "relay", to: mentee(draft), name: { key: "relay.coordinator" } });
  if (loss) passOnlyWords(draft);
  open.wordsOut += 1;
}

/** The mentee's words also go to the coordinator who writes with them. */
export function copyToCoordinator(draft: Draft<ThreadState>): void {
  const writes = openCase(draft)?.escalation?.writes;
  if (!writes) return;
  draft.effects.push({ effect: "copy", to: { role: "coordinator", id: writes }, name: draft.state.handle });
}

/** Whether a coordinator writes with the mentee now: then no word is taken for the answer to a question of the bot. */
export function isWrittenWith(open: Case): boolean {
  return Boolean(open.escalation?.writes);
}

/** In the coordinator's own chat: which case their words go to, and how it ends. */
export function mayWrite(draft: Draft<PersonState>, id: CaseId, handle: string): void {
  const { coordinator } = draft.state;
  if (!coordinator) return;
  const before = coordinator.writesTo;
  const thread = before ? parseCase(before.case)?.thread : null;
  if (before && thread && before.case !== id) {
    tellThread(draft, thread, { input: "coordinator_stops", case: before.case, by: draft.state.id });
  }
  coordinator.writesTo = { case: id, handle };
  say(
    draft,
    { role: "coordinator", id: draft.state.id },
    { key: "escalation.youWrite", with: { handle } },
    {
      card: writesCard(id),
      choices: [{ label: { key: "button.writeNoMore" }, payload: `alert:quiet:${id}:0` }],
    },
  );
}

export function mayNotWrite(draft: Draft<PersonState>, id: CaseId): void {
  const { coordinator } = draft.state;
  if (coordinator?.writesTo?.case !== id) return;
  const { handle } = coordinator.writesTo;
  coordinator.writesTo = null;
  const me = { role: "coordinator", id: draft.state.id } as const;
  change(draft, me, writesCard(id), { key: "escalation.writesNoMore", with: { handle } });
  say(draft, me, { key: "escalation.writesNoMore", with: { handle } });
}

/** What a coordinator wrote in their own chat while they write with somebody. */
export function coordinatorSays(
  draft: Draft<PersonState>,
  content: Content,
  origin: Origin | undefined,
): void {
  const target = draft.state.coordinator?.writesTo;
  if (!target) return;
  const thread = parseCase(target.case)?.thread;
  if (!thread) return;
  tellThread(draft, thread, {
    input: "coordinator_wrote",
    case: target.case,
    by: draft.state.id,
    content,
    ...(origin ? { origin } : {}),
  });
}
