/** One step of a thread: what happened, by the phase of its case. */
import { bar } from "./bar.ts";
import type { Instant } from "./calendar.ts";
import { close } from "./close.ts";
import { coordinatorStops, coordinatorWrites } from "./coordinator-case.ts";
import { type Draft, inPhase, say, staffOf, supporter } from "./draft.ts";
import { supporterEdits } from "./edit.ts";
import { answerAlert, coordinatorGone, supporterEscalates } from "./escalation.ts";
import { flagByHand } from "./flags.ts";
import { askWhomToGive, give, pairUp } from "./give.ts";
import { applyHold } from "./hold.ts";
import type { ThreadInput } from "./input.ts";
import { guardianAgreed, intakeWakesAt, wakeInIntake } from "./intake.ts";
import { ladderWakesAt, wakeLadder } from "./ladder.ts";
import { menteeChose } from "./mentee-presses.ts";
import { menteeEdited, menteeStarted, menteeWrote } from "./mentee-words.ts";
import { look, neverTogether, pass, seekingWakesAt } from "./offer.ts";
import { heard, menteeBlocked, supporterGone, undelivered } from "./reach.ts";
import { menteeReacts, supporterReacts } from "./reaction.ts";
import { refer } from "./refer.ts";
import { erasingWakesAt, forgetSilent, wakeErasing } from "./rights.ts";
import { offerAgain, silenceWakesAt, wakeSilence } from "./silence.ts";
import type { Phase, ThreadState } from "./state.ts";
import { accept, changeSupporter, decideHeld, supporterWrites, talkWakesAt, wakeInTalk } from "./talk.ts";
import { supporterUndoes, takenBack } from "./undo.ts";
import { tellOfEvent } from "./yeses.ts";

export function applyToThread(draft: Draft<ThreadState>, input: ThreadInput): void {
  switch (input.input) {
    case "mentee_wrote":
      return menteeWrote(draft, input.content, input.finding, input.detection);
    case "mentee_edited":
      return menteeEdited(draft, input);
    case "mentee_reacted":
      heard(draft);
      return menteeReacts(draft);
    case "mentee_chose":
      return menteeChose(draft, input.payload);
    case "mentee_started":
      return menteeStarted(draft, input.parameter);
    case "mentee_blocked":
      return menteeBlocked(draft);
    case "mentee_unblocked":
      draft.state.reachable = true;
      return;
    case "page_wrote":
      return pageWrote(draft);
    case "woke":
      return woke(draft);
    case "undelivered":
      return undelivered(draft, input.to, input.why);
    case "accepted":
      return accept(draft, input.case, input.by, input.name);
    case "passed":
      return pass(draft, input.case, input.by, input.knows);
    case "supporter_wrote":
      return supporterWrites(draft, input.case, input.by, input.content);
    case "supporter_undid":
      return supporterUndoes(draft, input);
    case "taken_back":
      return takenBack(draft, input);
    case "supporter_reacted":
      return supporterReacts(draft, input.case, input.by);
    case "supporter_edited":
      return supporterEdits(draft, input);
    case "supporter_pressed":
      return supporterPressed(draft, input);
    case "coordinator_wrote":
      return coordinatorWrites(draft, input.case, input.by, input.content);
    case "flagged_by_hand":
      return flagByHand(draft, input);
    case "event":
      return tellOfEvent(draft, input.words);
    case "guardian_agreed":
      return guardianAgreed(draft, input.by);
    case "coordinator_stops":
      return coordinatorStops(draft, input.case, input.by);
    case "coordinator_gone":
      return coordinatorGone(draft, input.by);
    case "give_asked":
      return askWhomToGive(draft);
    case "given":
      return give(draft, input);
    case "paired":
      return pairUp(draft, input);
    case "supporter_escalated":
      return supporterEscalates(draft, input.case, input.by, input.reason);
    case "supporter_free":
      return look(draft);
    case "supporter_gone":
      return supporterGone(draft, input.by);
    case "forget":
      return forgetSilent(draft);
    case "barred":
      return bar(draft, input);
    case "legal_hold":
      applyHold(draft, input);
      return wakeErasing(draft);
    case "offered_again":
      return offerAgain(draft, input.case);
    case "alert_answered":
      answerAlert(draft, input);
      return wakeErasing(draft);
    default:
      return input satisfies never;
  }
}

/** When the thread wants to be woken. */
export function threadWakesAt({ case: open, legalHold }: ThreadState): Instant | null {
  const until = legalHold?.until ?? null;
  const ofCase = open ? [phaseWakesAt(open.phase, until), ladderWakesAt(open), silenceWakesAt(open)] : [];
  const times = [until, ...ofCase].filter((time) => time !== null);
  return times.length > 0 ? Math.min(...times) : null;
}

function phaseWakesAt(phase: Phase, heldUntil: Instant | null): Instant | null {
  switch (phase.phase) {
    case "intake":
      return intakeWakesAt(phase);
    case "waiting":
    case "offered":
      return seekingWakesAt(phase);
    case "erasing":
      return erasingWakesAt(phase, heldUntil);
    case "talking":
      return talkWakesAt(phase);
    default:
      return phase satisfies never;
  }
}

function supporterPressed(
  draft: Draft<ThreadState>,
  { case: id, by, button, detail }: Extract<ThreadInput, { input: "supporter_pressed" }>,
): void {
  if (inPhase(draft, "talking", id)?.phase.with !== by) {
    return say(draft, supporter(by), { key: "relay.notYours" });
  }
  if (button === "refer") return refer(draft, detail ?? "");
  if (button === "end") close(draft, "supporter");
  else if (button === "hand_on") changeSupporter(draft, "handed_back");
  else if (button === "knows") {
    neverTogether(draft, by);
    changeSupporter(draft, "handed_back");
  } else decideHeld(draft, id, by, button === "send_held");
}

/** Page staff answered in the Page inbox, past the relay: the team has to know. */
function pageWrote(draft: Draft<ThreadState>): void {
  draft.effects.push({ effect: "keep" });
  const talk = inPhase(draft, "talking");
  const said = { key: "relay.pageWrote", with: { handle: draft.state.handle } } as const;
  say(draft, talk ? supporter(talk.phase.with) : staffOf(draft), said);
}

function woke(draft: Draft<ThreadState>): void {
  wakeInIntake(draft);
  look(draft);
  wakeInTalk(draft);
  wakeErasing(draft);
  wakeSilence(draft);
  wakeLadder(draft);
}
