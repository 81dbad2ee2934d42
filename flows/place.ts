/**
 * Which site a mentee belongs to, in a programme with several: by the link they came by, or because they said so. It
 * decides about hours, helplines, supporters and the staff group; until it is known no country's numbers are guessed.
 */
import type { Content } from "../adapters/content.ts";
import type { Site } from "../programmes/programme.ts";
import { fold } from "./crisis/fold.ts";
import { type Draft, inPhase, mentee, openCase, say } from "./draft.ts";
import type { Choice } from "./effect.ts";
import { raise, supersede } from "./escalation.ts";
import type { ThreadState } from "./state.ts";

/** Whether it is known where a mentee belongs; in a programme with one site it always is. */
export function isPlaced({ state, world }: Draft<ThreadState>): boolean {
  return world.programme.sites.length === 1 || state.placed === true;
}

export function askSite(draft: Draft<ThreadState>): void {
  const choices = draft.world.programme.sites.map(
    ({ id, name }): Choice => ({
      label: { key: "button.handle", with: { handle: name.slice(0, 20) } },
      payload: `site:${id}`,
    }),
  );
  const help: Choice = { label: { key: "button.helpNow" }, payload: "help:now" };
  say(draft, mentee(draft), { key: "start.site" }, { choices: [...choices, help] });
  const asked = inPhase(draft, "intake");
  if (asked) asked.phase.question = "site";
}

/** The site that was named: by its id, as in a link, or by its name, as somebody types it. */
export function siteNamed({ world }: Draft<ThreadState>, text: string | null | undefined): Site | null {
  const wanted = fold((text ?? "").trim());
  return world.programme.sites.find(({ id, name }) => id === wanted || fold(name) === wanted) ?? null;
}

/** A shorter word of a site's name may stand in any answer. */
const shortestName = 4;

/** The site that an answer names, with a word of its name: alone, or with another one and an ending, as in "u Beogradu". */
export function siteIn(draft: Draft<ThreadState>, content: Content): Site | null {
  if (content.kind !== "text") return null;
  const words = fold(content.text).match(/[\p{L}\p{N}]+/gu) ?? [];
  if (words.length > 2) return siteNamed(draft, content.text);
  const named = draft.world.programme.sites.filter(({ name }) => {
    const parts = (fold(name).match(/[\p{L}\p{N}]+/gu) ?? []).filter(({ length }) => length >= shortestName);
    return words.some((word) => parts.some((part) => word.startsWith(part)));
  });
  return named.length === 1 ? (named[0] ?? null) : siteNamed(draft, content.text);
}

/**
 * From now on the mentee belongs there. An alert that is open goes to the coordinators of that site.
 *
 * @returns a draft of the same step whose world is the site's; nothing is known yet of its supporters
 */
export function place(draft: Draft<ThreadState>, site: Site): Draft<ThreadState> {
  const { state } = draft;
  const open = openCase(draft);
  const alert = open?.escalation?.outcome === null ? open.escalation : null;
  if (open && alert) supersede(draft, open, alert);
  state.placed = true;
  state.site = site.id;
  const [first] = site.languages ?? [];
  if (first && !site.languages?.includes(state.language)) state.language = first;
  const there = { ...draft, world: { ...draft.world, site, openings: [], supporters: [], coordinators: [] } };
  if (open && alert) raise(there, open, alert.by, alert.reason, alert.rules);
  return there;
}
