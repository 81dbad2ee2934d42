/**
 * A supporter's own step: availability, which case words belong to, and what buttons on case cards do. The thread
 * checks everything again; here it is only decided what it is told.
 */
import type { Content } from "../adapters/content.ts";
import type { Language } from "../programmes/programme.ts";
import { whatOf } from "./carriage.ts";
import { wordsIn } from "./content.ts";
import { change, type Draft, say, tellThread } from "./draft.ts";
import type { Choice } from "./effect.ts";
import type { Origin, PersonInput } from "./input.ts";
import { type CaseId, type Party, parseCase } from "./party.ts";
import { showProfile } from "./profile.ts";
import { askWhatToRefer } from "./refer.ts";
import type { HeldCase, PersonState, Supporter } from "./state.ts";
import { askAgreement, missingOf, welcomeSupporter } from "./team.ts";
import type { SupporterCommand } from "./words/vocabulary.ts";
import { isSpeak, type Speak, supporterCommandIn, type Typed } from "./words.ts";
import { languagesOf } from "./world.ts";
import { beginWrapUp, recordContact } from "./wrap-up.ts";

type Active = PersonState & { supporter: Supporter };
type Wrote = Extract<PersonInput, { input: "wrote" }>;

export function isSupporter(draft: Draft<PersonState>): draft is Draft<Active> {
  return draft.state.supporter !== null;
}

export function self(draft: Draft<PersonState>): Party {
  return { role: "supporter", id: draft.state.id };
}

/** A message in the supporter's own chat with the team bot. */
export function supporterWrote(draft: Draft<Active>, { content, about, origin }: Wrote): void {
  const { supporter } = draft.state;
  const command = supporterCommandIn(content, languagesOf(draft.world));
  if (supporter.name === null) return nameGiven(draft, content, command);
  if (command) {
    draft.effects.push({ effect: "keep" });
    return supporterCommands(draft, command, about, origin?.answers ?? null);
  }
  const target = caseFor(draft, about);
  if (target === "none") {
    draft.effects.push({ effect: "keep" });
    say(draft, self(draft), { key: "case.none" });
  } else if (target === "unsure") {
    askWhom(draft, content, origin);
  } else {
    sendTo(draft, target, content, origin);
  }
}

function sendTo(draft: Draft<Active>, id: CaseId, content: Content, origin: Origin | undefined): void {
  const target = parseCase(id);
  if (!target) return;
  tellThread(draft, target.thread, {
    input: "supporter_wrote",
    case: id,
    by: draft.state.id,
    content,
    ...(origin ? { origin } : {}),
  });
}

/**
 * The case that words belong to: the one replied to, the only one, or the one chosen by a button as long as no other
 * case has written since. When that is not certain it is asked, never guessed: not even with one case left, when the
 * words may have been meant for one that has just ended.
 */
function caseFor(draft: Draft<Active>, about: Wrote["about"]): CaseId | "none" | "unsure" {
  const { cases, reserved, current } = draft.state.supporter;
  const [only] = cases;
  if (!only) {
    // Accepted, and the thread has not answered yet: it hears of these words after it has.
    const [accepted, ...more] = reserved;
    return accepted && more.length === 0 && current === null && about === null ? accepted : "none";
  }
  if (about !== null) return cases.some(({ case: id }) => id === about) ? (about as CaseId) : "unsure";
  if (current && !cases.some(({ case: id }) => id === current.case)) return "unsure";
  if (cases.length === 1) return only.case;
  if (!current) return "unsure";
  const { heard } = draft.world;
  const another = cases.some(({ case: id }) => id !== current.case && (heard[id] ?? 0) > current.at);
  return another ? "unsure" : current.case;
}

const unsentCard = (number: number): string => `unsent:${number}`;

