/**
 * From an invitation to the first offer, and out again: a name, the promise of confidentiality, a coordinator's
 * "interviewed and trained"; suspended or removed at once when it must be.
 */
import { change, type Draft, say, staffOf, tellThread } from "./draft.ts";
import type { Party } from "./party.ts";
import { parseCase } from "./party.ts";
import { showProfile } from "./profile.ts";
import type { PersonState, Supporter } from "./state.ts";
import { languagesOf } from "./world.ts";

type Active = PersonState & { supporter: Supporter };

/** Raised when the words of the promise change their meaning; stored with each yes. */
const agreementVersion = 1;

const supporterCard = (id: string): string => `supporter:${id}`;

function self(draft: Draft<PersonState>): Party {
  return { role: "supporter", id: draft.state.id };
}

/** A link was opened: who they are to the people they will talk with is asked first. */
export function welcomeSupporter(draft: Draft<PersonState>): void {
  const { state, world } = draft;
  state.supporter ??= {
    name: null,
    languages: [...languagesOf(world)],
    agreement: null,
    approvedAt: null,
    suspended: false,
    available: false,
    availableSince: null,
    cases: [],
    reserved: [],
    current: null,
    wrapUps: [],
    unsent: [],
  };
  say(draft, self(draft), { key: "supporter.welcome", with: { programme: world.programme.name } });
}

/** The name is known: the promise comes next. */
export function askAgreement(draft: Draft<Active>): void {
  const { name } = draft.state.supporter;
  say(
    draft,
    self(draft),
    { key: "supporter.agreement", with: { name: name ?? "", programme: draft.world.programme.name } },
    { choices: [{ label: { key: "button.agree" }, payload: "team:agree" }] },
  );
}

/** They promised; the coordinators decide when they begin. */
export function agreed(draft: Draft<Active>): void {
  const { supporter } = draft.state;
  if (supporter.name === null || supporter.agreement?.version === agreementVersion) return;
  supporter.agreement = { version: agreementVersion, at: draft.world.now };
  if (supporter.approvedAt !== null) return say(draft, self(draft), { key: "supporter.approved" });
  say(draft, self(draft), { key: "supporter.agreed" });
  showProfile(draft);
  say(
    draft,
    staffOf(draft),
    { key: "coordinator.newSupporter", with: { name: supporter.name } },
    {
      choices: [{ label: { key: "button.approve" }, payload: `staff:approve:${draft.state.id}` }],
      card: supporterCard(draft.state.id),
    },
  );
}

/** What still stands between a supporter and the first offer; null when nothing does. */
export function missingOf({
  agreement,
  approvedAt,
  suspended,
}: Supporter): "agreement" | "approval" | "suspended" | null {
  if (suspended) return "suspended";
  if (agreement?.version !== agreementVersion) return "agreement";
  return approvedAt === null ? "approval" : null;
}

/** Interviewed and trained, or let back in. */
export function approved(draft: Draft<Active>, by: string): void {
  const { supporter } = draft.state;
  supporter.approvedAt ??= draft.world.now;
  supporter.suspended = false;
  change(draft, staffOf(draft), supporterCard(draft.state.id), {
    key: "coordinator.approved",
    with: { name: supporter.name ?? "", coordinator: by },
  });
  say(draft, self(draft), { key: "supporter.approved" });
}

/** No offers, and the open talks go on with others; until a coordinator lets them back in. */
export function suspended(draft: Draft<Active>, by: string): void {
  const { supporter, id } = draft.state;
  handOnEverything(draft);
  supporter.suspended = true;
  say(draft, self(draft), { key: "supporter.suspended" });
  say(
    draft,
    staffOf(draft),
    { key: "coordinator.suspended", with: { name: supporter.name ?? "", coordinator: by } },
    {
      choices: [{ label: { key: "button.letBackIn" }, payload: `staff:approve:${id}` }],
      card: supporterCard(id),
    },
  );
}

/** Not in the team any more; another invitation would begin anew. */
export function removed(draft: Draft<Active>, by: string): void {
  const { supporter } = draft.state;
  handOnEverything(draft);
  say(draft, self(draft), { key: "supporter.removed" });
  say(draft, staffOf(draft), {
    key: "coordinator.removed",
    with: { name: supporter.name ?? "", coordinator: by },
  });
  const { state }: Draft<PersonState> = draft;
  state.supporter = null;
}

function handOnEverything(draft: Draft<Active>): void {
  const { supporter, id: by } = draft.state;
  supporter.available = false;
  supporter.availableSince = null;
  for (const { case: id } of supporter.cases) {
    const thread = parseCase(id)?.thread;
    if (thread) tellThread(draft, thread, { input: "supporter_gone", by });
  }
}
