/** Texts for people, by key, in every language of the programme. `en.json` is the source of all keys. */
import { readFileSync } from "node:fs";
import i18next, { type i18n } from "i18next";
import { toCyrillic } from "./cyrillic.ts";
import type english from "./en.json";

/** A key of `en.json`, such as `consent.ask`. */
export type TextKey = Leaf<typeof english>;

type Leaf<Tree> = {
  [Key in keyof Tree & string]: Tree[Key] extends string ? Key : `${Key}.${Leaf<Tree[Key]>}`;
}[keyof Tree & string];

/** The words of a key in a language, its holes filled. Throws when the key or a hole is missing: a fault of ours. */
export type Translate = (language: string, key: TextKey, holes: Record<string, string | number>) => string;

/** What comes with `sr`: the same texts in the other alphabet. */
export const serbianInCyrillic = "sr-Cyrl";

/** Reads the texts of some languages. */
export function loadTexts(languages: readonly string[]): Translate {
  const instance: i18n = i18next.createInstance();
  const trees = new Map(languages.map((language) => [language, readLocale(language)]));
  const serbian = trees.get("sr");
  if (serbian) trees.set(serbianInCyrillic, mapped(serbian, toCyrillic));
  void instance.init({
    resources: Object.fromEntries([...trees].map(([language, translation]) => [language, { translation }])),
    lng: languages[0] ?? "en",
    // No text falls back to another language: a missing one must be seen, not guessed.
    fallbackLng: false,
    initAsync: false,
    interpolation: { escapeValue: false, skipOnVariables: true },
    missingInterpolationHandler: (text: string, value: unknown) => {
      throw new Error(`a hole was left open in a text: ${String((value as string[])[1] ?? text)}`);
    },
  });
  const translators = new Map([...trees.keys()].map((language) => [language, instance.getFixedT(language)]));
  return (language, key, holes) => {
    const translate = translators.get(language);
    if (!translate) throw new Error(`there are no texts in ${language}`);
    const words = translate(key, holes);
    if (words === key) throw new Error(`there is no text ${key} in ${language}`);
    return words;
  };
}

/** Texts in groups and groups of groups, as a language's file holds them. */
export interface TextTree {
  [name: string]: string | TextTree;
}

/** The tree of a language's texts, as it stands in its file. */
export function readLocale(language: string): TextTree {
  return JSON.parse(readFileSync(new URL(`./${language}.json`, import.meta.url), "utf8")) as TextTree;
}

function mapped(tree: TextTree, change: (text: string) => string): TextTree {
  return Object.fromEntries(
    Object.entries(tree).map(([name, inner]) => [
      name,
      typeof inner === "string" ? change(inner) : mapped(inner, change),
    ]),
  );
}
