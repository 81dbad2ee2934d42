import { describe, expect, test } from "vitest";
import { matchAt, parsePattern, type Words } from "../../../flows/crisis/pattern.ts";
import { tokenize } from "../../../flows/crisis/tokens.ts";

/** Elements are the alternatives themselves; `<clause>` is what begins a clause. */
function matched(source: string, text: string, start = 0): string | null {
  const alternatives: string[][] = [];
  const pattern = parsePattern(source, (written) => alternatives.push(written.split("|")) - 1);
  const tokens = tokenize(text);
  const words: Words = {
    length: tokens.length,
    is: (at, element) => alternatives[element]?.includes(tokens[at]?.word ?? "") ?? false,
    pause: (at) => tokens[at]?.pause ?? "none",
    beginsClause: (at) => tokens[at]?.word === "because",
  };
  const to = matchAt(pattern, words, start);
  if (to === null) return null;
  return tokens
    .slice(start, to)
    .map(({ word }) => word)
    .join(" ");
}

describe("a pattern", () => {
  test.each([
    ["words in order", "want to die", "want to die now", "want to die"],
    ["alternatives", "want to die|go", "want to go", "want to go"],
    ["a gap takes as few as it needs", "want ~2 die", "want die die", "want die"],
    ["a gap as long as it may be", "want ~2 die", "want to just die", "want to just die"],
    ["a gap that is too long", "want ~2 die", "want to just quickly die", null],
    ["a gap never skips the beginning of a sentence", "want ~4 die", "want it all. you die of it", null],
    ["a gap without one of these", "want ~3!not die", "want to not die", null],
    ["what may be missing", "want to? die", "want die", "want die"],
    ["the end of the message", "want to $", "want to", "want to"],
    ["and not before it", "want to $", "want to sleep", null],
    ["the end of a clause at a comma", "want out /", "want out, really", "want out"],
    ["the end of a clause before the word of one", "want out /", "want out because yes", "want out"],
    ["no end of a clause", "want out /", "want out there", null],
    ["a word or the end of a clause", "want out|/", "want, really", "want"],
  ])("%s", (_what, source, text, found) => {
    expect(matched(source, text)).toBe(found);
  });

  test("only from the beginning of the message", () => {
    expect(matched("^ help", "help me")).toBe("help");
    expect(matched("^ help", "please help", 1)).toBeNull();
  });

  test("says what is wrong with it", () => {
    const elementOf = () => 0;
    expect(() => parsePattern("a? b", elementOf)).toThrow('pattern "a? b": it must begin with a word');
    expect(() => parsePattern("~2 b", elementOf)).toThrow("it must begin with a word");
    expect(() => parsePattern("a b?|c", elementOf)).toThrow('"b?|c" is not understood');
  });
});
