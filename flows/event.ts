/** An event that coordinators announce to the mentees who asked to hear of such. Shown to the group before it is sent. */
import { change, type Draft, say, staffOf, tellThread } from "./draft.ts";
import type { PersonState } from "./state.ts";

const longest = 600;
const eventCard = (by: string): string => `event:${by}`;

/** `/event Saturday at 14: board games at the library`: shown as it will be read, with a button that sends it. */
export function draftEvent(draft: Draft<PersonState>, words: string): void {
  const { state, world } = draft;
  const { coordinator } = state;
  if (!coordinator) return;
  if (words === "" || words.length > longest) {
    return say(draft, staffOf(draft), { key: "event.how", with: { longest } });
  }
  coordinator.event = words;
  say(
    draft,
    staffOf(draft),
    {
      key: "event.draft",
      with: {
        text: { key: "event.announce", with: { programme: world.programme.name, words } },
        readers: world.eventListeners.length,
      },
    },
    {
      choices: [{ label: { key: "button.sendEvent" }, payload: `staff:event:${state.id}` }],
      card: eventCard(state.id),
    },
  );
}

/** Sends it, once. */
export function sendEvent(draft: Draft<PersonState>): void {
  const { state, world } = draft;
  const words = state.coordinator?.event;
  if (!state.coordinator || !words) return;
  state.coordinator.event = null;
  for (const thread of world.eventListeners) tellThread(draft, thread, { input: "event", words });
  change(draft, staffOf(draft), eventCard(state.id), {
    key: "event.sent",
    with: { readers: world.eventListeners.length, name: state.coordinator.name },
  });
}
