/** What a supporter says of themselves: the name that mentees see, the languages, and topics they would rather not take. */
import { change, type Draft, say } from "./draft.ts";
import type { Choice, Text } from "./effect.ts";
import { type PersonState, type Supporter, topics } from "./state.ts";
import { languagesOf } from "./world.ts";

type Active = PersonState & { supporter: Supporter };

const profileCard = "profile";

/** The profile as a card: each button turns something on or off. Nobody but the supporter sees what they avoid. */
export function showProfile(draft: Draft<Active>): void {
  say(draft, { role: "supporter", id: draft.state.id }, profileText(draft), {
    choices: profileChoices(draft),
    card: profileCard,
  });
}

function profileText({ state: { supporter } }: Draft<Active>): Text {
  return { key: "supporter.profile", with: { name: supporter.name ?? "" } };
}

function profileChoices({ state: { supporter }, world }: Draft<Active>): Choice[] {
  const languages = languagesOf(world);
  const spoken = languages.map((language): Choice => {
    const key = supporter.languages.includes(language) ? "button.chosen" : "button.notChosen";
    return { label: { key, with: { what: { language } } }, payload: `profile:language:${language}` };
  });
  const taken = topics.map((topic): Choice => {
    const key = supporter.avoids?.includes(topic) ? "button.notChosen" : "button.chosen";
    return { label: { key, with: { what: { key: `topic.${topic}` } } }, payload: `profile:topic:${topic}` };
  });
  return languages.length > 1 ? [...spoken, ...taken] : taken;
}

/** A tap on the profile. The last language stays: without one there would be no offers, and no word about it. */
export function changeProfile(
  draft: Draft<Active>,
  what: string | undefined,
  which: string | undefined,
): void {
  const { supporter } = draft.state;
  const language = languagesOf(draft.world).find((known) => known === which);
  const topic = topics.find((known) => known === which);
  if (what === "language" && language) {
    const others = supporter.languages.filter((known) => known !== language);
    if (!supporter.languages.includes(language)) supporter.languages = [...others, language];
    else if (others.length > 0) supporter.languages = others;
  } else if (what === "topic" && topic) {
    const avoided = supporter.avoids ?? [];
    supporter.avoids = avoided.includes(topic)
      ? avoided.filter((known) => known !== topic)
      : [...avoided, topic];
  } else {
    return;
  }
  change(
    draft,
    { role: "supporter", id: draft.state.id },
    profileCard,
    profileText(draft),
    profileChoices(draft),
  );
}
