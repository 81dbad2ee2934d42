/** The supporter's record after a talk: four taps on one card, each of which can be left out. */
import { change, type Draft, say } from "./draft.ts";
import type { Choice, Text } from "./effect.ts";
import { type CaseId, parseCase } from "./party.ts";
import type { PersonState, Supporter, WrapUp } from "./state.ts";

type Active = PersonState & { supporter: Supporter };
type Question = keyof WrapUp;

const answers = {
  kind: ["studies", "lonely", "relationship", "family", "mind", "practical", "other"],
  way: ["chat", "phone", "meeting", "other"],
  support: ["listened", "informed", "encouraged", "referred", "other"],
  advanced: ["no", "yes"],
} as const satisfies Record<Question, readonly string[]>;

const order: readonly Question[] = ["kind", "way", "support", "advanced"];
/** So many records wait at most; older ones stay incomplete. */
const mostWaiting = 20;

const wrapUpCard = (id: CaseId): string => `wrap:${id}`;

export function beginWrapUp(draft: Draft<Active>, id: CaseId, handle: string): void {
  const { supporter } = draft.state;
  supporter.wrapUps = [...supporter.wrapUps, { case: id, handle, answers: {} }].slice(-mostWaiting);
  say(
    draft,
    { role: "supporter", id: draft.state.id },
    { key: "wrapUp.kind", with: { handle } },
    { card: wrapUpCard(id), choices: choicesOf(id, "kind") },
  );
}

function choicesOf(id: CaseId, question: Question): Choice[] {
  return answers[question].map((answer) => ({
    label: { key: `wrapUp.${question}Is.${answer}` as Text["key"] },
    payload: `wrap:${question}:${id}:${answer}`,
  }));
}

/** One tap: the next question, or the record. A button of an earlier question changes nothing. */
export function answerWrapUp(draft: Draft<Active>, payload: string): void {
  const [, question, id, answer] = payload.split(":");
  const target = parseCase(id ?? "");
  const { supporter } = draft.state;
  const waiting = supporter.wrapUps.find((each) => each.case === target?.id);
  const asked = waiting && order.find((each) => waiting.answers[each] === undefined);
  if (!waiting || !asked || asked !== question || !isAnswer(asked, answer)) return;
  waiting.answers[asked] = answer;
  const next = order.find((each) => waiting.answers[each] === undefined);
  const me = { role: "supporter", id: draft.state.id } as const;
  const { handle } = waiting;
  if (next) {
    const text: Text = { key: `wrapUp.${next}`, with: { handle } };
    return change(draft, me, wrapUpCard(waiting.case), text, choicesOf(waiting.case, next));
  }
  supporter.wrapUps = supporter.wrapUps.filter((each) => each !== waiting);
  draft.effects.push({ effect: "wrap_up", case: waiting.case, answers: waiting.answers as WrapUp });
  change(draft, me, wrapUpCard(waiting.case), { key: "wrapUp.done", with: { handle } });
}

function isAnswer(question: Question, answer: string | undefined): answer is string {
  return (answers[question] as readonly string[]).includes(answer ?? "");
}
