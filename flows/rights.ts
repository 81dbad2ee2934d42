/** What mentees can ask of their own words at any time: to see, to take back a yes, to be left alone, to be forgotten. */
import type { Instant } from "./calendar.ts";
import { close } from "./close.ts";
import { type Draft, inPhase, mentee, openCase, say, supporter, tellPerson } from "./draft.ts";
import type { Choice, Text } from "./effect.ts";
import { handleFrom } from "./handle.ts";
import { endOverdueHold, heldUntil, sayHidden } from "./hold.ts";
import type { CaseId } from "./party.ts";
import type { Case, Phase, ThreadState } from "./state.ts";
import { showYeses } from "./yeses.ts";

const hour = 3_600_000;
/** With an alert open words are hidden at once and erased when a coordinator is done with it, or after this. */
const longestDelay = 72 * hour;

const rightsChoices: Choice[] = [
  { label: { key: "button.myData" }, payload: "rights:data" },
  { label: { key: "button.withdraw" }, payload: "rights:withdraw" },
  { label: { key: "button.moreChoices" }, payload: "rights:yeses" },
  { label: { key: "button.delete" }, payload: "rights:delete" },
];

/** What is kept, for how long, who can read it; and what can be asked for. */
export function sayPrivacy(draft: Draft<ThreadState>): void {
  const { wordsDays, contactDays, recordsDays } = draft.world.programme.retention;
  say(
    draft,
    mentee(draft),
    { key: "rights.privacy", with: { wordsDays, contactDays, recordsDays } },
    { choices: rightsChoices },
  );
}

/** Which yes was given, and what else can be agreed to or taken back. */
export function sayConsent(draft: Draft<ThreadState>): void {
  const choices: Choice[] = [{ label: { key: "button.withdraw" }, payload: "rights:withdraw" }];
  say(
    draft,
    mentee(draft),
    { key: "rights.consent", with: { consent: consentText(draft) } },
    draft.state.consent ? { choices } : {},
  );
  showYeses(draft);
}

function consentText({ state }: Draft<ThreadState>): Text {
  return state.consent
    ? { key: "rights.consentGiven", with: { date: { time: state.consent.at, as: "date" } } }
    : { key: "rights.noConsent" };
}

/** What is known of them, in words. */
export function sayMyData(draft: Draft<ThreadState>): void {
  const { state } = draft;
  const age: Text = state.age ? { key: `button.${state.age}` } : { key: "rights.notKnown" };
  const consent = consentText(draft);
  const now: Text = { key: openCase(draft) ? "rights.caseOpen" : "rights.noCase" };
  say(
    draft,
    mentee(draft),
    {
      key: "rights.data",
      with: {
        handle: state.handle,
        language: { language: state.language },
        age,
        consent,
        cases: state.cases,
        now,
      },
    },
    {
      choices: [
        { label: { key: "button.asFiles" }, payload: "rights:files" },
        { label: { key: "button.delete" }, payload: "rights:delete" },
      ],
    },
  );
  sayHeld(draft);
}

/** All of it, with every word, as files in their chat. A tap of its own: whoever holds the phone sees them. */
export function sendMyData(draft: Draft<ThreadState>): void {
  const { id: thread } = draft.state;
  const to = mentee(draft);
  const made = { file: "my_data", thread } as const;
  draft.effects.push(
    { effect: "file", to, made: { ...made, as: "html" }, text: { key: "rights.filePage" } },
    { effect: "file", to, made: { ...made, as: "json" }, text: { key: "rights.fileJson" } },
  );
}

/** That something is kept longer than the texts say is never left out. */
function sayHeld(draft: Draft<ThreadState>): void {
  const until = heldUntil(draft);
  if (until === null) return;
  say(draft, mentee(draft), { key: "rights.held", with: { until: { time: until, as: "date" } } });
}

/** A yes can be taken back: nobody reads on, and what was written goes as it would after a closing. */
export function withdrawConsent(draft: Draft<ThreadState>): void {
  const { state } = draft;
  if (!state.consent) return say(draft, mentee(draft), { key: "rights.nothingToWithdraw" });
  if (openCase(draft)) close(draft, "mentee", "silently");
  state.consent = null;
  state.yeses = {};
  const days = draft.world.programme.retention.wordsDays;
  say(
    draft,
    mentee(draft),
    { key: "rights.withdrawn", with: { days } },
    { choices: [{ label: { key: "button.delete" }, payload: "rights:delete" }] },
  );
  sayHeld(draft);
}

/** The bot is silent until they write again. An alert that is open stays with the coordinators. */
export function stop(draft: Draft<ThreadState>): void {
  const open = openCase(draft);
  if (open && open.escalation?.outcome !== null) close(draft, "mentee", "silently");
  say(draft, mentee(draft), { key: "rights.stopped" });
  draft.state.quiet = true;
}

