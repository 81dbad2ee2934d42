import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { readExamples } from "../../commands/crisis-examples.ts";
import { languageIn, languageOfApp, scriptIn } from "../../flows/language.ts";

const examples = fileURLToPath(new URL("../../programmes/crisis/testing/", import.meta.url));

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

  test.each([
    ["Zdravo, da li ima nekoga?", "sr"],
    ["cao, moze pomoc", "sr"],
    ["не могу да спавам", "sr"],
    ["Здраво", "sr"],
    ["ne znam sta da radim", "sr"],
    ["Szia, van itt valaki?", "hu"],
    ["nem tudok aludni", "hu"],
    ["segitseg kell", "hu"],
    ["köszi", "hu"],
    ["ok", null],
    ["CEPORA", null],
  ])("%s: %s", (text, language) => {
    expect(languageIn(text, ["sr", "hu"])).toBe(language);
  });

  test.each([
    ["sr", ["sr", "hu"]],
    ["hu", ["sr", "hu"]],
    ["nb", ["nb", "en"]],
    ["en", ["nb", "en"]],
  ] as const)("is found in what young people write, with few faults: %s", (language, among) => {
    const found = readExamples(`${examples}${language}.tsv`).map(({ text }) => languageIn(text, among));
    expect(found.length).toBeGreaterThan(90);
    expect(found.filter((each) => each === language).length / found.length).toBeGreaterThan(0.9);
    expect(found.filter((each) => each !== language && each !== null).length / found.length).toBeLessThan(
      0.02,
    );
  });

  test.each([
    ["Hello, is anybody there?", "en"],
    ["Γεια, είναι κανείς εδώ;", "el"],
    ["ciao, c'è qualcuno?", "it"],
    ["non riesco a dormire e sto male", "it"],
    ["salut, il y a quelqu'un ?", "fr"],
    ["j’en peux plus, je dors pas", "fr"],
    ["hola, ¿hay alguien?", "es"],
    ["no puedo dormir y estoy fatal", "es"],
    ["olá, está aí alguém?", "pt"],
    ["nao consigo dormir e estou mal", "pt"],
    ["ok", null],
    ["no", null],
  ])("%s: %s", (text, language) => {
    expect(languageIn(text, ["en", "el", "it", "fr", "es", "pt"])).toBe(language);
  });

  test("is only ever one of the programme's", () => {
    expect(languageIn("Hi, is anybody there?", ["nb"])).toBeNull();
  });
});

test.each([
  ["sr", "sr"],
  ["sr-Cyrl-RS", "sr"],
  ["hr", "sr"],
  ["bs-BA", "sr"],
  ["hu-HU", "hu"],
  ["en", null],
] as const)("of a Serbian and Hungarian programme an app set to %s speaks %s", (tag, language) => {
  expect(languageOfApp(tag, ["hu", "sr"])).toBe(language);
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

describe("the letters that somebody writes", () => {
  test.each([
    ["Здраво, има ли кога?", "cyrillic"],
    ["види https://centarsrce.org/osnovne_informacije.php", "cyrillic"],
    ["Не знам шта је то Telegram", "cyrillic"],
    ["Zdravo, ima li koga?", "latin"],
    // Too little to say.
    ["ok", null],
    ["да", null],
    ["😔 12.30", null],
  ])("%s: %s", (text, script) => {
    expect(scriptIn(text)).toBe(script);
  });
});
