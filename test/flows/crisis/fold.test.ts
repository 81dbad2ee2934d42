import { describe, expect, test } from "vitest";
import { fold, skeleton, spellings, unleet, unstretch } from "../../../flows/crisis/fold.ts";
import { tokenize } from "../../../flows/crisis/tokens.ts";

const wordsOf = (text: string) => tokenize(text).map(({ word }) => word);

describe("folding", () => {
  test.each([
    ["capitals", "VIL DØ", "vil do"],
    ["ø, æ and å by hand and by mark", "ø æ å", "o ae a"],
    ["đ, which has no mark to lose", "među", "medju"],
    ["Hungarian long letters", "őrült űr", "orult ur"],
    ["Serbian Cyrillic, with its three double letters", "Хоћу љубав њега џак", "hocu ljubav njega dzak"],
    ["curly, straight and other apostrophes", "don’t don't don´t donʼt", "dont dont dont dont"],
    ["zero-width and soft signs inside a word", "se\u200Blv\u00ADmo\uFEFFrd", "selvmord"],
    ["letters of full width", "ｄｉｅ", "die"],
    ["skin and presentation of an emoji", "🔪\uFE0F👍🏽", "🔪👍"],
  ])("%s", (_what, text, folded) => {
    expect(fold(text)).toBe(folded);
  });

  test("a decomposed letter is the composed one", () => {
    for (const text of ["nå vil jeg dø på brua", "želim, hoću, šta", "őszintén, űr, öl"]) {
      expect(fold(text.normalize("NFD"))).toBe(fold(text.normalize("NFC")));
    }
  });

  test("a word of the rules has the spellings of keyboards that lack its letters", () => {
    expect(spellings("dø")).toEqual(["do", "doe"]);
    expect(spellings("nå")).toEqual(["na", "naa"]);
    expect(spellings("rođen")).toEqual(["rodjen", "roden"]);
    expect(spellings("øøøøøøøø").length).toBeLessThanOrEqual(16);
  });

  test("stretched letters are drawn together, doubled ones stay", () => {
    expect(unstretch("diiiie")).toBe("die");
    expect(unstretch("kill")).toBe("kill");
    expect(skeleton("killl")).toBe(skeleton("kil"));
  });

  test("digits and signs between letters are letters, and numbers are numbers", () => {
    expect(unleet("su1c1de")).toBe("suicide");
    expect(unleet("s€lvm0rd")).toBe("selvmord");
    expect(unleet("2024")).toBeNull();
    expect(unleet("word")).toBeNull();
  });
});

describe("words", () => {
  test.each([
    ["letters with spaces between them", "i want to d i e", ["i", "want", "to", "die"]],
    ["letters with dots between them", "k.m.s", ["kms"]],
    ["two letters alone stay two words", "a b cd", ["a", "b", "cd"]],
    ["a number and its unit", "800mg, 5km", ["800", "mg", "5", "km"]],
    ["an emoji is a word, also when it touches one", "bye💊", ["bye", "💊"]],
    ["stars inside a word stay, those around it go", "*s**cide*", ["s**cide"]],
    ["nothing but signs is nothing", "... !? —", []],
  ])("%s", (_what, text, words) => {
    expect(wordsOf(text)).toEqual(words);
  });

  test("what stands before a word is nothing, a pause, or the end of a sentence", () => {
    const pauses = tokenize("I went home, ate dinner").map(({ pause }) => pause);
    expect(pauses).toEqual(["none", "none", "none", "short", "none"]);
  });

  test("a full stop separates sentences of three words or more, not the words of one", () => {
    const between = (text: string) => tokenize(text).map(({ pause }) => pause);
    expect(between("one two three. four five six")[3]).toBe("full");
    expect(between("I. want. to. die.")).toEqual(["none", "short", "short", "short"]);
  });

  test("a word without end is cut", () => {
    expect(wordsOf("ab".repeat(5_000))[0]).toHaveLength(64);
  });
});
