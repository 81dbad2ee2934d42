/**
 * From the first words to a yes: what this is, whether a person may read what was written, and an age. What is
 * written meanwhile waits. Until there is a yes, nothing promises that anybody reads.
 */
import type { Content } from "../adapters/content.ts";
import type { Language, Site } from "../programmes/programme.ts";
import type { Instant } from "./calendar.ts";
import { isWrittenWith } from "./coordinator-case.ts";
import { showHelp } from "./danger.ts";
import { type Draft, inPhase, mentee, say, staffOf } from "./draft.ts";
import type { Choice, Text } from "./effect.ts";
import { mayComeIn, notOpenYet } from "./going-live.ts";
import { answerWindow } from "./hours.ts";
import { helpChoice, seek } from "./offer.ts";
import { askSite, isPlaced, place, siteIn } from "./place.ts";
import type { AgeBucket, Case, Phase, ThreadState } from "./state.ts";
import { ageIn, consentIn, nameIn } from "./words.ts";
import { languagesOf } from "./world.ts";

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
  const emergency = { helplines: "emergency" } as const;
  const own: Text = {
    key: "start.welcome",
    with: { programme: programme.name, hours: hoursText(draft), emergency },
  };
  // Nobody should have to understand a foreign language to find out that theirs is spoken.
  const text = otherLanguages(draft).reduce<Text>((first, language) => {
    const second = { say: { key: "start.welcomeAlso", with: { emergency } }, in: language } as const;
    return { key: "start.welcomeAnd", with: { first, second } };
  }, own);
  say(draft, mentee(draft), text);
  if (isPlaced(draft)) askConsent(draft);
  else askSite(draft);
}

/** The site is known: the questions go on with its hours and its people. */
export function answerSite(draft: Draft<ThreadState>, site: Site): void {
  const asked = inPhase(draft, "intake");
  if (asked?.phase.question !== "site") return;
  asked.phase.question = "consent";
  asked.phase.repeated = false;
  const there = place(draft, site);
  if (!mayComeIn(there)) return forget(there, notOpenYet(there));
  // Until now only a directory could be shown; these are the numbers of their own country.
  if (draft.state.cardShown) showHelp(there);
  askConsent(there);
}

const workdays = ["monday", "tuesday", "wednesday", "thursday", "friday"] as const;

/** The usual hours in words, where they are the same on every weekday; otherwise that they will be told. */
function hoursText(draft: Draft<ThreadState>): Text {
  const week = (isPlaced(draft) ? draft.world.site.hours?.week : null) ?? {};
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
  return otherLanguages(draft).map((language) => ({
    label: languageName(language),
    payload: `language:${language}`,
  }));
}

function otherLanguages({ state, world }: Draft<ThreadState>): Language[] {
  return languagesOf(world).filter((language) => language !== state.language);
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
  // With a coordinator in the case a "no" may be the answer to a question of theirs.
  if (!asked || isWrittenWith(asked)) return "words";
  if (asked.phase.question === "site") {
    const site = siteIn(draft, content);
    if (site) {
      answerSite(draft, site);
      return "answer";
    }
  } else if (asked.phase.question === "name") {
    const name = nameIn(content);
    if (name) {
      answerName(draft, name);
      return "answer";
    }
  } else if (asked.phase.question === "consent") {
    const answer = consentIn(content, languagesOf(draft.world));
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
  if (!asked) return;
  const { question } = asked.phase;
  switch (question) {
    case "site":
      return askSite(draft);
    case "consent":
      return askConsent(draft, whole ? "consent.ask" : "consent.again");
    case "age":
      return askAge(draft);
    case "name":
      return askName(draft);
    default:
      return question satisfies never;
  }
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
      if (oldEnough(draft, state.age)) known(draft);
      else askAge(draft);
  }
}

export function answerAge(draft: Draft<ThreadState>, age: AgeBucket): void {
  const { state } = draft;
  const asked = inPhase(draft, "intake");
  if (asked?.phase.question !== "age") return;
  state.age = age;
  if (oldEnough(draft, age)) known(draft);
  else if (draft.world.programme.guardianConsent) askGuardian(draft);
  else forget(draft, { key: "start.tooYoung", with: { helplines: { helplines: "card" } } });
}

/** Too young to decide alone: somebody who is responsible has to agree first, and a coordinator records it. */
function askGuardian(draft: Draft<ThreadState>): void {
  const { handle, cases, id } = draft.state;
  say(
    draft,
    staffOf(draft),
    { key: "coordinator.guardianNeeded", with: { handle } },
    {
      choices: [{ label: { key: "button.guardianAgrees" }, payload: `staff:guardian:${id}.${cases}` }],
    },
  );
  forget(draft, { key: "start.guardianNeeded", with: { handle, helplines: { helplines: "card" } } });
}

/** Recorded: from now on the age does not stand in the way. */
export function guardianAgreed(draft: Draft<ThreadState>, by: string): void {
  const { state, world } = draft;
  if (!world.programme.guardianConsent) {
    return say(draft, staffOf(draft), { key: "coordinator.guardianNotAsked" });
  }
  state.guardian = { by, at: world.now };
  say(draft, staffOf(draft), {
    key: "coordinator.guardianRecorded",
    with: { handle: state.handle, coordinator: by },
  });
  say(draft, mentee(draft), { key: "start.guardianAgreed" });
  if (inPhase(draft, "intake")?.phase.question === "age" && state.age !== null) known(draft);
}

/** Everything that has to be known is; where people know each other, one more thing may be said. */
function known(draft: Draft<ThreadState>): void {
  if (draft.world.programme.identity === "known" && draft.state.calledName === undefined) askName(draft);
  else seek(draft);
}

function askName(draft: Draft<ThreadState>): void {
  const choices = [{ label: { key: "button.nickname" }, payload: "name:none" } as const, helpChoice];
  say(draft, mentee(draft), { key: "start.name", with: { handle: draft.state.handle } }, { choices });
  const asked = inPhase(draft, "intake");
  if (asked) asked.phase.question = "name";
}

/** What the supporter may call them; null for the nickname. */
export function answerName(draft: Draft<ThreadState>, name: string | null): void {
  if (inPhase(draft, "intake")?.phase.question !== "name") return;
  draft.state.calledName = name;
  seek(draft);
}

function oldEnough(draft: Draft<ThreadState>, age: AgeBucket | null): boolean {
  if (draft.state.guardian && age !== null) return true;
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