/** Keeps words that nobody can be sure whom they are for, and asks; each question is about its own words. */
function askWhom(draft: Draft<Active>, content: Content, origin: Origin | undefined): void {
  const { supporter } = draft.state;
  const number = (supporter.unsent.at(-1)?.number ?? 0) + 1;
  const words = wordsIn(content);
  supporter.unsent.push({
    number,
    words,
    ...(content.kind === "text" ? {} : { content }),
    ...(origin ? { origin } : {}),
  });
  const begins = words === "" ? whatOf(content.kind) : words.length > 60 ? `${words.slice(0, 60)}…` : words;
  say(
    draft,
    self(draft),
    { key: "case.whom", with: { begins } },
    {
      card: unsentCard(number),
      choices: supporter.cases.map((held) => caseChoice(held, `case:for:${held.case}:${number}`)),
    },
  );
}

function caseChoice({ handle }: HeldCase, payload: string): Choice {
  return { label: { key: "button.handle", with: { handle } }, payload };
}

function supporterCommands(
  draft: Draft<Active>,
  { command, rest }: Typed<SupporterCommand | Speak>,
  about: Wrote["about"],
  answers: string | null,
): void {
  if (isSpeak(command)) return speak(draft, command.language);
  switch (command) {
    case "available":
      return becomeAvailable(draft);
    case "pause":
      return pause(draft);
    case "escalate":
      return escalate(draft, caseFor(draft, about), rest === "" ? null : rest);
    case "end":
      return withCase(draft, caseFor(draft, about), (id) => askToEnd(draft, id));
    case "refer":
      return withCase(draft, caseFor(draft, about), (id) =>
        askWhatToRefer(draft, id, handleOf(draft.state.supporter, id)),
      );
    case "undo":
      return withCase(draft, caseFor(draft, about), (id) => undo(draft, id, answers));
    case "helplines":
      return say(draft, self(draft), { key: "helplines.list", with: { list: { helplines: "all" } } });
    case "record":
      return recordContact(draft);
    case "profile":
      return showProfile(draft);
    case "cases":
      return listCases(draft);
    case "help":
      return say(draft, self(draft), { key: "supporter.help" });
    case null:
      return say(draft, self(draft), { key: "common.unknownCommand" });
    default:
      return command satisfies never;
  }
}

function speak(draft: Draft<Active>, wanted: Language): void {
  draft.state.language = wanted;
  say(draft, self(draft), { key: "common.languageSet" });
}

/** Takes back words that were sent: those that the command answers, or the last ones. */
function undo(draft: Draft<Active>, id: CaseId, message: string | null): void {
  const thread = parseCase(id)?.thread;
  if (thread) tellThread(draft, thread, { input: "supporter_undid", case: id, by: draft.state.id, message });
}

function becomeAvailable(draft: Draft<Active>): void {
  const { supporter, id } = draft.state;
  const stillMissing = missingOf(supporter);
  if (stillMissing === "agreement") return askAgreement(draft);
  if (stillMissing) {
    const key = stillMissing === "suspended" ? "supporter.suspended" : "supporter.notApprovedYet";
    return say(draft, self(draft), { key });
  }
  if (!supporter.available) {
    supporter.available = true;
    supporter.availableSince = draft.world.now;
  }
  say(draft, self(draft), { key: "supporter.available" });
  for (const thread of draft.world.waiting) tellThread(draft, thread, { input: "supporter_free", by: id });
}

function pause(draft: Draft<Active>): void {
  draft.state.supporter.available = false;
  draft.state.supporter.availableSince = null;
  const open = draft.state.supporter.cases.length;
  say(draft, self(draft), { key: open > 0 ? "supporter.pausedWithCases" : "supporter.paused" });
}

function listCases(draft: Draft<Active>): void {
  const { cases } = draft.state.supporter;
  if (cases.length === 0) return say(draft, self(draft), { key: "case.none" });
  say(
    draft,
    self(draft),
    { key: "case.list" },
    { choices: cases.map((held) => caseChoice(held, `case:current:${held.case}`)) },
  );
}

