/**
 * Signs of danger on a case. Detection and people raise them; only people clear them, and say why. The bot never does.
 */
import { type Draft, openCase, say, staffOf, supporter } from "./draft.ts";
import type { ThreadInput } from "./input.ts";
import type { Case, Flag, ThreadState } from "./state.ts";

/** From this level on a case is treated with care: it never closes by itself. */
export const concern = 2;

/** Flags that nobody has cleared. */
export function standing(flags: readonly Flag[]): Flag[] {
  return flags.filter(({ cleared }) => cleared === undefined);
}

export function highest(flags: readonly Flag[]): number {
  return Math.max(0, ...flags.map(({ level }) => level));
}

export function isOfConcern({ flags }: Case): boolean {
  return highest(standing(flags)) >= concern;
}

/** A person has looked: what was there does not stand any more, and the reason is kept with it. */
export function clear({ world }: Draft<ThreadState>, open: Case, by: string, reason: string): void {
  for (const flag of standing(open.flags)) flag.cleared = { by, reason, at: world.now };
}

/** A coordinator raises a flag that detection has missed, or clears what stands. */
export function flagByHand(
  draft: Draft<ThreadState>,
  { level, by, reason }: Extract<ThreadInput, { input: "flagged_by_hand" }>,
): void {
  const { handle } = draft.state;
  const open = openCase(draft);
  const said = { handle, coordinator: by, reason };
  if (!open) return say(draft, staffOf(draft), { key: "coordinator.noOpenTalk", with: { handle } });
  if (level === null) {
    clear(draft, open, by, reason);
    return say(draft, staffOf(draft), { key: "coordinator.cleared", with: said });
  }
  const before = highest(standing(open.flags));
  open.flags.push({ level, rules: ["person"], at: draft.world.now, by, reason });
  say(draft, staffOf(draft), { key: "coordinator.flagged", with: { ...said, level } });
  if (open.phase.phase === "talking" && level >= concern && before < concern) {
    say(draft, supporter(open.phase.with), { key: "case.flaggedByHand", with: { handle } }, { urgent: true });
  }
}
