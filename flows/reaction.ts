/** Signs that the two put on each other's words while they talk. Outside a talk nobody is there to see them. */
import { type Draft, mentee, supporter } from "./draft.ts";
import { calledBySupporter } from "./handle.ts";
import type { CaseId, PersonId } from "./party.ts";
import type { ThreadState } from "./state.ts";
import { talkThat } from "./talk.ts";

export function menteeReacts(draft: Draft<ThreadState>): void {
  const talk = talkThat(draft);
  if (!talk) return;
  const name = calledBySupporter(draft.state);
  draft.effects.push({ effect: "react", to: supporter(talk.phase.with), name });
}

export function supporterReacts(draft: Draft<ThreadState>, id: CaseId, by: PersonId): void {
  const talk = talkThat(draft, id);
  if (talk?.phase.with !== by || !draft.state.reachable) return;
  draft.effects.push({ effect: "react", to: mentee(draft), name: talk.phase.name });
}
