import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { shorten, split, wellFormed } from "../../adapters/split.ts";

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** Everything that makes cutting hard: pairs, families, flags, accents, blanks and line ends of all sorts. */
const pieces = [
  "a",
  "word ",
  "Sentence. ",
  "blåbær",
  "\n",
  "\r\n",
  "\n\n",
  "  ",
  "\t",
  "e\u0301",
  " \u0301",
  "👍🏽",
  "👨‍👩‍👧‍👦",
  "🇳🇴",
  "नमस्ते",
  "한국어",
  "。",
  "\u200b",
  "\u{1d11e}",
];
const hardText = fc.array(fc.constantFrom(...pieces), { maxLength: 120 }).map((found) => found.join(""));

function boundaries(text: string): Set<number> {
  return new Set([...graphemes.segment(text)].map(({ index }) => index).concat(text.length));
}

describe("split", () => {
  test("loses nothing, fits, and never cuts a character", () => {
    fc.assert(
      fc.property(hardText, fc.integer({ min: 40, max: 90 }), (text, limit) => {
        const parts = split(text, limit);
        expect(parts.join("")).toBe(text);
        const allowed = boundaries(text);
        let at = 0;
        for (const part of parts) {
          expect(part.length).toBeLessThanOrEqual(limit);
          at += part.length;
          expect(allowed.has(at)).toBe(true);
        }
        expect(parts.slice(0, -1)).not.toContain("");
      }),
      { numRuns: 2000 },
    );
  });

  test("loses nothing and fits whatever the text and the limit", () => {
    const anything = fc.oneof(fc.string({ unit: "binary", maxLength: 60 }), hardText);
    fc.assert(
      fc.property(anything, fc.integer({ min: 2, max: 30 }), (text, limit) => {
        const parts = split(text, limit);
        expect(parts.join("")).toBe(text);
        for (const part of parts) {
          expect(part.length).toBeLessThanOrEqual(limit);
          // Even where a single character does not fit, pairs stay together.
          expect(wellFormed(part)).toBe(part);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    ["a text that fits stays whole", "all of it", 9, ["all of it"]],
    ["an empty text is one part", "", 5, [""]],
    [
      "paragraphs come first",
      "One. Two\nthree\n\nfour five six",
      20,
      ["One. Two\nthree\n\n", "four five six"],
    ],
    ["then lines", "One. Two three\nfour five six", 20, ["One. Two three\n", "four five six"]],
    ["then sentences", "Come here now. And stay there", 20, ["Come here now. ", "And stay there"]],
    ["then words", "somebody is there for you", 14, ["somebody is ", "there for you"]],
    ["a long word is not cut for the sake of a full part", "see 1234567890", 12, ["see ", "1234567890"]],
    ["a word that fits nowhere is cut", "1234567890", 4, ["1234", "5678", "90"]],
    ["a family stays together", "123👨‍👩‍👧‍👦", 12, ["123", "👨‍👩‍👧‍👦"]],
    ["the last part is not blank", "1234567890\n", 10, ["123456789", "0\n"]],
    ["a part never begins a text with blanks alone", "  1234567", 6, ["  1234", "567"]],
  ])("%s", (_, text, limit, parts) => {
    expect(split(text, limit)).toEqual(parts);
  });

  test("a character longer than a part is cut between its marks", () => {
    const stacked = `a${"\u0301".repeat(10)}`;
    expect(split(stacked, 4).map(({ length }) => length)).toEqual([4, 4, 3]);
  });

  test("a long text takes no long time", () => {
    const text = "Somebody writes and writes. ".repeat(4000);
    expect(split(text, 2000).join("")).toBe(text);
  });

  test("a limit without room is a mistake", () => {
    expect(() => split("ab", 0)).toThrow(RangeError);
  });
});

describe("shorten", () => {
  test.each([
    ["Yes", 20, "Yes"],
    ["Exactly twenty chars", 20, "Exactly twenty chars"],
    ["Somewhat more than twenty", 20, "Somewhat more than…"],
    ["123👨‍👩‍👧‍👦", 10, "123…"],
  ])("%s in %i", (label, limit, short) => {
    expect(shorten(label, limit)).toBe(short);
  });

  test("fits, and never cuts a character", () => {
    fc.assert(
      fc.property(hardText, fc.integer({ min: 1, max: 30 }), (label, limit) => {
        const short = shorten(label, limit);
        expect(short.length).toBeLessThanOrEqual(limit);
        if (short !== label) {
          const kept = short.slice(0, -1);
          expect(label.startsWith(kept)).toBe(true);
          expect(boundaries(label).has(kept.length)).toBe(true);
        }
      }),
    );
  });
});

test("half of a pair becomes a sign that every platform takes", () => {
  expect(wellFormed("a\ud83d b\ude00 c\u{1f600}")).toBe("a\ufffd b\ufffd c\u{1f600}");
});