function escalate(draft: Draft<Active>, target: CaseId | "none" | "unsure", reason: string | null): void {
  if (target === "none") return say(draft, self(draft), { key: "case.none" });
  if (target === "unsure") {
    // Coordinators hear at once that somebody calls; about whom can follow.
    draft.effects.push({
      effect: "tell",
      subject: `s${draft.state.site}`,
      input: {
        input: "notice",
        notice: { notice: "supporter_calls", name: draft.state.supporter.name ?? "", reason },
      },
    });
    return say(
      draft,
      self(draft),
      { key: "escalation.whom" },
      {
        choices: draft.state.supporter.cases.map((held) => caseChoice(held, `case:escalate:${held.case}`)),
      },
    );
  }
  const parsed = parseCase(target);
  if (parsed) {
    tellThread(draft, parsed.thread, {
      input: "supporter_escalated",
      case: target,
      by: draft.state.id,
      reason,
    });
  }
}

/** Does something about a case; when it is not clear which, the supporter chooses one first. */
function withCase(draft: Draft<Active>, target: CaseId | "none" | "unsure", act: (id: CaseId) => void): void {
  if (target === "none") return say(draft, self(draft), { key: "case.none" });
  if (target === "unsure") return listCases(draft);
  act(target);
}

function askToEnd(draft: Draft<Active>, id: CaseId): void {
  const handle = draft.state.supporter.cases.find((held) => held.case === id)?.handle;
  if (handle === undefined) return say(draft, self(draft), { key: "relay.notYours" });
  say(
    draft,
    self(draft),
    { key: "case.askEnd", with: { handle } },
    {
      choices: [
        { label: { key: "button.endYes" }, payload: `case:endyes:${id}` },
        { label: { key: "button.endNo" }, payload: `case:endno:${id}` },
      ],
    },
  );
}

/** A button on one of the supporter's cards. What it may do follows from the stored state, not from the button. */
export function supporterChose(
  draft: Draft<Active>,
  flow: "offer" | "case",
  action: string,
  id: CaseId,
  detail: string | undefined,
): void {
  const thread = parseCase(id)?.thread;
  if (!thread) return;
  const { supporter, id: by } = draft.state;
  const mine = supporter.cases.some((held) => held.case === id);
  if (flow === "offer") return answerOffer(draft, action, id);
  if (!mine) {
    // What is written next may be meant for this one.
    if (action === "current") supporter.current = { case: id, at: draft.world.now };
    return say(draft, self(draft), { key: "relay.notYours" });
  }
  switch (action) {
    case "current":
      return makeCurrent(draft, id);
    case "for":
      return sendUnsent(draft, id, Number(detail));
    case "escalate":
      return tellThread(draft, thread, { input: "supporter_escalated", case: id, by, reason: null });
    case "end":
      return askToEnd(draft, id);
    case "endyes":
      return tellThread(draft, thread, { input: "supporter_pressed", case: id, by, button: "end" });
    case "handon":
      return tellThread(draft, thread, { input: "supporter_pressed", case: id, by, button: "hand_on" });
    case "know":
      return tellThread(draft, thread, { input: "supporter_pressed", case: id, by, button: "knows" });
    case "refer":
      return tellThread(draft, thread, {
        input: "supporter_pressed",
        case: id,
        by,
        button: "refer",
        detail: detail ?? "",
      });
    case "endno":
      return say(draft, self(draft), { key: "close.goesOn" });
    case "send":
      return tellThread(draft, thread, { input: "supporter_pressed", case: id, by, button: "send_held" });
    case "hold":
      return tellThread(draft, thread, { input: "supporter_pressed", case: id, by, button: "hold" });
    default:
      return;
  }
}

/** Words without a reply go to this case from now on. */
function makeCurrent(draft: Draft<Active>, id: CaseId): void {
  const { supporter } = draft.state;
  supporter.current = { case: id, at: draft.world.now };
  say(draft, self(draft), { key: "case.current", with: { handle: handleOf(supporter, id) } });
}

/** A sign on words of a case goes where the words are. */
export function supporterReacted(
  draft: Draft<Active>,
  { about, message, emoji }: Extract<PersonInput, { input: "reacted" }>,
): void {
  const thread = parseCase(about)?.thread;
  if (!thread || !draft.state.supporter.cases.some(({ case: id }) => id === about)) return;
  tellThread(draft, thread, { input: "supporter_reacted", case: about, by: draft.state.id, message, emoji });
}

