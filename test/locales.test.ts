/** Texts for people: every language says everything, with the same holes, in plural forms that fit, short enough. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { baseOf, crisisVersion, faultsOf, holesOf, type Texts, textsOf } from "../locales/check.ts";
import { loadTexts, readLocale, type TextKey } from "../locales/texts.ts";
import { languages } from "../programmes/programme.ts";

const read = (language: string): Texts => textsOf(readLocale(language));
const isPlural = (key: string): boolean => baseOf(key) !== key;

/** What is wrong with a language, in sentences. */
function problemsOf(language: string, texts: Texts, source: Texts): string[] {
  return faultsOf(language, texts, source).map(({ key, says }) => `${key} ${says}`);
}

const english = read("en");

test("every language that a programme can name has its file, and no other", () => {
  const files = readdirSync(join(import.meta.dirname, "../locales")).filter(
    (name) => name.endsWith(".json") && name !== "reviews.json",
  );
  expect(files.sort()).toEqual(languages.map((language) => `${language}.json`).sort());
});

describe.each(languages)("%s", (language) => {
  const texts = read(language);

  test("says everything, as it has to be said", () => {
    expect(english.size).toBeGreaterThan(100);
    expect(problemsOf(language, texts, english)).toEqual([]);
  });

  test("gives words for every key, with every hole filled, and nothing left open", () => {
    const translate = loadTexts([language]);
    for (const [key, text] of texts) {
      const holes = Object.fromEntries(
        holesOf(text).map((hole) => [hole, hole === "count" ? 1 : `<${hole}>`]),
      );
      const words = translate(
        language,
        baseOf(key) as TextKey,
        isPlural(key) ? { ...holes, count: 1 } : holes,
      );
      expect(words, key).not.toContain("{{");
      if (!isPlural(key)) expect(words).toBe(text.replace(/\{\{(\w+)\}\}/g, "<$1>"));
    }
  });

  test("a hole that nothing fills is refused, not shown to a person", () => {
    const translate = loadTexts([language]);
    expect(() => translate(language, "close.done", {})).toThrow("a hole was left open");
  });
});

describe("what is wrong is found", () => {
  const source = new Map([
    ["a.one", "Hello {{name}}"],
    ["a.days_one", "{{count}} day"],
    ["a.days_other", "{{count}} days"],
    ["button.yes", "Yes"],
  ]);
  const right = (...changes: [string, string | null][]): Texts => {
    const texts = new Map([...source]);
    for (const [key, text] of changes) {
      if (text === null) texts.delete(key);
      else texts.set(key, text);
    }
    return texts;
  };

  test("nothing, where nothing is", () => {
    expect(problemsOf("nb", right(["a.days_one", "én dag"]), source)).toEqual([]);
  });

  test.each<[string, Texts, string[]]>([
    ["a key is missing", right(["a.one", null]), ["a.one is missing"]],
    ["a key too many", right(["a.two", "Hei"]), ["a.two is none of the keys"]],
    ["a hole is missing", right(["a.one", "Hei"]), ["a.one has the holes none, not name"]],
    ["a hole has another name", right(["a.one", "Hei {{navn}}"]), ["a.one has the holes navn, not name"]],
    [
      "a hole is half open",
      right(["a.one", "{{name}} {name}}"]),
      ["a.one has a hole that is not written {{name}}"],
    ],
    ["a plural form is missing", right(["a.days_other", null]), ["a.days lacks the plural form other"]],
    ["a form too many", right(["a.days_few", "{{count}} d"]), ["a.days has no use for the form few"]],
    ["nothing is said", right(["button.yes", ""]), ["button.yes is empty"]],
    ["a blank at the end", right(["button.yes", "Ja "]), ["button.yes begins or ends with a blank"]],
    [
      "a long button",
      right(["button.yes", "Ja, det vil jeg gjerne"]),
      ["button.yes is too long for a button: 22 of 20"],
    ],
    [
      "a long text",
      right(["a.one", `{{name}} ${"å".repeat(1700)}`]),
      ["a.one is too long for one message: 1701 of 1600"],
    ],
  ])("%s", (_what, texts, problems) => {
    expect(problemsOf("nb", texts, source)).toEqual(problems);
  });

  test("three plural forms where a language has three", () => {
    expect(problemsOf("sr", right(), source)).toEqual(["a.days lacks the plural form few"]);
  });

  test("what Messenger cuts off: a topic that is tapped, an entry of the menu", () => {
    const shown = new Map([
      ["topic.mind", "How I feel about all this"],
      ["menu.help", "I need help now, please, from somebody"],
      ["menu.greeting", "Hello. ".repeat(30).trim()],
    ]);
    expect(problemsOf("en", shown, shown)).toEqual([
      "topic.mind is too long for a button: 25 of 20",
      "menu.help is too long for a menu: 38 of 30",
      "menu.greeting is too long for the greeting: 209 of 160",
    ]);
  });
});

describe("the version of the crisis texts", () => {
  const changed = (key: string): Texts => new Map([...english, [key, `${english.get(key)} And more.`]]);

  test.each(["crisis.card", "helplines.talk", "consent.ask", "error.generic"])("changes with %s", (key) => {
    expect(english.has(key)).toBe(true);
    expect(crisisVersion(changed(key))).not.toBe(crisisVersion(english));
  });

  test("stays when anything else changes, or the order", () => {
    expect(crisisVersion(changed("close.ask"))).toBe(crisisVersion(english));
    expect(crisisVersion(new Map([...english].reverse()))).toBe(crisisVersion(english));
  });
});
