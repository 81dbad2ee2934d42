import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { type Expectation, meets } from "../../../commands/crisis-examples.ts";
import { createDetector } from "../../../flows/crisis/detector.ts";
import { toCyrillic } from "../../../locales/cyrillic.ts";
import { readCrisisModel, readCrisisRules } from "../../../programmes/crisis.ts";
import { phrasesOf } from "./phrases.ts";
import { withoutMarks } from "./spellings.ts";

const rules = readCrisisRules();
const withModel = createDetector(rules, readCrisisModel());
const rulesAlone = createDetector(rules, null);
const folder = fileURLToPath(new URL("./phrases/", import.meta.url));

/** As people write the same words: each must be judged as the words themselves are. */
const variants: { name: string; languages: string[]; write(text: string): string }[] = [
  { name: "as it stands", languages: [], write: (text) => text },
  { name: "in capitals", languages: [], write: (text) => text.toUpperCase() },
  { name: "decomposed", languages: [], write: (text) => text.normalize("NFD") },
  { name: "without diacritics", languages: [], write: withoutMarks },
  { name: "with curly apostrophes", languages: ["en"], write: (text) => text.replaceAll("'", "’") },
  { name: "without apostrophes", languages: ["en"], write: (text) => text.replaceAll("'", "") },
  {
    name: "with a zero-width space",
    languages: [],
    write: (text) => text.replace(/(\p{L})(\p{L})/u, "$1\u200B$2"),
  },
  { name: "on a keyboard without æøå", languages: ["nb"], write: spelledOut },
  { name: "in Cyrillic", languages: ["sr"], write: toCyrillic },
];

function spelledOut(text: string): string {
  return text.replace(/ø+/g, "oe").replace(/å+/g, "aa").replace(/æ+/g, "ae");
}

function found(text: string, { sign, level }: Expectation, kind: string) {
  const finding = withModel.assess(text, []);
  const isRight = meets(finding.level, { sign, level }) && (kind === "any" || finding.kind === kind);
  return { finding, isRight };
}

describe.each(["en", "nb", "sr", "hu"])("the phrases of %s", (language) => {
  const phrases = phrasesOf(`${folder}${language}.tsv`);

  test.each(variants.filter(({ languages }) => languages.length === 0 || languages.includes(language)))(
    "keep their level and kind $name",
    ({ write }) => {
      const wrong = phrases.flatMap(({ text, expect: wanted, kind }) => {
        const { finding, isRight } = found(write(text), wanted, kind);
        return isRight ? [] : [{ text: write(text), wanted, kind, finding }];
      });
      expect(wrong).toEqual([]);
    },
  );

  test("are found by rules that people can read: the model is needed for none of them", () => {
    const wrong = phrases.filter(({ text, expect: wanted }) => {
      return wanted.sign !== "<=" && rulesAlone.assess(text, []).level < wanted.level;
    });
    expect(wrong).toEqual([]);
  });
});
