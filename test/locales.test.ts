/** Texts for people: every language says everything, with the same holes, in plural forms that fit, short enough. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadTexts, readLocale, type TextKey } from "../locales/texts.ts";
import { languages } from "../programmes/programme.ts";

/** Texts by their whole key, such as `consent.ask`. */
type Texts = ReadonlyMap<string, string>;

function flat(tree: Record<string, unknown>, before = ""): Texts {
  const found = new Map<string, string>();
  for (const [name, value] of Object.entries(tree)) {
    const key = `${before}${name}`;
    if (typeof value === "string") found.set(key, value);
    else if (isTree(value)) for (const [inner, text] of flat(value, `${key}.`)) found.set(inner, text);
    else throw new TypeError(`${key} is neither a text nor a group of texts`);
  }
  return found;
}

function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const plural = /_(zero|one|two|few|many|other)$/;
const baseOf = (key: string): string => key.replace(plural, "");
const holesOf = (text: string): string[] =>
  [...new Set([...text.matchAll(/\{\{([^}]*)\}\}/g)].map(([, name = ""]) => name))].sort();

const isButton = (key: string): boolean => key.startsWith("button.");
/** Messenger's limit for a quick reply. A hole is not counted: handles go to the team, on Telegram, where 64 fit. */
const longestButton = 20;
/** Messenger's limit for a message is 2,000; what fills the holes needs room too. */
const longestText = 1600;

/** What is wrong with a language, seen beside the one that all keys come from. */
function problemsOf(language: string, texts: Texts, source: Texts): string[] {
  const problems: string[] = [];
  const sourceHoles = new Map<string, Set<string>>();
  for (const [key, text] of source) {
    const base = baseOf(key);
    sourceHoles.set(base, new Set([...(sourceHoles.get(base) ?? []), ...holesOf(text)]));
  }
  const forms = new Map<string, Set<string>>();
  for (const [key, text] of texts) {
    const base = baseOf(key);
    const holes = sourceHoles.get(base);
    if (!holes) problems.push(`${language} has ${base}, which the source does not have`);
    const form = plural.exec(key)?.[1];
    if (form) forms.set(base, new Set([...(forms.get(base) ?? []), form]));
    const own = holesOf(text).filter((hole) => hole !== "count" || !form);
    const theirs = [...(holes ?? [])].filter((hole) => hole !== "count" || !form).sort();
    if (holes && own.join() !== theirs.join())
      problems.push(
        `${language} ${key} has the holes ${own.join() || "none"}, not ${theirs.join() || "none"}`,
      );
    problems.push(...formProblems(text).map((problem) => `${language} ${key} ${problem}`));
    if (isButton(key) && [...text.replace(/\{\{[^}]*\}\}/g, "")].length > longestButton)
      problems.push(`${language} ${key} is too long for a button`);
  }
  const had = new Set([...texts.keys()].map(baseOf));
  for (const base of sourceHoles.keys()) if (!had.has(base)) problems.push(`${language} has no ${base}`);
  const wanted = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
  for (const [base, found] of forms) {
    const missing = wanted.filter((form) => !found.has(form));
    const needless = [...found].filter((form) => !(wanted as string[]).includes(form));
    if (missing.length > 0) problems.push(`${language} ${base} lacks the plural form ${missing.join()}`);
    if (needless.length > 0) problems.push(`${language} ${base} has no use for the form ${needless.join()}`);
    if (texts.has(base)) problems.push(`${language} ${base} is there with plural forms and without`);
  }
  return problems;
}

function formProblems(text: string): string[] {
  const problems: string[] = [];
  if (text.trim() === "") problems.push("is empty");
  if (text !== text.trim()) problems.push("begins or ends with a blank");
  if (/ {2}|\t/.test(text)) problems.push("has two blanks in a row");
  if (text !== text.normalize("NFC")) problems.push("is not in normal form");
  if (/[{}]|\$t\(/.test(text.replace(/\{\{\w+\}\}/g, "")))
    problems.push("has a hole that is not written {{name}}");
  if (text.length > longestText) problems.push("is too long for one message");
  return problems;
}

const read = (language: string): Texts => flat(readLocale(language));
const english = read("en");

test("every language that a programme can name has its file, and no other", () => {
  const files = readdirSync(join(import.meta.dirname, "../locales")).filter((name) => name.endsWith(".json"));
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
        plural.test(key) ? { ...holes, count: 1 } : holes,
      );
      expect(words, key).not.toContain("{{");
      if (!plural.test(key)) expect(words).toBe(text.replace(/\{\{(\w+)\}\}/g, "<$1>"));
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
    ["a key is missing", right(["a.one", null]), ["nb has no a.one"]],
    ["a key too many", right(["a.two", "Hei"]), ["nb has a.two, which the source does not have"]],
    ["a hole is missing", right(["a.one", "Hei"]), ["nb a.one has the holes none, not name"]],
    ["a hole has another name", right(["a.one", "Hei {{navn}}"]), ["nb a.one has the holes navn, not name"]],
    [
      "a hole is half open",
      right(["a.one", "{{name}} {name}}"]),
      ["nb a.one has a hole that is not written {{name}}"],
    ],
    ["a plural form is missing", right(["a.days_other", null]), ["nb a.days lacks the plural form other"]],
    ["a form too many", right(["a.days_few", "{{count}} d"]), ["nb a.days has no use for the form few"]],
    ["nothing is said", right(["button.yes", ""]), ["nb button.yes is empty"]],
    ["a blank at the end", right(["button.yes", "Ja "]), ["nb button.yes begins or ends with a blank"]],
    [
      "a long button",
      right(["button.yes", "Ja, det vil jeg gjerne"]),
      ["nb button.yes is too long for a button"],
    ],
    [
      "a long text",
      right(["a.one", `{{name}} ${"å".repeat(1700)}`]),
      ["nb a.one is too long for one message"],
    ],
  ])("%s", (_what, texts, problems) => {
    expect(problemsOf("nb", texts, source)).toEqual(problems);
  });

  test("three plural forms where a language has three", () => {
    expect(problemsOf("sr", right(), source)).toEqual(["sr a.days lacks the plural form few"]);
  });
});
