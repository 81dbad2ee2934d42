/** What coordinators decide about who talks with whom: a case given to a supporter, and standing pairs. */
import { goesToPair, putBefore } from "./assign.ts";
import { type Draft, mentee, openCase, say, staffOf } from "./draft.ts";
import type { Choice } from "./effect.ts";
import { answerWindow } from "./hours.ts";
import type { ThreadInput } from "./input.ts";
import type { PersonId } from "./party.ts";
import type { PersonState, ThreadState } from "./state.ts";
import { changeSupporter } from "./talk.ts";

const mostChoices = 8;

/** Whom a case can be given to, as buttons in the staff group; those who have time come first. */
export function askWhomToGive(draft: Draft<ThreadState>): void {
  const { state, world } = draft;
  const { handle } = state;
  const open = openCase(draft);
  if (!open || open.phase.phase === "intake" || open.phase.phase === "erasing") {
    return say(draft, staffOf(draft), { key: "coordinator.nothingToGive", with: { handle } });
  }
  const now = open.phase.phase === "talking" ? open.phase.with : null;
  const choices = world.supporters
    .filter(({ id, name }) => id !== now && name !== "" && !state.knownBy.includes(id))
    .sort((a, b) => Number(b.available) - Number(a.available) || a.openCases - b.openCases)
    .slice(0, mostChoices)
    .map(
      ({ id, name }): Choice => ({
        label: { key: "button.handle", with: { handle: name.slice(0, 20) } },
        payload: `staff:give:${open.id}:${id}`,
      }),
    );
  const key = choices.length > 0 ? "coordinator.giveToWhom" : "coordinator.nobodyToGive";
  say(draft, staffOf(draft), { key, with: { handle } }, { choices });
}

/** A coordinator gives the case to a supporter, also one who has just paused; never to one who knows the mentee. */
export function give(draft: Draft<ThreadState>, input: Extract<ThreadInput, { input: "given" }>): void {
  const open = openCase(draft, input.case);
  const { state, world } = draft;
  if (!open || state.knownBy.includes(input.to) || !state.consent) {
    return say(draft, staffOf(draft), { key: "coordinator.nothingToGive", with: { handle: state.handle } });
  }
  const { capacity } = world.programme;
  const to = world.supporters.find(({ id }) => id === input.to);
  if (!to || to.openCases >= capacity) {
    // Nobody loses the supporter they have for one who has no room.
    return say(draft, staffOf(draft), {
      key: to ? "coordinator.giveFull" : "coordinator.giveUnable",
      with: { name: to?.name ?? "", handle: state.handle },
    });
  }
  if (open.phase.phase === "talking") {
    if (open.phase.with === input.to) return;
    changeSupporter(draft, "gone");
  }
  putBefore(draft, open, input.to, input.by);
}

/** A coordinator makes two people a standing pair, or ends it. */
export function pairUp(draft: Draft<ThreadState>, input: Extract<ThreadInput, { input: "paired" }>): void {
  const { state } = draft;
  const { with: supporter, name, by } = input;
  if (supporter === null) {
    state.pair = null;
    return say(draft, staffOf(draft), {
      key: "coordinator.unpaired",
      with: { handle: state.handle, coordinator: by },
    });
  }
  if (state.knownBy.includes(supporter)) {
    return say(draft, staffOf(draft), { key: "coordinator.nothingToGive", with: { handle: state.handle } });
  }
  state.pair = { with: supporter, name };
  say(draft, staffOf(draft), {
    key: "coordinator.paired",
    with: { handle: state.handle, coordinator: by, name },
  });
  const open = openCase(draft);
  const seeking = open?.phase.phase === "waiting" || open?.phase.phase === "offered";
  if (open && seeking && answerWindow(draft.world.site, draft.world.now, draft.world.openings).open) {
    open.notAgain = open.notAgain.filter((id) => id !== supporter);
    goesToPair(draft, open);
    say(draft, mentee(draft), { key: "queue.joined" });
  }
}

/** Which of a site's supporters a coordinator named; null when none or several begin so. */
export function supporterNamed(
  draft: Draft<PersonState>,
  name: string,
): { id: PersonId; name: string } | null {
  const wanted = name.trim().toLowerCase();
  const found = draft.world.supporters.filter((known) => known.name.toLowerCase().startsWith(wanted));
  const exact = found.filter((known) => known.name.toLowerCase() === wanted);
  const [only, ...others] = exact.length > 0 ? exact : found;
  return wanted !== "" && only && others.length === 0 ? { id: only.id, name: only.name } : null;
}
