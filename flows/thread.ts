/** One step of a thread: what happened, by the phase of its case. */
import type { Content } from "../adapters/content.ts";
import type { TextKey } from "../locales/texts.ts";
import type { Language } from "../programmes/programme.ts";
import { bar, turnAway } from "./bar.ts";
import type { Instant } from "./calendar.ts";
import { lossOf, passOnlyWords } from "./carriage.ts";
import { askToEnd, close } from "./close.ts";
import { coordinatorStops, coordinatorWrites, copyToCoordinator } from "./coordinator-case.ts";
import type { Finding } from "./crisis/finding.ts";
import { detectionFailed, flag, respond, showHelp } from "./danger.ts";
import { type Draft, inPhase, mentee, openCase, say, staffOf, supporter, tellPerson } from "./draft.ts";
import { answerAlert, coordinatorGone, supporterEscalates } from "./escalation.ts";
import { flagByHand } from "./flags.ts";
import { askWhomToGive, give, pairUp } from "./give.ts";
import { isTooEarly, sayNotOpenYet } from "./going-live.ts";
import { calledBySupporter } from "./handle.ts";
import { applyHold, sayHidden } from "./hold.ts";
import type { ThreadInput, Undelivered, WhyUndelivered } from "./input.ts";
import {
  answerAge,
  answerConsent,
  answerName,
  answerSite,
  askAgain,
  begin,
  guardianAgreed,
  intakeWakesAt,
  wakeInIntake,
  writeInIntake,
} from "./intake.ts";
import { coordinatorUnreachable, ladderWakesAt, staffGroupUnreachable, wakeLadder } from "./ladder.ts";
import { languageIn, scriptIn } from "./language.ts";
import { look, neverTogether, pass, seekingWakesAt } from "./offer.ts";
import type { PersonId } from "./party.ts";
import { isPlaced, place, siteNamed } from "./place.ts";
import { refer } from "./refer.ts";
import {
  askToDelete,
  deleteEverything,
  erasingWakesAt,
  forgetSilent,
  sayConsent,
  sayMyData,
  sayPrivacy,
  stop,
  wakeErasing,
  withdrawConsent,
} from "./rights.ts";
import { tellStaffGroupUnreachable } from "./rungs.ts";
import { offerAgain, silenceWakesAt, wakeSilence } from "./silence.ts";
import type { AgeBucket, Case, Phase, ThreadState } from "./state.ts";
import {
  accept,
  changeSupporter,
  decideHeld,
  supporterWrites,
  talkWakesAt,
  wakeInTalk,
  writeInTalk,
} from "./talk.ts";
import { answerTopic, askTopic } from "./topic.ts";
import type { MenteeCommand } from "./words/vocabulary.ts";
import { commandIn, isSpeak, type Speak } from "./words.ts";
import { languagesOf } from "./world.ts";
import { answerYes, showYeses, tellOfEvent } from "./yeses.ts";

