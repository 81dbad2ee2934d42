/** The ways to the coordinators themselves: one that does not lead anywhere any more is told to all the others. */
import { type Draft, say, staffOf } from "./draft.ts";
import type { PersonState, SiteState, SubjectState } from "./state.ts";

const hour = 3_600_000;

/** A coordinator can't be written to any more: the staff group has to know, once. */
export function coordinatorUnreachable(draft: Draft<PersonState>): void {
  const { coordinator } = draft.state;
  if (!coordinator) return;
  say(draft, staffOf(draft), { key: "coordinator.unreachable", with: { name: coordinator.name } });
}

/** Nothing arrives in the staff group: its site tells every coordinator. */
export function tellStaffGroupUnreachable(draft: Draft<SubjectState>): void {
  draft.effects.push({
    effect: "tell",
    subject: `s${draft.world.site.id}`,
    input: { input: "staff_group_unreachable" },
  });
}

/** Every coordinator is told in their own chat, and not again for each message that does not arrive. */
export function staffGroupUnreachable(draft: Draft<SiteState>): void {
  const { state, world } = draft;
  if (state.toldUnreachableAt !== undefined && world.now - state.toldUnreachableAt < hour) return;
  state.toldUnreachableAt = world.now;
  for (const { id } of world.coordinators) {
    say(draft, { role: "coordinator", id }, { key: "coordinator.groupUnreachable" }, { urgent: true });
  }
}
