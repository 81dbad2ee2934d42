import { describe, expect, test } from "vitest";
import { languageIn, languageOfApp } from "../../flows/language.ts";

describe("the language that somebody writes", () => {
  test.each([
    ["Hi, is anybody there?", "en"],
    ["hello", "en"],
    ["i cant sleep and i dont know what to do", "en"],
    ["I’m not ok", "en"],
    ["Hei, er det noen her?", "nb"],
    ["eg har det ikkje bra", "nb"],
    ["Hallo", "nb"],
    ["sliter på skolen", "nb"],
    ["😔", null],
    ["ok", null],
    ["Peer Support Oslo", null],
  ])("%s: %s", (text, language) => {
    expect(languageIn(text, ["nb", "en"])).toBe(language);
  });

  test("is only ever one of the programme's", () => {
    expect(languageIn("Hi, is anybody there?", ["nb"])).toBeNull();
  });
});

test.each([
  ["en-GB", "en"],
  ["nn", "nb"],
  ["no", "nb"],
  ["NB-no", "nb"],
  ["de", null],
  [undefined, null],
])("an app set to %s speaks %s", (tag, language) => {
  expect(languageOfApp(tag, ["nb", "en"])).toBe(language);
});
