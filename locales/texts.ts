/** Texts for people, by key, in every language of the programme. `en.json` is the source of all keys. */
import { readFileSync } from "node:fs";
import i18next, { type i18n } from "i18next";
import type english from "./en.json";

/** A key of `en.json`, such as `consent.ask`. */
export type TextKey = Leaf<typeof english>;

type Leaf<Tree> = {
  [Key in keyof Tree & string]: Tree[Key] extends string ? Key : `${Key}.${Leaf<Tree[Key]>}`;
}[keyof Tree & string];

/** The words of a key in a language, its holes filled. Throws when the key or a hole is missing: a fault of ours. */
export type Translate = (language: string, key: TextKey, holes: Record<string, string | number>) => string;

/** Whether a language says everything that the source of all keys says. */
export function isComplete(language: string): boolean {
  const has = keysOf(readLocale(language));
  return [...keysOf(readLocale("en"))].every((key) => has.has(key));
}

const pluralForm = /_(zero|one|two|few|many|other)$/;

function keysOf(tree: Record<string, unknown>, before = ""): Set<string> {
  const keys = new Set<string>();
  for (const [name, value] of Object.entries(tree)) {
    if (typeof value === "string") keys.add(`${before}${name.replace(pluralForm, "")}`);
    else for (const key of keysOf(value as Record<string, unknown>, `${before}${name}.`)) keys.add(key);
  }
  return keys;
}

/** Reads the texts of some languages. */
export function loadTexts(languages: readonly string[]): Translate {
  const instance: i18n = i18next.createInstance();
  const resources = Object.fromEntries(
    languages.map((language) => [language, { translation: readLocale(language) }]),
  );
  void instance.init({
    resources,
    lng: languages[0] ?? "en",
    // No text falls back to another language: a missing one must be seen, not guessed.
    fallbackLng: false,
    initAsync: false,
    interpolation: { escapeValue: false, skipOnVariables: true },
    missingInterpolationHandler: (text: string, value: unknown) => {
      throw new Error(`a hole was left open in a text: ${String((value as string[])[1] ?? text)}`);
    },
  });
  const translators = new Map(languages.map((language) => [language, instance.getFixedT(language)]));
  return (language, key, holes) => {
    const translate = translators.get(language);
    if (!translate) throw new Error(`there are no texts in ${language}`);
    const words = translate(key, holes);
    if (words === key) throw new Error(`there is no text ${key} in ${language}`);
    return words;
  };
}

/** The tree of a language's texts, as it stands in its file. */
export function readLocale(language: string): Record<string, unknown> {
  return JSON.parse(readFileSync(new URL(`./${language}.json`, import.meta.url), "utf8")) as Record<
    string,
    unknown
  >;
}
