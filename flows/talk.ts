/**
 * The talk: words go both ways, in order, until one of the two ends it. The answer window ends softly: both are told
 * before, a live talk may run on for half an hour, then words wait for the next opening.
 */
import type { Content } from "../adapters/content.ts";
import type { Instant } from "./calendar.ts";
import { lossOf, passOnlyWords } from "./carriage.ts";
import { type ClosedWindow, sayClosed } from "./closed.ts";
import { change, type Draft, inPhase, mentee, openCase, say, supporter, tellPerson } from "./draft.ts";
import type { Choice } from "./effect.ts";
import { calledBySupporter } from "./handle.ts";
import { answerWindow } from "./hours.ts";
import { offerCard, seek } from "./offer.ts";
import type { CaseId, PersonId } from "./party.ts";
import type { Case, Phase, ThreadState } from "./state.ts";

type Talking = Extract<Phase, { phase: "talking" }>;

const minute = 60_000;
/** Words of an earlier talk that a new supporter is shown at most. */
const mostShown = 20;
const warnBefore = 15 * minute;
/** How long a live talk may run on after the answer window has closed. */
const grace = 30 * minute;

export const caseCard = (id: CaseId): string => `case:${id}`;

/** The first to accept has the case; a compare-and-set, because the thread's own version decides. */
export function accept(draft: Draft<ThreadState>, id: CaseId, by: PersonId, name: string): void {
  const open = openCase(draft, id);
  const taken = inPhase(draft, "talking", id);
  if (taken?.phase.with === by) {
    tellPerson(draft, by, { input: "case_given", case: id, handle: draft.state.handle });
    return;
  }
  const offered = inPhase(draft, "offered", id);
  if (!offered?.phase.offers.some(({ to }) => to === by)) {
    tellPerson(draft, by, {
      input: "case_refused",
      case: id,
      why: taken ? "taken" : open ? "withdrawn" : "closed",
    });
    return;
  }
  for (const offer of offered.phase.offers) {
    if (offer.to !== by && offer.state !== "passed") {
      change(draft, supporter(offer.to), offerCard(id), {
        key: "offer.taken",
        with: { handle: draft.state.handle },
      });
    }
  }
  change(draft, supporter(by), offerCard(id), {
    key: "offer.accepted",
    with: { handle: draft.state.handle },
  });
  beginTalk(draft, offered, by, name);
}

/** The supporter has the case: both are introduced, then the words that waited go over, in order. */
function beginTalk(draft: Draft<ThreadState>, open: Case, by: PersonId, name: string): void {
  const { world, state } = draft;
  const window = answerWindow(world.site, world.now, world.openings);
  open.phase = {
    phase: "talking",
    with: by,
    name,
    closesAt: window.open ? window.closesAt : world.now,
    toldClosing: false,
    heldUntil: null,
    silentSince: world.now,
    lastAt: world.now,
    askedIfOver: false,
    nudges: 0,
  };
  state.lastSupporter = by;
  const again = open.talkingAt !== null;
  open.talkingAt ??= world.now;
  tellPerson(draft, by, { input: "case_given", case: open.id, handle: state.handle });
  say(
    draft,
    supporter(by),
    state.calledName
      ? { key: "case.beginsKnown", with: { handle: state.handle, name: state.calledName } }
      : { key: "case.begins", with: { handle: state.handle } },
    { choices: caseChoices(open.id), card: caseCard(open.id) },
  );
  if (again && open.unanswered > 0) {
    // What an earlier supporter has read and not answered: nobody should have to say it twice.
    const last = Math.min(open.unanswered, mostShown);
    draft.effects.push({
      effect: "show",
      to: supporter(by),
      case: open.id,
      what: "unread",
      last,
      why: "unanswered",
    });
  }
  draft.effects.push({ effect: "release", to: supporter(by) });
  say(draft, mentee(draft), { key: "match.connected", with: { name } }, { choices: menteeChoices });
}

