/**
 * Words that are changed after they were written: they follow the way of the words themselves. What still waits is
 * changed where it waits; what was read is changed on the reader's phone, or corrected where a phone can't do that.
 */
import type { Content } from "../adapters/content.ts";
import { lossOf, passOnlyWords } from "./carriage.ts";
import { copyToCoordinator } from "./coordinator-case.ts";
import { type Draft, mentee, openCase, say, supporter } from "./draft.ts";
import { calledBySupporter } from "./handle.ts";
import type { ThreadInput } from "./input.ts";
import type { ThreadState } from "./state.ts";
import { talkThat, waitsUntil } from "./talk.ts";

/** @param danger whether the new words tell of danger */
export function menteeEdits(draft: Draft<ThreadState>, content: Content, danger: boolean): void {
  const open = openCase(draft);
  if (!open || open.phase.phase === "erasing") return;
  const loss = lossOf(draft, content, "mentee", danger);
  if (loss) say(draft, mentee(draft), loss);
  const name = calledBySupporter(draft.state);
  const talk = talkThat(draft);
  if (talk && waitsUntil(draft, talk) === null) {
    draft.effects.push({ effect: "relay", to: supporter(talk.phase.with), name });
  } else draft.effects.push({ effect: "hold", for: "supporter", name });
  copyToCoordinator(draft);
  if (loss) passOnlyWords(draft);
}

export function supporterEdits(
  draft: Draft<ThreadState>,
  { case: id, by, content }: Extract<ThreadInput, { input: "supporter_edited" }>,
): void {
  const talk = talkThat(draft, id);
  if (talk?.phase.with !== by) return say(draft, supporter(by), { key: "relay.notYours" });
  const loss = lossOf(draft, content, "supporter");
  if (loss) say(draft, supporter(by), loss);
  const { name } = talk.phase;
  draft.effects.push(
    waitsUntil(draft, talk) === null
      ? { effect: "relay", to: mentee(draft), name }
      : { effect: "hold", for: "mentee", name },
  );
  if (loss) passOnlyWords(draft);
}
