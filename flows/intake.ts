/**
 * From the first words to a yes: what this is, whether a person may read what was written, and an age. What is
 * written meanwhile waits. Until there is a yes, nothing promises that anybody reads.
 */
import type { Content } from "../adapters/content.ts";
import type { Language } from "../programmes/programme.ts";
import type { Instant } from "./calendar.ts";
import { type Draft, inPhase, mentee, say } from "./draft.ts";
import type { Choice, Text } from "./effect.ts";
import { answerWindow } from "./hours.ts";
import { seek } from "./offer.ts";
import type { AgeBucket, Case, Phase, ThreadState } from "./state.ts";
import { ageIn, consentIn } from "./words.ts";

type Intake = Extract<Phase, { phase: "intake" }>;

/** Raised when the words of the consent change their meaning; stored with each yes. */
const consentVersion = 1;

const hour = 3_600_000;
/** Words that nobody agreed to have read are kept this long. */
const keptFor = 24 * hour;
/** When nothing waits there is nothing to delete. */
const nothingKept = 365 * 24 * hour;
const reminderBefore = 4 * hour;

/** Opens a case with the mentee's first words, and asks what has to be asked before a person is sought. */
export function begin(draft: Draft<ThreadState>): Case {
  const { state, world } = draft;
  state.cases += 1;
  const opened: Case = {
    id: `${state.id}.${state.cases}`,
    openedAt: world.now,
    phase: intake(world.now),
    notAgain: [],
    toldOpening: null,
    flags: [],
    escalation: null,
    talkingAt: null,
    unanswered: 0,
    wordsIn: 0,
    wordsOut: 0,
  };
  state.case = opened;
  if (state.consent && oldEnough(draft, state.age)) seek(draft);
  else if (state.consent) askAge(draft);
  else welcome(draft);
  return opened;
}

function intake(now: Instant): Intake {
  return { phase: "intake", question: "consent", repeated: false, reminded: false, keptUntil: now + keptFor };
}

function welcome(draft: Draft<ThreadState>): void {
  const { programme } = draft.world;
  say(draft, mentee(draft), {
    key: "start.welcome",
    with: { programme: programme.name, hours: hoursText(draft), emergency: { helplines: "emergency" } },
  });
  askConsent(draft);
}

const workdays = ["monday", "tuesday", "wednesday", "thursday", "friday"] as const;

/** The usual hours in words, where they are the same on every weekday; otherwise that they will be told. */
function hoursText({ world }: Draft<ThreadState>): Text {
  const week = world.site.hours?.week ?? {};
  const [first, ...others] = workdays.map((day) => JSON.stringify(week[day] ?? []));
  const spans = week.monday ?? [];
  const [span] = spans;
  const alike = others.every((day) => day === first) && !week.saturday?.length && !week.sunday?.length;
  if (!span || spans.length > 1 || !alike) return { key: "start.hoursUnknown" };
  const [from, to] = span.map((time) => time.replace(/^0/, ""));
  return { key: "start.hours", with: { from: from ?? "", to: to ?? "" } };
}

function askConsent(draft: Draft<ThreadState>, key: "consent.ask" | "consent.again" = "consent.ask"): void {
  const asked = inPhase(draft, "intake");
  if (!asked) return;
  say(
    draft,
    mentee(draft),
    {
      key,
      with: {
        pending: pending(draft, asked.phase.keptUntil),
        days: draft.world.programme.retention.wordsDays,
      },
    },
    { choices: consentChoices(draft) },
  );
}

/** What happens to the words with a yes, and without one: true at the moment when it is read. */
function pending(draft: Draft<ThreadState>, keptUntil: Instant): Text {
  const window = answerWindow(draft.world.site, draft.world.now, draft.world.openings);
  const until = { time: keptUntil, as: "day_and_time" } as const;
  if (window.open) return { key: "consent.pendingOpen", with: { until } };
  if (window.opensAt === null) return { key: "consent.pendingUnknown", with: { until } };
  return {
    key: "consent.pendingClosed",
    with: { until, opening: { time: window.opensAt, as: "day_and_time" } },
  };
}

function consentChoices(draft: Draft<ThreadState>): Choice[] {
  return [
    { label: { key: "button.consentYes" }, payload: "consent:yes" },
    { label: { key: "button.consentNo" }, payload: "consent:no" },
    { label: { key: "button.readMore" }, payload: "consent:more" },
    ...languageChoices(draft),
    { label: { key: "button.helpNow" }, payload: "help:now" },
  ];
}

/** One button for each other language of the programme. */
function languageChoices(draft: Draft<ThreadState>): Choice[] {
  return draft.world.programme.languages
    .filter((language) => language !== draft.state.language)
    .map((language) => ({ label: languageName(language), payload: `language:${language}` }));
}

function languageName(language: Language): Text {
  return { key: "button.language", with: { language: { language } } };
}