export function askToDelete(draft: Draft<ThreadState>): void {
  say(draft, mentee(draft), askingToDelete(draft), {
    choices: [
      { label: { key: "button.deleteYes" }, payload: "rights:delete:yes" },
      { label: { key: "button.deleteNo" }, payload: "rights:delete:no" },
    ],
  });
}

function askingToDelete(draft: Draft<ThreadState>): Text {
  const until = heldUntil(draft);
  if (until !== null) return { key: "rights.askDeleteHeld", with: { until: { time: until, as: "date" } } };
  return { key: hasOpenAlert(openCase(draft)) ? "rights.askDeleteLater" : "rights.askDelete" };
}

function hasOpenAlert(open: Case | null): boolean {
  return open?.escalation?.outcome === null;
}

/** The second tap. With an alert open nobody but the coordinators reads on, and it is erased when they are done. */
export function deleteEverything(draft: Draft<ThreadState>): void {
  const open = openCase(draft);
  const until = heldUntil(draft);
  if (open && hasOpenAlert(open)) {
    hide(draft, open);
    open.phase = { phase: "erasing", dueAt: draft.world.now + longestDelay };
  } else {
    if (open) close(draft, "mentee", "silently");
    if (until === null) return erase(draft);
  }
  if (until !== null) eraseAfterHold(draft);
  sayHidden(draft);
}

/** It leaves the supporters' chats now, and is deleted when the hold is over. */
function eraseAfterHold({ state, effects }: Draft<ThreadState>): void {
  if (state.legalHold) state.legalHold.thenErase = state.cases;
  for (const id of casesOf(state, state.cases)) effects.push({ effect: "hide", case: id });
}

/** The supporter has nothing of it any more, and nobody else is sought. */
function hide(draft: Draft<ThreadState>, open: Case): void {
  const talk = inPhase(draft, "talking");
  draft.effects.push({ effect: "forget_held" });
  if (!talk) return;
  draft.effects.push({ effect: "recall", from: supporter(talk.phase.with) });
  draft.effects.push({ effect: "hide", case: open.id });
  tellPerson(draft, talk.phase.with, { input: "case_ended", case: open.id, closed: false });
  say(draft, supporter(talk.phase.with), {
    key: "case.endedByMentee",
    with: { handle: draft.state.handle },
  });
}

type Erasing = Extract<Phase, { phase: "erasing" }>;

export function erasingWakesAt({ dueAt }: Erasing, heldUntil: Instant | null): number {
  return Math.max(dueAt, heldUntil ?? 0);
}

/**
 * Erases when the coordinators are done with the alert, or when its time is over; and what was asked for during a
 * hold, when that is over.
 */
export function wakeErasing(draft: Draft<ThreadState>): void {
  if (heldUntil(draft) !== null) return;
  const last = endOverdueHold(draft);
  const erasing = inPhase(draft, "erasing");
  if (!erasing) {
    if (last !== null) eraseUpTo(draft, last);
    return;
  }
  if (hasOpenAlert(erasing) && draft.world.now < erasing.phase.dueAt) return;
  close(draft, "service", "silently");
  erase(draft);
}

/** Who has come back meanwhile keeps what is new. */
function eraseUpTo(draft: Draft<ThreadState>, last: number): void {
  const { state, effects } = draft;
  if (state.cases <= last && !openCase(draft)) return erase(draft);
  effects.push({ effect: "erase", cases: casesOf(state, last), everything: false });
  say(draft, mentee(draft), { key: "rights.deletedEarlier" });
}

/** Words, nickname, age, yes: gone. What the platform shows on their own phone is theirs to delete. */
function erase(draft: Draft<ThreadState>): void {
  forgetState(draft);
  say(draft, mentee(draft), { key: "rights.deleted" });
}

const day = 24 * hour;

/** Nothing is left of somebody who has not written for long; whoever writes again is somebody new. */
export function forgetSilent(draft: Draft<ThreadState>): void {
  const { state, world } = draft;
  const { contactDays } = world.programme.retention;
  if (
    openCase(draft) ||
    heldUntil(draft) !== null ||
    state.heardAt === null ||
    world.now - state.heardAt < contactDays * day
  )
    return;
  forgetState(draft);
  draft.effects.push({ effect: "forget_chat" });
  state.heardAt = null;
}

/** The cases from the first to this one, and what was written outside of them. */
function casesOf({ id }: ThreadState, last: number): CaseId[] {
  return Array.from({ length: last + 1 }, (_, n): CaseId => `${id}.${n}`);
}

function forgetState({ state, world, effects }: Draft<ThreadState>): void {
  effects.push({ effect: "erase", cases: casesOf(state, state.cases), everything: true });
  Object.assign(state, {
    handle: handleFrom(world.random),
    calledName: null,
    guardian: null,
    yeses: {},
    pair: null,
    consent: null,
    age: null,
    cardShown: null,
    recent: [],
    knownBy: [],
    lastSupporter: null,
    legalHold: null,
  } satisfies Partial<ThreadState>);
}