function caseChoices(id: CaseId): Choice[] {
  return [
    { label: { key: "button.endTalk" }, payload: `case:end:${id}` },
    { label: { key: "button.handOn" }, payload: `case:handon:${id}` },
    { label: { key: "button.escalate" }, payload: `case:escalate:${id}` },
    { label: { key: "button.iKnowThem" }, payload: `case:know:${id}` },
  ];
}

const menteeChoices: Choice[] = [
  { label: { key: "button.endTalk" }, payload: "talk:end" },
  { label: { key: "button.someoneElse" }, payload: "talk:change" },
  { label: { key: "button.iKnowThem" }, payload: "talk:know" },
  { label: { key: "button.helpNow" }, payload: "help:now" },
];

/** The mentee's words in a talk: to the supporter, or, when nobody reads any more today, kept until the opening. */
export function writeInTalk(draft: Draft<ThreadState>): void {
  const talk = inPhase(draft, "talking");
  if (!talk) return;
  const name = calledBySupporter(draft.state);
  heardInTalk(draft, talk);
  const waits = waitsUntil(draft, talk);
  if (waits === null) {
    draft.effects.push({ effect: "relay", to: supporter(talk.phase.with), name });
    return;
  }
  draft.effects.push({ effect: "hold", for: "supporter", name });
  if (talk.toldOpening === waits.opensAt) return;
  talk.toldOpening = waits.opensAt;
  sayClosed(draft, waits, menteeChoices);
}

function heardInTalk({ world }: Draft<ThreadState>, { phase }: Talk): void {
  phase.lastAt = world.now;
  phase.askedIfOver = false;
}

/** The supporter's words: to the mentee, if this is still the one who talks with them. */
export function supporterWrites(draft: Draft<ThreadState>, id: CaseId, by: PersonId, content: Content): void {
  const talk = inPhase(draft, "talking", id);
  const { state } = draft;
  if (talk?.phase.with !== by) {
    draft.effects.push({ effect: "keep" });
    say(draft, supporter(by), { key: "relay.notYours" });
    return;
  }
  if (!state.reachable) {
    draft.effects.push({ effect: "keep" });
    say(draft, supporter(by), { key: "relay.menteeBlocked", with: { handle: state.handle } });
    return;
  }
  const loss = lossOf(draft, content, "supporter");
  if (loss) {
    say(draft, supporter(by), loss);
    if (content.kind !== "text" && content.caption === undefined) {
      draft.effects.push({ effect: "keep" });
      return;
    }
  }
  supporterSays(draft, talk);
  if (loss) passOnlyWords(draft);
}

function supporterSays(draft: Draft<ThreadState>, talk: Talk): void {
  talk.phase.silentSince = null;
  heardInTalk(draft, talk);
  const alreadyAsked = talk.phase.heldUntil !== null;
  const waits = waitsUntil(draft, talk);
  if (waits === null) {
    draft.effects.push({ effect: "relay", to: mentee(draft), name: talk.phase.name });
    talk.wordsOut += 1;
    talk.unanswered = 0;
    return;
  }
  draft.effects.push({ effect: "hold", for: "mentee", name: talk.phase.name });
  if (!alreadyAsked) askWhatToDo(draft, talk, waits);
}

/** After hours: the supporter's words wait until it is clear whether they are a goodbye or for the next opening. */
function askWhatToDo(draft: Draft<ThreadState>, talk: Talk, { opensAt }: ClosedWindow): void {
  const { handle } = draft.state;
  const waiting: Choice[] =
    opensAt === null
      ? []
      : [
          {
            label: { key: "button.hold", with: { opening: { time: opensAt, as: "day_and_time" } } },
            payload: `case:hold:${talk.id}`,
          },
        ];
  say(
    draft,
    supporter(talk.phase.with),
    { key: "hours.supporterAfterHours", with: { handle } },
    { choices: [{ label: { key: "button.sendNow" }, payload: `case:send:${talk.id}` }, ...waiting] },
  );
}

