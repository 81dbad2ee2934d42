/** The supporter's record after a talk: four taps on one card, each of which can be left out. */
import { change, type Draft, say } from "./draft.ts";
import type { CaseRecord, Choice, Text } from "./effect.ts";
import type { RecordId } from "./party.ts";
import type { PersonState, Supporter, WrapUp } from "./state.ts";

type Active = PersonState & { supporter: Supporter };
type Question = keyof WrapUp;

const answers = {
  kind: ["studies", "lonely", "relationship", "family", "mind", "practical", "other"],
  way: ["chat", "email", "phone", "meeting", "other"],
  support: ["listened", "informed", "encouraged", "referred", "other"],
  advanced: ["no", "yes"],
} as const satisfies Record<Question, readonly string[]>;

const order: readonly Question[] = ["kind", "way", "support", "advanced"];
/** So many records wait at most; older ones stay incomplete. */
const mostWaiting = 20;

const wrapUpCard = (id: RecordId): string => `wrap:${id}`;

/** A contact by e-mail, phone or meeting: the same four taps, and a line in the register when they are done. */
export function recordContact(draft: Draft<Active>): void {
  const { supporter, id } = draft.state;
  supporter.contacts = (supporter.contacts ?? 0) + 1;
  const record: RecordId = `${id}.${supporter.contacts}`;
  const contact = { case: record, handle: "", answers: {}, contactAt: draft.world.now };
  supporter.wrapUps = [...supporter.wrapUps, contact].slice(-mostWaiting);
  say(
    draft,
    { role: "supporter", id },
    { key: "wrapUp.contact" },
    { card: wrapUpCard(record), choices: choicesOf(record, "kind") },
  );
}

export function beginWrapUp(draft: Draft<Active>, id: RecordId, handle: string): void {
  const { supporter } = draft.state;
  supporter.wrapUps = [...supporter.wrapUps, { case: id, handle, answers: {} }].slice(-mostWaiting);
  say(
    draft,
    { role: "supporter", id: draft.state.id },
    { key: "wrapUp.kind", with: { handle } },
    { card: wrapUpCard(id), choices: choicesOf(id, "kind") },
  );
}

function choicesOf(id: RecordId, question: Question): Choice[] {
  return answers[question].map((answer) => ({
    label: { key: `wrapUp.${question}Is.${answer}` as Text["key"] },
    payload: `wrap:${question}:${id}:${answer}`,
  }));
}

/** One tap: the next question, or the record. A button of an earlier question changes nothing. */
export function answerWrapUp(draft: Draft<Active>, payload: string): void {
  const [, question, id, answer] = payload.split(":");
  const { supporter } = draft.state;
  const waiting = supporter.wrapUps.find((each) => each.case === id);
  const asked = waiting && order.find((each) => waiting.answers[each] === undefined);
  if (!waiting || !asked || asked !== question || !isAnswer(asked, answer)) return;
  waiting.answers[asked] = answer;
  const next = order.find((each) => waiting.answers[each] === undefined);
  const me = { role: "supporter", id: draft.state.id } as const;
  const handle: Text | string =
    waiting.contactAt === undefined ? waiting.handle : { key: "wrapUp.elsewhere" };
  if (next) {
    const text: Text = { key: `wrapUp.${next}`, with: { handle } };
    return change(draft, me, wrapUpCard(waiting.case), text, choicesOf(waiting.case, next));
  }
  supporter.wrapUps = supporter.wrapUps.filter((each) => each !== waiting);
  if (waiting.contactAt !== undefined) {
    draft.effects.push({ effect: "record", record: contactOf(draft, waiting.case, waiting.contactAt) });
  }
  draft.effects.push({ effect: "wrap_up", case: waiting.case, answers: waiting.answers as WrapUp });
  change(draft, me, wrapUpCard(waiting.case), { key: "wrapUp.done", with: { handle } });
}

/** A contact's line: when, by whom, and nothing about with whom. */
function contactOf({ state }: Draft<Active>, id: RecordId, at: number): CaseRecord {
  return {
    case: id,
    site: state.site,
    handle: "",
    channel: "elsewhere",
    language: state.language,
    openedAt: at,
    talkingAt: at,
    closedAt: at,
    supporter: state.id,
    closedBy: "supporter",
    wordsIn: 0,
    wordsOut: 0,
    escalated: false,
    highestFlag: 0,
    alerts: [],
  };
}

function isAnswer(question: Question, answer: string | undefined): answer is string {
  return (answers[question] as readonly string[]).includes(answer ?? "");
}
