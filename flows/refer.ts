/** Other places that help, though not at once: a supporter sends the words of the helplines' data, never their own. */
import { type Draft, inPhase, mentee, say, supporter } from "./draft.ts";
import type { Choice } from "./effect.ts";
import type { CaseId } from "./party.ts";
import type { PersonState, Supporter, ThreadState } from "./state.ts";

type Active = PersonState & { supporter: Supporter };

const mostChoices = 12;

/** What can be sent to the mentee of a case, as buttons. */
export function askWhatToRefer(draft: Draft<Active>, id: CaseId, handle: string): void {
  const choices = draft.world.referrals.slice(0, mostChoices).map(
    ({ id: place, name }): Choice => ({
      label: { key: "button.handle", with: { handle: name.slice(0, 30) } },
      payload: `case:refer:${id}:${place}`,
    }),
  );
  const key = choices.length > 0 ? "referral.list" : "referral.none";
  say(draft, { role: "supporter", id: draft.state.id }, { key, with: { handle } }, { choices });
}

/** Sends one of them. The supporter sees the very words that the mentee got. */
export function refer(draft: Draft<ThreadState>, place: string): void {
  const talk = inPhase(draft, "talking");
  if (!talk || !draft.world.referrals.some(({ id }) => id === place)) return;
  const item = { referral: place };
  say(draft, mentee(draft), { key: "referral.item", with: { name: talk.phase.name, item } });
  say(draft, supporter(talk.phase.with), {
    key: "referral.sent",
    with: { handle: draft.state.handle, item },
  });
}