/** What the supporter chose for words that wait. */
export function decideHeld(draft: Draft<ThreadState>, id: CaseId, by: PersonId, send: boolean): void {
  const talk = inPhase(draft, "talking", id);
  if (talk?.phase.with !== by) return;
  const { handle } = draft.state;
  if (send) draft.effects.push({ effect: "release", to: mentee(draft) });
  say(draft, supporter(by), { key: send ? "hours.goodbyeSent" : "hours.heldForOpening", with: { handle } });
}

type Talk = Case & { phase: Talking };

/** The talk of a case, if there is one now. */
export function talkThat(draft: Draft<ThreadState>, id?: CaseId): Talk | null {
  return inPhase(draft, "talking", id);
}

/**
 * Null while the talk is live: within the answer window, half an hour after it, or with an alert open, because words
 * in danger never wait for a clock. Otherwise the window that they wait for.
 */
export function waitsUntil(draft: Draft<ThreadState>, talk: Talk): ClosedWindow | null {
  const { world } = draft;
  const { phase } = talk;
  const window = answerWindow(world.site, world.now, world.openings);
  if (window.open) {
    resume(draft, phase, window.closesAt);
    return null;
  }
  if (world.now < phase.closesAt + grace || talk.escalation?.outcome === null) return null;
  phase.heldUntil = window.opensAt ?? world.now + 60 * minute;
  return window;
}

/** The window is open: what waited goes first, before anything new. */
function resume(draft: Draft<ThreadState>, phase: Talking, closesAt: Instant): void {
  if (phase.heldUntil !== null) {
    phase.heldUntil = null;
    draft.effects.push({ effect: "release", to: supporter(phase.with) });
    draft.effects.push({ effect: "release", to: mentee(draft) });
  }
  if (phase.closesAt !== closesAt) Object.assign(phase, { closesAt, toldClosing: false });
}

export function talkWakesAt({ closesAt, toldClosing, heldUntil }: Talking): Instant | null {
  if (heldUntil !== null) return heldUntil;
  return toldClosing ? null : closesAt - warnBefore;
}

/** Tells both before the window closes; sends on, at the opening, what waited. */
export function wakeInTalk(draft: Draft<ThreadState>): void {
  const talk = inPhase(draft, "talking");
  if (!talk) return;
  const { phase } = talk;
  const { world, state } = draft;
  const window = answerWindow(world.site, world.now, world.openings);
  if (phase.heldUntil !== null && world.now >= phase.heldUntil) {
    if (window.open) resume(draft, phase, window.closesAt);
    else phase.heldUntil = window.opensAt ?? world.now + 60 * minute;
    return;
  }
  if (phase.toldClosing || world.now < phase.closesAt - warnBefore) return;
  phase.toldClosing = true;
  if (!window.open || window.closesAt !== phase.closesAt) return;
  const closes = { time: phase.closesAt, as: "time" } as const;
  say(draft, supporter(phase.with), {
    key: "hours.closesSoonSupporter",
    with: { handle: state.handle, closes },
  });
  say(draft, mentee(draft), { key: "hours.closesSoon", with: { name: phase.name, closes } });
}

/**
 * The talk goes on with somebody else: what has not left comes back and waits for the next supporter, who is sought
 * at once. Nobody has to say why.
 */
export function changeSupporter(draft: Draft<ThreadState>, why: "asked" | "handed_back" | "gone"): void {
  const talk = inPhase(draft, "talking");
  if (!talk) return;
  const { with: by, name } = talk.phase;
  const { handle } = draft.state;
  talk.notAgain.push(by);
  draft.effects.push({ effect: "recall", from: supporter(by) });
  change(draft, supporter(by), caseCard(talk.id), { key: "case.handedOn", with: { handle } });
  if (why === "asked") say(draft, supporter(by), { key: "case.changed", with: { handle } });
  tellPerson(draft, by, { input: "case_ended", case: talk.id, closed: false });
  say(draft, mentee(draft), {
    key: why === "asked" ? "match.changing" : "match.supporterAway",
    with: { name },
  });
  seek(draft);
}
