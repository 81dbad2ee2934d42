/**
 * A mentee whom a coordinator keeps from supporters for a while, because they were abused. The emergency numbers and
 * the eye on danger stay as they are.
 */
import { close } from "./close.ts";
import type { Finding } from "./crisis/finding.ts";
import { type Draft, mentee, openCase, say, staffOf } from "./draft.ts";
import type { ThreadInput } from "./input.ts";
import type { ThreadState } from "./state.ts";

const day = 86_400_000;
const high = 3;

export function bar(
  draft: Draft<ThreadState>,
  { days, by, reason }: Extract<ThreadInput, { input: "barred" }>,
): void {
  const { state, world } = draft;
  const said = { handle: state.handle, coordinator: by, reason };
  if (days === 0) {
    state.barred = null;
    return say(draft, staffOf(draft), { key: "coordinator.unblocked", with: said });
  }
  const until = world.now + days * day;
  state.barred = { until, told: false };
  if (openCase(draft)) close(draft, "coordinator", "silently");
  say(draft, staffOf(draft), {
    key: "coordinator.blocked",
    with: { ...said, until: { time: until, as: "date" } },
  });
}

/** Words of somebody who is barred reach nobody, and they are told so once; danger is still told to coordinators. */
export function turnAway(draft: Draft<ThreadState>, finding: Finding | null): boolean {
  const { state, world } = draft;
  if (state.barred === null) return false;
  if (world.now >= state.barred.until) {
    state.barred = null;
    return false;
  }
  if (!state.barred.told) {
    state.barred.told = true;
    say(draft, mentee(draft), {
      key: "close.barred",
      with: { until: { time: state.barred.until, as: "date" }, helplines: { helplines: "card" } },
    });
  }
  if (finding && finding.level >= high) {
    say(draft, staffOf(draft), { key: "coordinator.blockedInDanger", with: { handle: state.handle } });
  }
  return true;
}
