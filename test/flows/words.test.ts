import { describe, expect, test } from "vitest";
import type { Content } from "../../adapters/content.ts";
import { spellings } from "../../flows/crisis/fold.ts";
import { vocabularies } from "../../flows/words/vocabularies.ts";
import type { Vocabulary } from "../../flows/words/vocabulary.ts";
import { ageIn, commandIn, consentIn, coordinatorCommandIn, supporterCommandIn } from "../../flows/words.ts";
import { languages } from "../../programmes/programme.ts";

const text = (words: string): Content => ({ kind: "text", text: words });

describe("a command", () => {
  test.each([
    ["help", "help"],
    ["HELP!", "help"],
    ["Hjelp", "help"],
    ["hjelp meg", "help"],
    ["jeg trenger hjelp naa", "help"],
    ["I need help now.", "help"],
    ["/end", "end"],
    ["avslutt", "end"],
    ["/bytt", "change"],
    ["stop", "stop"],
    ["slett alt", "delete"],
    ["/minedata", "mydata"],
    ["personvern", "privacy"],
    ["/samtykke", "consent"],
    ["POMOĆ", "help"],
    ["pomoc!", "help"],
    ["помоћ", "help"],
    ["Треба ми помоћ", "help"],
    ["/kraj", "end"],
    ["obrisi sve", "delete"],
    ["обриши", "delete"],
    ["/mojipodaci", "mydata"],
    ["SEGÍTSÉG", "help"],
    ["segitseg", "help"],
    ["Most kell segítség!", "help"],
    ["/vege", "end"],
    ["torles", "delete"],
    ["adatvédelem", "privacy"],
    ["Βοήθεια", "help"],
    ["/voithia", "help"],
    ["ΘΕΛΩ ΒΟΗΘΕΙΑ ΤΩΡΑ", "help"],
    ["au secours !", "help"],
    ["A l'aide", "help"],
    ["¡Ayuda!", "help"],
    ["aiuto", "help"],
    ["preciso de ajuda ja", "help"],
    ["tout effacer", "delete"],
    ["mis datos", "mydata"],
  ])("%s: %s", (words, command) => {
    expect(commandIn(text(words), ["en", "nb"])).toBe(command);
  });

  test.each([
    "end",
    "help me with my exam",
    "I can't stop",
    "jeg avslutter",
    "kraj",
    "vége",
    "",
    "hjelp ".repeat(30),
  ])("is not: %s", (words) => {
    expect(commandIn(text(words), ["en", "nb"])).toBeNull();
  });

  test("to speak a language counts where the programme speaks it", () => {
    expect(commandIn(text("/norsk"), ["en", "nb"])).toEqual({ language: "nb" });
    expect(commandIn(text("på norsk"), ["en", "nb"])).toEqual({ language: "nb" });
    expect(commandIn(text("norsk"), ["en"])).toBeNull();
  });
});

describe("an answer to the question for consent", () => {
  test.each([
    ["Yes!", "yes"],
    ["ja, det er greit", "yes"],
    ["ikke nå", "no"],
    ["nei", "no"],
    ["Les mer", "more"],
    ["yes but who reads it", null],
    ["ja men", null],
  ])("%s: %s", (words, answer) => {
    expect(consentIn(text(words), ["en", "nb"])).toBe(answer);
  });

  test.each([
    ["Da", "yes"],
    ["Да, у реду је.", "yes"],
    ["moze", "yes"],
    ["ne hvala", "no"],
    ["Не", "no"],
    ["procitaj vise", "more"],
    ["Igen", "yes"],
    ["igen, rendben van", "yes"],
    ["jo", "yes"],
    ["most nem", "no"],
    ["bovebben", "more"],
    ["da li neko čita", null],
    ["nem tudom", null],
  ])("in Serbian and Hungarian, %s: %s", (words, answer) => {
    expect(consentIn(text(words), ["sr", "hu"])).toBe(answer);
  });

  test.each([
    ["Oui, d'accord", "yes"],
    ["sí", "yes"],
    ["va bene", "yes"],
    ["pode ser", "yes"],
    ["Ναι, εντάξει.", "yes"],
    ["pas maintenant", "no"],
    ["όχι", "no"],
    ["leer mas", "more"],
    ["no sé", null],
  ])("in the languages of HEY, %s: %s", (words, answer) => {
    expect(consentIn(text(words), ["en", "el", "it", "fr", "es", "pt"])).toBe(answer);
  });

  test("is one in a language of the programme", () => {
    expect(consentIn(text("greit"), ["en"])).toBeNull();
    // "Da" begins sentences in Norwegian, "igen" is "again".
    for (const word of ["da", "igen", "može", "si", "sim", "ναι"])
      expect(consentIn(text(word), ["nb", "en"])).toBeNull();
  });
});

