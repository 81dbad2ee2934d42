/**
 * A case that goes to one certain supporter: because a coordinator gives it to them, or because the two are a standing
 * pair. The supporter's own step decides whether there is room, as with an offer.
 */
import { type Draft, say, staffOf, tellPerson, tellThread } from "./draft.ts";
import type { PersonInput } from "./input.ts";
import { type PersonId, parseCase } from "./party.ts";
import type { Case, PersonState, Supporter, ThreadState } from "./state.ts";
import { missingOf } from "./team.ts";

type Active = PersonState & { supporter: Supporter };

const minute = 60_000;
/** A supporter's step answers at once; if it can't, others are asked after this. */
const answersWithin = 5 * minute;

/** Puts the case before one supporter, whose step takes it at once or says that it can't. */
export function putBefore(draft: Draft<ThreadState>, open: Case, to: PersonId, by: string | null): void {
  const { phase } = open;
  if (phase.phase !== "waiting" && phase.phase !== "offered") return;
  const earlier = phase.phase === "offered" ? phase.offers.filter((offer) => offer.to !== to) : [];
  const { since, told, openSince } = phase;
  open.notAgain = open.notAgain.filter((id) => id !== to);
  open.phase = {
    phase: "offered",
    since,
    told,
    openSince,
    round: phase.phase === "offered" ? phase.round : 0,
    offers: [...earlier, { to, state: "open" }],
    lookAt: draft.world.now + answersWithin,
  };
  tellPerson(draft, to, { input: "case_assigned", case: open.id, handle: draft.state.handle, by });
}

/**
 * The mentee's standing supporter gets the case, without an offer to others.
 *
 * @returns false when there is no pair, or the supporter of it can't have this case
 */
export function goesToPair(draft: Draft<ThreadState>, open: Case): boolean {
  const { state, world } = draft;
  const { pair } = state;
  if (!pair || open.notAgain.includes(pair.with)) return false;
  if (!world.supporters.some(({ id }) => id === pair.with)) return false;
  putBefore(draft, open, pair.with, null);
  return true;
}

/** In the supporter's step: a case that is not offered but given. A standing pair is above the cap, others are not. */
export function caseAssigned(
  draft: Draft<Active>,
  { case: id, handle, by }: Extract<PersonInput, { input: "case_assigned" }>,
): void {
  const { supporter, id: me } = draft.state;
  const load = supporter.cases.length + supporter.reserved.length;
  const known = supporter.reserved.includes(id) || supporter.cases.some((held) => held.case === id);
  const full = by !== null && !known && load >= draft.world.programme.capacity;
  const subject = parseCase(id)?.thread;
  if (!subject) return;
  if (full || supporter.name === null || missingOf(supporter) || !draft.state.reachable) {
    say(draft, staffOf(draft), {
      key: full ? "coordinator.giveFull" : "coordinator.giveUnable",
      with: { name: supporter.name ?? "", handle },
    });
    return tellThread(draft, subject, { input: "passed", case: id, by: me, knows: false });
  }
  if (!known) supporter.reserved.push(id);
  say(
    draft,
    { role: "supporter", id: me },
    by === null
      ? { key: "case.yourPair", with: { handle } }
      : { key: "case.given", with: { handle, coordinator: by } },
  );
  tellThread(draft, subject, { input: "accepted", case: id, by: me, name: supporter.name });
}