export function applyToThread(draft: Draft<ThreadState>, input: ThreadInput): void {
  switch (input.input) {
    case "mentee_wrote":
      return menteeWrote(draft, input.content, input.finding, input.detection);
    case "mentee_edited":
      return menteeEdited(draft, input.content, input.finding);
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

function menteeWrote(
  draft: Draft<ThreadState>,
  content: Content,
  finding: Finding | null,
  detection: "done" | "failed",
): void {
  heard(draft);
  // Before commands too: whoever types "help" in their language has to understand the card.
  const follows = followLanguage(draft, content);
  followScript(draft, content);
  respond(draft, finding);
  if (detection === "failed") detectionFailed(draft);
  const command = commandIn(content, languagesOf(draft.world));
  if (command) {
    draft.effects.push({ effect: "keep" });
    menteeCommands(draft, command);
    if (follows && inPhase(draft, "intake")) askAgain(draft, true);
    return;
  }
  if (turnAway(draft, finding)) {
    draft.effects.push({ effect: "keep" });
    return;
  }
  if (isTooEarly(draft)) return sayNotOpenYet(draft, finding);
  const loss = lossOf(draft, content, "mentee", (finding?.level ?? 0) > 0);
  if (loss) say(draft, mentee(draft), loss);
  const had = openCase(draft);
  if (!had) {
    draft.effects.push({ effect: "hold", for: "supporter", name: calledBySupporter(draft.state) });
    countWord(begin(draft));
    offerTopic(draft);
  } else {
    writeInPhase(draft, content, had, follows);
    copyToCoordinator(draft);
  }
  if (loss) passOnlyWords(draft);
  flag(draft, finding);
}

/** Before a yes the bot goes on in the language that is written; true when it changed. */
function followLanguage({ state, world }: Draft<ThreadState>, content: Content): boolean {
  if (content.kind !== "text" || state.languageChosen || state.consent) return false;
  const language = languageIn(content.text, languagesOf(world));
  if (!language || language === state.language) return false;
  state.language = language;
  return true;
}

/** What can be written in two alphabets is answered in the one that was last written. */
function followScript({ state }: Draft<ThreadState>, content: Content): void {
  if (content.kind !== "text") return;
  const script = scriptIn(content.text);
  if (script === "cyrillic") state.script = script;
  else if (script === "latin") delete state.script;
}

function writeInPhase(draft: Draft<ThreadState>, content: Content, open: Case, changed: boolean): void {
  switch (open.phase.phase) {
    case "talking":
      countWord(open);
      return writeInTalk(draft);
    case "intake": {
      const answered = writeInIntake(draft, content, changed);
      if (answered === "words") countWord(open);
      draft.effects.unshift(
        answered === "answer"
          ? { effect: "keep" }
          : { effect: "hold", for: "supporter", name: calledBySupporter(draft.state) },
      );
      offerTopic(draft);
      return;
    }
    case "erasing":
      draft.effects.push({ effect: "keep" });
      return sayHidden(draft);
    default:
      countWord(open);
      draft.effects.push({ effect: "hold", for: "supporter", name: calledBySupporter(draft.state) });
      look(draft);
  }
}

function countWord(open: Case): void {
  open.wordsIn += 1;
  open.unanswered += 1;
}

/** Anything that the mentee does shows that we can be reached, and opens the messaging window again. */
function heard(draft: Draft<ThreadState>): void {
  const { state, world } = draft;
  state.heardAt = world.now;
  state.reachable = true;
  state.quiet = false;
  if (!state.heldForMentee) return;
  state.heldForMentee = false;
  draft.effects.push({ effect: "release", to: mentee(draft) });
}

function menteeEdited(draft: Draft<ThreadState>, content: Content, finding: Finding | null): void {
  respond(draft, finding);
  flag(draft, finding);
  const talk = inPhase(draft, "talking");
  if (content.kind !== "text" || !talk) return;
  draft.effects.push({ effect: "keep" });
  say(draft, mentee(draft), { key: "relay.editNotCarried" });
}

function menteeStarted(draft: Draft<ThreadState>, parameter: string | null): void {
  heard(draft);
  if (turnAway(draft, null)) return;
  const site = isPlaced(draft) ? null : siteNamed(draft, parameter);
  const there = site && !openCase(draft) ? place(draft, site) : draft;
  if (isTooEarly(there)) return sayNotOpenYet(there, null);
  if (openCase(there)) askAgain(there, true);
  else begin(there);
}

function menteeCommands(draft: Draft<ThreadState>, command: MenteeCommand | Speak): void {
  if (isSpeak(command)) return speak(draft, command.language);
  switch (command) {
    case "help":
      return showHelp(draft);
    case "helplines":
      return say(draft, mentee(draft), { key: "helplines.list", with: { list: { helplines: "all" } } });
    case "stop":
      return stop(draft);
    case "delete":
      return askToDelete(draft);
    case "mydata":
      return sayMyData(draft);
    case "privacy":
      return sayPrivacy(draft);
    case "consent":
      return sayConsent(draft);
    case "end":
      return isTooEarly(draft) ? sayNotOpenYet(draft, null) : askToEnd(draft);
    case "change":
      return isTooEarly(draft) ? sayNotOpenYet(draft, null) : askToChange(draft);
    default:
      return command satisfies never;
  }
}

/** Once people have been asked, the mentee can say what it is about. */
function offerTopic(draft: Draft<ThreadState>): void {
  const open = openCase(draft);
  if (open?.phase.phase === "offered" || open?.phase.phase === "waiting") askTopic(draft, open);
}

function menteeChose(draft: Draft<ThreadState>, payload: string): void {
  heard(draft);
  const [flow, action, detail] = payload.split(":");
  switch (flow) {
    case "help":
      return showHelp(draft);
    case "topic":
      return answerTopic(draft, action);
    case "yes":
      return answerYes(draft, action, detail);
    case "site": {
      const site = siteNamed(draft, action);
      if (site) answerSite(draft, site);
      return;
    }
    case "name":
      answerName(draft, null);
      return offerTopic(draft);
    case "rights":
      return rights(draft, action, detail);
    case "language":
      return speak(draft, action);
    case "consent":
      if (action === "yes" || action === "no" || action === "more") answerConsent(draft, action);
      return;
    case "age":
      if (action === "under15" || action === "15to17" || action === "18plus") {
        answerAge(draft, action satisfies AgeBucket);
        offerTopic(draft);
      }
      return;
    case "talk":
      if (isTooEarly(draft)) return sayNotOpenYet(draft, null);
      if (action === "change") return askToChange(draft);
      if (action === "know") return menteeKnows(draft);
      if (action !== "end") return;
      if (detail === "yes") close(draft, "mentee");
      else if (detail === "no") say(draft, mentee(draft), { key: "close.goesOn" });
      else askToEnd(draft);
      return;
    default:
      return; // A button of an older version, or none of ours.
  }
}

function rights(draft: Draft<ThreadState>, action: string | undefined, detail: string | undefined): void {
  if (action === "data") sayMyData(draft);
  else if (action === "privacy") sayPrivacy(draft);
  else if (action === "yeses") showYeses(draft);
  else if (action === "withdraw") withdrawConsent(draft);
  else if (action === "delete" && detail === "yes") deleteEverything(draft);
  else if (action === "delete" && detail === "no") say(draft, mentee(draft), { key: "rights.kept" });
  else if (action === "delete") askToDelete(draft);
}

/** Somebody else, please: in a talk at once; otherwise the truth about where things stand. */
function askToChange(draft: Draft<ThreadState>): void {
  if (inPhase(draft, "talking")) return changeSupporter(draft, "asked");
  if (inPhase(draft, "intake")) return askAgain(draft);
  say(draft, mentee(draft), { key: openCase(draft) ? "queue.still" : "close.nothingOpen" });
}

/** The mentee knows who they write with: never again these two, and somebody else now. */
function menteeKnows(draft: Draft<ThreadState>): void {
  const talk = inPhase(draft, "talking");
  if (talk) neverTogether(draft, talk.phase.with);
  askToChange(draft);
}

/** The bot goes on in another language of the programme; an open question is put again in it. */
function speak(draft: Draft<ThreadState>, wanted: string | undefined): void {
  const language = languagesOf(draft.world).find((known): known is Language => known === wanted);
  if (!language) return;
  draft.state.language = language;
  draft.state.languageChosen = true;
  if (inPhase(draft, "intake")) askAgain(draft, true);
  else say(draft, mentee(draft), { key: "common.languageSet" });
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

/** The mentee can't be reached any more; the supporter is told once. */
function menteeBlocked(draft: Draft<ThreadState>): void {
  if (!draft.state.reachable) return;
  draft.state.reachable = false;
  const talk = inPhase(draft, "talking");
  if (talk)
    say(draft, supporter(talk.phase.with), {
      key: "relay.menteeBlocked",
      with: { handle: draft.state.handle },
    });
}

/** Page staff answered in the Page inbox, past the relay: the team has to know. */
function pageWrote(draft: Draft<ThreadState>): void {
  draft.effects.push({ effect: "keep" });
  const talk = inPhase(draft, "talking");
  const said = { key: "relay.pageWrote", with: { handle: draft.state.handle } } as const;
  say(draft, talk ? supporter(talk.phase.with) : staffOf(draft), said);
}

/** A supporter can't be reached any more. */
function supporterGone(draft: Draft<ThreadState>, by: PersonId): void {
  if (inPhase(draft, "talking")?.phase.with === by) changeSupporter(draft, "gone");
}

function woke(draft: Draft<ThreadState>): void {
  wakeInIntake(draft);
  look(draft);
  wakeInTalk(draft);
  wakeErasing(draft);
  wakeSilence(draft);
  wakeLadder(draft);
}

/** Something did not arrive. Its author is told; a reader who can't be reached is never answered again. */
function undelivered(draft: Draft<ThreadState>, { author, reader }: Undelivered, why: WhyUndelivered): void {
  const { state } = draft;
  if (reader === "mentee") {
    if (why === "blocked") menteeBlocked(draft);
    else if (author !== "bot" && author !== "mentee") {
      if (why === "window_closed") state.heldForMentee = true;
      say(draft, supporter(author), { key: tellsSupporter[why], with: { handle: state.handle } });
    }
    return;
  }
  if (reader === "staff") {
    staffGroupUnreachable(draft);
    if (why === "blocked") tellStaffGroupUnreachable(draft);
    return;
  }
  if (why === "blocked") {
    supporterGone(draft, reader);
    coordinatorUnreachable(draft, reader);
    tellPerson(draft, reader, { input: "blocked" });
  } else if (author === "mentee") say(draft, mentee(draft), { key: tellsMentee[why] });
}

const tellsSupporter = {
  window_closed: "relay.windowClosed",
  refused: "relay.notDelivered",
  file_gone: "media.goneTo",
  file_too_large: "media.tooLargeTo",
  file_refused: "media.refusedTo",
} as const satisfies Record<Exclude<WhyUndelivered, "blocked">, TextKey>;

const tellsMentee = {
  window_closed: "relay.menteeNotDelivered",
  refused: "relay.menteeNotDelivered",
  file_gone: "media.gone",
  file_too_large: "media.tooLargeAfterAll",
  file_refused: "media.refused",
} as const satisfies Record<Exclude<WhyUndelivered, "blocked">, TextKey>;
