/** A supporter takes back what was sent to the mentee, for as long as a platform lets us. */
import { type Draft, mentee, say, supporter } from "./draft.ts";
import type { ThreadInput } from "./input.ts";
import type { ThreadState } from "./state.ts";
import { talkThat } from "./talk.ts";

export function supporterUndoes(
  draft: Draft<ThreadState>,
  { case: id, by, message }: Extract<ThreadInput, { input: "supporter_undid" }>,
): void {
  if (talkThat(draft, id)?.phase.with !== by) return say(draft, supporter(by), { key: "relay.notYours" });
  draft.effects.push({ effect: "take_back", to: mentee(draft), message });
}

export function takenBack(
  draft: Draft<ThreadState>,
  { by, done }: Extract<ThreadInput, { input: "taken_back" }>,
): void {
  const key = done ? "relay.takenBack" : "relay.notTakenBack";
  say(draft, supporter(by), { key, with: { handle: draft.state.handle } });
}
