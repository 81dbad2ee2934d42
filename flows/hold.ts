/**
 * A legal hold: a coordinator keeps what was written with one mentee from being deleted, with a reason and for a
 * limited time, because it may be needed. Nobody gets to read more by it.
 */
import type { Instant } from "./calendar.ts";
import { type Draft, inPhase, mentee, say, staffOf, tellThread } from "./draft.ts";
import type { ThreadInput } from "./input.ts";
import type { PersonState, ThreadState } from "./state.ts";

const day = 86_400_000;
const mostDays = 90;
const endedEarly = 0;

/** `/hold Blue Heron 27 30 complaint`: kept for so many days; 0 ends it. */
export function hold(draft: Draft<PersonState>, rest: string): void {
  const [, , digits, reason] = /^(\p{L}+ \p{L}+ \d+)\s+(\d{1,3})\s+(\S[\s\S]{0,199})$/u.exec(rest) ?? [];
  const [, , ends] = /^(\p{L}+ \p{L}+ \d+)\s+(0)$/u.exec(rest.trim()) ?? [];
  const days = Number(digits ?? ends);
  const { named } = draft.world;
  if (!named || !(reason || ends) || days > mostDays) {
    return say(draft, staffOf(draft), { key: "coordinator.holdHow", with: { days: mostDays } });
  }
  const by = draft.state.coordinator?.name ?? "";
  tellThread(draft, named, { input: "legal_hold", days, by, reason: reason ?? "" });
}

/** Begins, prolongs or ends a hold; what the mentee asked for meanwhile stays asked for. */
export function applyHold(
  draft: Draft<ThreadState>,
  { days, by, reason }: Extract<ThreadInput, { input: "legal_hold" }>,
): void {
  const { state, world } = draft;
  const before = state.legalHold ?? null;
  if (days === 0) {
    if (before) before.until = endedEarly;
    const key = before ? "coordinator.holdEnded" : "coordinator.holdNone";
    return say(draft, staffOf(draft), { key, with: { handle: state.handle, coordinator: by } });
  }
  const until = world.now + days * day;
  state.legalHold = { until, by, reason, at: world.now, thenErase: before?.thenErase ?? null };
  say(draft, staffOf(draft), {
    key: "coordinator.holdSet",
    with: { handle: state.handle, coordinator: by, reason, until: { time: until, as: "date" } },
  });
  // They were told an earlier date.
  if (inPhase(draft, "erasing")) sayHidden(draft);
}

/** What became of the words of somebody who asked for deletion, as long as they are only hidden. */
export function sayHidden(draft: Draft<ThreadState>): void {
  const until = heldUntil(draft);
  say(
    draft,
    mentee(draft),
    until === null
      ? { key: "rights.hidden" }
      : { key: "rights.hiddenHeld", with: { until: { time: until, as: "date" } } },
  );
}

/** Until when what was written must be kept; null when it need not. */
export function heldUntil({ state, world }: Draft<ThreadState>): Instant | null {
  const until = state.legalHold?.until ?? 0;
  return until > world.now ? until : null;
}

/**
 * A hold whose time is over.
 *
 * @returns the last case of those whose deletion was asked for meanwhile; null when it was not
 */
export function endOverdueHold(draft: Draft<ThreadState>): number | null {
  const { state, world } = draft;
  const over = state.legalHold;
  if (!over || world.now < over.until) return null;
  state.legalHold = null;
  // Whoever ended it before its time has been told already.
  if (over.until !== endedEarly) {
    say(draft, staffOf(draft), { key: "coordinator.holdOver", with: { handle: state.handle } });
  }
  return over.thenErase;
}