/** Words that went to a case are changed where they went. */
export function supporterEdited(
  draft: Draft<Active>,
  { content, about, origin }: Extract<PersonInput, { input: "edited" }>,
): void {
  const thread = about === null ? null : parseCase(about)?.thread;
  if (!thread || about === null) return say(draft, self(draft), { key: "relay.editNotCarried" });
  tellThread(draft, thread, { input: "supporter_edited", case: about, by: draft.state.id, content, origin });
}

/** The supporter said whom words are for that were waiting for it. */
function sendUnsent(draft: Draft<Active>, id: CaseId, number: number): void {
  const { supporter } = draft.state;
  const waiting = supporter.unsent.find((unsent) => unsent.number === number);
  if (!waiting) return;
  supporter.unsent = supporter.unsent.filter((unsent) => unsent !== waiting);
  supporter.current = { case: id, at: draft.world.now };
  sendTo(draft, id, waiting.content ?? { kind: "text", text: waiting.words }, waiting.origin);
  change(draft, self(draft), unsentCard(number), {
    key: "case.sentTo",
    with: { handle: handleOf(supporter, id) },
  });
}

function handleOf({ cases }: Supporter, id: CaseId): string {
  return cases.find((held) => held.case === id)?.handle ?? "";
}

function answerOffer(draft: Draft<Active>, action: string, id: CaseId): void {
  const { supporter, id: by } = draft.state;
  const thread = parseCase(id)?.thread;
  if (!thread) return;
  if (action === "pass" || action === "know") {
    return tellThread(draft, thread, { input: "passed", case: id, by, knows: action === "know" });
  }
  if (action !== "accept" || supporter.name === null) return;
  if (missingOf(supporter)) return say(draft, self(draft), { key: "offer.gone" });
  if (supporter.cases.length === 0) supporter.current = null;
  const known = supporter.reserved.includes(id) || supporter.cases.some((held) => held.case === id);
  if (!known) {
    const load = supporter.cases.length + supporter.reserved.length;
    if (load >= draft.world.programme.capacity)
      return say(draft, self(draft), { key: "supporter.capReached" });
    supporter.reserved.push(id);
  }
  tellThread(draft, thread, { input: "accepted", case: id, by, name: supporter.name });
}

/** What a thread answers to an accepted offer, or says when a case is over. */
export function caseAnswered(
  draft: Draft<Active>,
  input: Extract<PersonInput, { input: "case_given" | "case_refused" | "case_ended" }>,
): void {
  const { supporter } = draft.state;
  const { case: id } = input;
  supporter.reserved = supporter.reserved.filter((reserved) => reserved !== id);
  if (input.input === "case_given") {
    if (!supporter.cases.some((held) => held.case === id))
      supporter.cases.push({ case: id, handle: input.handle });
    return;
  }
  const ended = supporter.cases.find((held) => held.case === id);
  const had = supporter.cases.length;
  supporter.cases = supporter.cases.filter((held) => held.case !== id);
  if (supporter.cases.length < had) supporter.current = { case: id, at: draft.world.now };
  if (ended && input.input === "case_ended" && input.closed) beginWrapUp(draft, id, ended.handle);
  if (input.input === "case_refused") {
    say(draft, self(draft), { key: input.why === "taken" ? "offer.wasTaken" : "offer.gone" });
  }
  if (supporter.available && supporter.cases.length < had) {
    for (const thread of draft.world.waiting) {
      tellThread(draft, thread, { input: "supporter_free", by: draft.state.id });
    }
  }
}

/** The answer to the first question; or, before it can be answered, the wish to read it in another language. */
function nameGiven(
  draft: Draft<Active>,
  content: Content,
  typed: Typed<SupporterCommand | Speak> | null,
): void {
  draft.effects.push({ effect: "keep" });
  if (typed && isSpeak(typed.command)) {
    draft.state.language = typed.command.language;
    return welcomeSupporter(draft);
  }
  const name = content.kind === "text" ? content.text.trim() : "";
  if (name.length < 1 || name.length > 30 || /[\n/@]|https?:/i.test(name)) {
    return say(draft, self(draft), { key: "supporter.nameAgain" });
  }
  draft.state.supporter.name = name;
  askAgreement(draft);
}
