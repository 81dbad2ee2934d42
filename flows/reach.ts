/** Who can be reached, and who can't any more; what did not arrive, and who is told so. */
import type { TextKey } from "../locales/texts.ts";
import { type Draft, inPhase, mentee, say, supporter, tellPerson } from "./draft.ts";
import type { Undelivered, WhyUndelivered } from "./input.ts";
import { coordinatorUnreachable, staffGroupUnreachable } from "./ladder.ts";
import type { PersonId } from "./party.ts";
import { tellStaffGroupUnreachable } from "./rungs.ts";
import type { ThreadState } from "./state.ts";
import { changeSupporter } from "./talk.ts";

/** Something did not arrive. Its author is told; a reader who can't be reached is never answered again. */
export function undelivered(
  draft: Draft<ThreadState>,
  { author, reader }: Undelivered,
  why: WhyUndelivered,
): void {
  const { state } = draft;
  if (reader === "mentee") {
    if (why === "blocked") menteeBlocked(draft);
    else if (author !== "bot" && author !== "mentee") {
      if (why === "window_closed") state.heldForMentee = true;
      say(draft, supporter(author), { key: tellsSupporter[why], with: { handle: state.handle } });
    }
    return;
  }
  if (reader === "staff") {
    staffGroupUnreachable(draft);
    if (why === "blocked") tellStaffGroupUnreachable(draft);
    return;
  }
  if (why === "blocked") {
    supporterGone(draft, reader);
    coordinatorUnreachable(draft, reader);
    tellPerson(draft, reader, { input: "blocked" });
  } else if (author === "mentee") say(draft, mentee(draft), { key: tellsMentee[why] });
}

const tellsSupporter = {
  window_closed: "relay.windowClosed",
  refused: "relay.notDelivered",
  file_gone: "media.goneTo",
  file_too_large: "media.tooLargeTo",
  file_refused: "media.refusedTo",
} as const satisfies Record<Exclude<WhyUndelivered, "blocked">, TextKey>;

const tellsMentee = {
  window_closed: "relay.menteeNotDelivered",
  refused: "relay.menteeNotDelivered",
  file_gone: "media.gone",
  file_too_large: "media.tooLargeAfterAll",
  file_refused: "media.refused",
} as const satisfies Record<Exclude<WhyUndelivered, "blocked">, TextKey>;

/** The mentee can't be reached any more; the supporter is told once. */
export function menteeBlocked(draft: Draft<ThreadState>): void {
  if (!draft.state.reachable) return;
  draft.state.reachable = false;
  const talk = inPhase(draft, "talking");
  if (talk)
    say(draft, supporter(talk.phase.with), {
      key: "relay.menteeBlocked",
      with: { handle: draft.state.handle },
    });
}

/** A supporter can't be reached any more. */
export function supporterGone(draft: Draft<ThreadState>, by: PersonId): void {
  if (inPhase(draft, "talking")?.phase.with === by) changeSupporter(draft, "gone");
}

/** Anything that the mentee does shows that we can be reached, and opens the messaging window again. */
export function heard(draft: Draft<ThreadState>): void {
  const { state, world } = draft;
  state.heardAt = world.now;
  state.reachable = true;
  state.quiet = false;
  if (!state.heldForMentee) return;
  state.heldForMentee = false;
  draft.effects.push({ effect: "release", to: mentee(draft) });
}
