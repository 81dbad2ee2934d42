/** A step in the making: the next state, and what is to follow from it. */
import type { Choice, Effect, Text } from "./effect.ts";
import type { PersonInput, ThreadInput } from "./input.ts";
import type { CaseId, Party, PersonId, ThreadId } from "./party.ts";
import type { Case, Phase, SubjectState, ThreadState } from "./state.ts";
import type { World } from "./world.ts";

export interface Stepped<State> {
  state: State;
  effects: Effect[];
}

export interface Draft<State> extends Stepped<State> {
  readonly world: World;
}

/** Begins a step; the state that was given stays as it is. */
export function draftOf<State extends SubjectState>(state: State, world: World): Draft<State> {
  return { state: structuredClone(state), effects: [], world };
}

interface Saying {
  choices?: Choice[] | undefined;
  card?: string | undefined;
  urgent?: true | undefined;
  silent?: true | undefined;
}

export function say(
  draft: Draft<SubjectState>,
  to: Party,
  text: Text,
  { choices, card, urgent, silent }: Saying = {},
): void {
  draft.effects.push({
    effect: "say",
    to,
    text,
    ...(choices ? { choices } : {}),
    ...(card ? { card } : {}),
    ...(urgent ? { urgent } : {}),
    ...(silent ? { silent } : {}),
  });
}

export function change(
  draft: Draft<SubjectState>,
  to: Party,
  card: string,
  text: Text,
  choices?: Choice[],
): void {
  draft.effects.push({ effect: "change", to, card, text, ...(choices ? { choices } : {}) });
}

export function tellPerson(draft: Draft<SubjectState>, subject: PersonId, input: PersonInput): void {
  draft.effects.push({ effect: "tell", subject, input });
}

export function tellThread(draft: Draft<SubjectState>, subject: ThreadId, input: ThreadInput): void {
  draft.effects.push({ effect: "tell", subject, input });
}

export function mentee(draft: Draft<ThreadState>): Party {
  return { role: "mentee", thread: draft.state.id };
}

export function supporter(id: PersonId): Party {
  return { role: "supporter", id };
}

export function staffOf(draft: Draft<SubjectState>): Party {
  return { role: "staff", site: `s${draft.state.site}` };
}

/** The open case, when an input is about it and not about an earlier one. */
export function openCase(draft: Draft<ThreadState>, id?: CaseId): Case | null {
  const { case: open } = draft.state;
  return open && (id === undefined || open.id === id) ? open : null;
}

/** The open case in one of its phases, or null. */
export function inPhase<Name extends Phase["phase"]>(
  draft: Draft<ThreadState>,
  name: Name,
  id?: CaseId,
): (Case & { phase: Extract<Phase, { phase: Name }> }) | null {
  const open = openCase(draft, id);
  return open?.phase.phase === name ? (open as Case & { phase: Extract<Phase, { phase: Name }> }) : null;
}