describe("an age", () => {
  test.each([
    ["14", "under15"],
    ["i'm 16", "15to17"],
    ["I am 17 years old.", "15to17"],
    ["jeg er 19 år", "18plus"],
    ["Under 15", "under15"],
    ["15 – 17", "15to17"],
    ["15 til 17", "15to17"],
    ["18+", "18plus"],
    ["over 20", "18plus"],
    ["18 eller over", "18plus"],
    ["Imam 17 godina", "15to17"],
    ["имам 19 година", "18plus"],
    ["15 do 17", "15to17"],
    ["mlađa od 15", "under15"],
    ["16 éves vagyok", "15to17"],
    ["15 és 17 között", "15to17"],
    ["18 felett", "18plus"],
    ["J'ai 17 ans", "15to17"],
    ["tengo 20 años", "18plus"],
    ["ho 16 anni", "15to17"],
    ["tenho 19 anos", "18plus"],
    ["είμαι 18 χρονών", "18plus"],
    // Not said.
    ["under 18", null],
    ["over 15", null],
    ["over and over again", null],
    ["14 to 20", null],
    ["118", null],
    ["my sister is 16", null],
  ])("%s: %s", (words, age) => {
    expect(ageIn(text(words))).toBe(age);
  });
});

describe("the team's commands", () => {
  test("have what stands behind them on the line, whatever the marks and capitals", () => {
    expect(supporterCommandIn(text("/Varsle  jeg er bekymret"), ["nb"])).toEqual({
      command: "escalate",
      rest: "jeg er bekymret",
    });
    for (const typed of ["/uzbuna Zabrinuta sam", "/Узбуна Zabrinuta sam", "/riasztás Zabrinuta sam"]) {
      expect(supporterCommandIn(text(typed), ["sr", "hu"])).toEqual({
        command: "escalate",
        rest: "Zabrinuta sam",
      });
    }
    expect(coordinatorCommandIn(text("/dežurstvo"))?.command).toBe("duty");
    expect(coordinatorCommandIn(text("/ügyelet"))?.command).toBe("duty");
    for (const typed of ["/apne 60 eksamen", "/åpne@team_bot 60 eksamen", "/OPEN 60 eksamen"]) {
      expect(coordinatorCommandIn(text(typed))).toEqual({ command: "open", rest: "60 eksamen" });
    }
  });

  test("are known, or said to be unknown; other words are none", () => {
    expect(supporterCommandIn(text("/avaliable"), ["nb"])).toEqual({ command: null, rest: "" });
    expect(supporterCommandIn(text("hjelp"), ["nb"])).toBeNull();
    expect(coordinatorCommandIn(text("takk /vakt"))).toBeNull();
  });

  test("to speak a language count where the programme speaks it", () => {
    expect(supporterCommandIn(text("/english"), ["nb", "en"])?.command).toEqual({ language: "en" });
    expect(supporterCommandIn(text("/english"), ["nb"])?.command).toBeNull();
  });
});

describe("the words of all languages", () => {
  const tables = {
    mentee: ({ mentee }: Vocabulary) => mentee,
    supporter: ({ supporter }: Vocabulary) => supporter,
    coordinator: ({ coordinator }: Vocabulary) => coordinator,
    ages: ({ ages }: Vocabulary) => ages,
  };

  test.each(Object.entries(tables))("mean one thing each: %s", (_name, tableOf) => {
    const meaning = new Map<string, string>();
    for (const language of languages) {
      for (const [command, words] of Object.entries(tableOf(vocabularies[language]))) {
        for (const spelling of words.flatMap(spellings)) {
          expect(meaning.get(spelling) ?? command, `${language} ${spelling}`).toBe(command);
          meaning.set(spelling, command);
        }
      }
    }
  });

  test("ask for one language each, and are no commands", () => {
    const meaning = new Map<string, string>();
    for (const language of languages) {
      for (const word of vocabularies[language].called.flatMap(spellings)) {
        expect(meaning.get(word) ?? language, word).toBe(language);
        meaning.set(word, language);
      }
    }
    const commands = languages.flatMap((language) => {
      const { mentee, supporter } = vocabularies[language];
      return [...Object.values(mentee), ...Object.values(supporter)].flat().flatMap(spellings);
    });
    expect(commands.filter((word) => meaning.has(word))).toEqual([]);
  });

  test.each(languages)("have commands that Telegram shows in a menu: %s", (language) => {
    const { called, mentee, supporter, coordinator } = vocabularies[language];
    for (const table of [mentee, supporter, coordinator, { called }]) {
      const shown = Object.values(table).map(([first]) => first);
      for (const command of shown) expect(command).toMatch(/^\/[a-z0-9_]{1,32}$/);
      expect(new Set(shown).size, shown.join(" ")).toBe(shown.length);
    }
  });
});
