/** What Messenger shows of the page beside a conversation. */
import type { Introduction } from "../channel.ts";
import { shorten } from "../split.ts";
import { getStarted } from "./events.ts";

/** Messenger's limits, in characters. */
const longestGreeting = 160;
const longestTitle = 30;

/** Messenger's names of the languages that differ from `xx_XX`. */
const locales: Readonly<Record<string, string>> = { en: "en_US", nb: "nb_NO", sr: "sr_RS", el: "el_GR" };

/** The body for `messenger_profile`: the first introduction is for everybody whose language has none of its own. */
export function profileOf(introductions: readonly Introduction[]): object {
  const each = introductions.flatMap(({ language, greeting, menu }, place) => {
    const own = locales[language] ?? `${language}_${language.toUpperCase()}`;
    return (place === 0 ? ["default", own] : [own]).map((locale) => ({ locale, greeting, menu }));
  });
  return {
    get_started: { payload: getStarted },
    greeting: each.map(({ locale, greeting }) => ({ locale, text: shorten(greeting, longestGreeting) })),
    persistent_menu: each.map(({ locale, menu }) => ({
      locale,
      composer_input_disabled: false,
      call_to_actions: menu.map(({ label, payload }) => ({
        type: "postback",
        title: shorten(label, longestTitle),
        payload,
      })),
    })),
  };
}