function askAge(draft: Draft<ThreadState>): void {
  say(
    draft,
    mentee(draft),
    { key: "start.age" },
    {
      choices: [
        { label: { key: "button.under15" }, payload: "age:under15" },
        { label: { key: "button.15to17" }, payload: "age:15to17" },
        { label: { key: "button.18plus" }, payload: "age:18plus" },
        { label: { key: "button.helpNow" }, payload: "help:now" },
      ],
    },
  );
  const asked = inPhase(draft, "intake");
  if (asked) asked.phase.question = "age";
}

/** Words during the questions: an answer, or something that waits for a person. */
export function writeInIntake(
  draft: Draft<ThreadState>,
  content: Content,
  languageChanged: boolean,
): "answer" | "words" {
  const asked = inPhase(draft, "intake");
  if (!asked) return "words";
  if (asked.phase.question === "consent") {
    const answer = consentIn(content);
    if (answer) {
      answerConsent(draft, answer);
      return "answer";
    }
  } else {
    const age = ageIn(content);
    if (age) {
      answerAge(draft, age);
      return "answer";
    }
  }
  if (asked.unanswered === 0) {
    // Nothing waited any more: the day in which it is kept begins now.
    Object.assign(asked.phase, { keptUntil: draft.world.now + keptFor, reminded: false });
  }
  if (languageChanged || !asked.phase.repeated) {
    asked.phase.repeated = true;
    askAgain(draft, languageChanged);
  }
  return "words";
}

/** Puts the open question again: in short, or whole in another language. */
export function askAgain(draft: Draft<ThreadState>, whole = false): void {
  const asked = inPhase(draft, "intake");
  if (asked?.phase.question === "consent") askConsent(draft, whole ? "consent.ask" : "consent.again");
  else if (asked) askAge(draft);
}

export function answerConsent(draft: Draft<ThreadState>, answer: "yes" | "no" | "more"): void {
  const { state, world } = draft;
  const asked = inPhase(draft, "intake");
  if (!asked || state.consent) return;
  switch (answer) {
    case "more":
      say(draft, mentee(draft), { key: "consent.details" }, { choices: consentChoices(draft) });
      return;
    case "no":
      forget(draft, {
        key: wasRead(asked) ? "consent.noButRead" : "consent.no",
        with: { helplines: { helplines: "card" } },
      });
      return;
    case "yes":
      asked.phase.repeated = false;
      state.consent = { version: consentVersion, at: world.now, language: state.language };
      if (oldEnough(draft, state.age)) seek(draft);
      else askAge(draft);
  }
}

export function answerAge(draft: Draft<ThreadState>, age: AgeBucket): void {
  const { state } = draft;
  const asked = inPhase(draft, "intake");
  if (asked?.phase.question !== "age") return;
  state.age = age;
  if (oldEnough(draft, age)) seek(draft);
  else forget(draft, { key: "start.tooYoung", with: { helplines: { helplines: "card" } } });
}

function oldEnough(draft: Draft<ThreadState>, age: AgeBucket | null): boolean {
  const youngest = { under15: 0, "15to17": 15, "18plus": 18 };
  return age !== null && youngest[age] >= draft.world.programme.minimumAge;
}

/**
 * Ends a case that never reached a supporter: its words are deleted, as was said. With an alert open the case stays,
 * without a word: coordinators are not done with it.
 */
function forget(draft: Draft<ThreadState>, text: Text): void {
  const { state } = draft;
  draft.effects.push({ effect: "forget_held" });
  draft.effects.push({
    effect: "erase",
    cases: [`${state.id}.${state.cases}`, `${state.id}.0`],
    everything: false,
  });
  say(draft, mentee(draft), text);
  const asked = inPhase(draft, "intake");
  if (asked?.escalation?.outcome === null) {
    asked.unanswered = 0;
    Object.assign(asked.phase, { keptUntil: draft.world.now + nothingKept, repeated: false });
    return;
  }
  draft.state.case = null;
}

/** Whether a coordinator opened what was written: then nothing may say that nobody has read it. */
function wasRead({ escalation }: Case): boolean {
  return escalation?.opened ?? false;
}

/** When the questions want to be looked at again: once to remind, and when the words are to be deleted. */
export function intakeWakesAt({ reminded, keptUntil }: Intake): Instant {
  return reminded ? keptUntil : keptUntil - reminderBefore;
}

export function wakeInIntake(draft: Draft<ThreadState>): void {
  const asked = inPhase(draft, "intake");
  if (!asked) return;
  const { world, state } = draft;
  if (world.now >= asked.phase.keptUntil) {
    const unanswered = wasRead(asked) ? "consent.unansweredButRead" : "consent.unanswered";
    forget(draft, { key: state.consent ? "start.ageUnanswered" : unanswered });
    return;
  }
  if (asked.phase.reminded || world.now < intakeWakesAt(asked.phase)) return;
  asked.phase.reminded = true;
  askAgain(draft);
}
