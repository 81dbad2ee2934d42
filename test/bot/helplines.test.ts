/** The cards as people read them. */
import { describe, expect, test } from "vitest";
import { createHelplineWords } from "../../bot/helplines.ts";
import { createPhrase, type Reading } from "../../bot/phrase.ts";
import type { Text } from "../../flows/effect.ts";
import type { Danger } from "../../flows/helplines.ts";
import { loadTexts } from "../../locales/texts.ts";
import { languages } from "../../programmes/programme.ts";
import { oslo } from "../flows/programmes.ts";

const phrase = createPhrase(loadTexts(languages), createHelplineWords());

function read(text: Text, country: string, change: Partial<Reading> = {}): string[] {
  const [first] = oslo.sites;
  if (!first) throw new Error("Oslo has no site");
  const reading: Reading = {
    language: "nb",
    site: { ...first, country },
    now: new Date("2026-11-22T01:00:00Z"),
    age: null,
    ...change,
  };
  return phrase(text, reading).split("\n");
}

function card(danger: Danger): Text {
  return {
    key: danger.level >= 4 ? "crisis.cardImminent" : "crisis.card",
    with: {
      emergency: { helplines: "emergency", danger },
      helplines: { helplines: "card", danger },
      presence: { key: "crisis.keepWriting" },
    },
  };
}

describe("a card", () => {
  test("in Norwegian, at night", () => {
    expect(read(card({ level: 3, kind: "self" }), "no").slice(1)).toEqual([
      "Fare for liv: 113",
      "Haster, men ikke livsfare: Legevakt 116 117",
      "Noen å snakke med, døgnet rundt: Mental Helse 116 123",
      "Noen å skrive med, døgnet rundt: sidetmedord.no (Mental Helse)",
      "Du kan også skrive videre her.",
    ]);
  });

  test("has the emergency number alone on its first line when life is in danger", () => {
    const lines = read(card({ level: 4, kind: "self" }), "rs", { language: "en" });
    expect(lines[0]).toBe("194");
    expect(lines.join()).not.toContain("112");
  });

  test("in Serbian, in the afternoon", () => {
    const now = new Date("2026-11-23T15:00:00Z");
    expect(read(card({ level: 3, kind: "self" }), "rs", { language: "sr", now }).slice(1)).toEqual([
      "Opasnost po život: 194",
      "Neko za razgovor, danju i noću: SOS linija za prevenciju samoubistva 0800 309 309 (besplatno)",
      "Neko za dopisivanje, sada, do 23:00: centarsrce.org (Centar Srce)",
      "Neko za razgovor, sada, do 23:00: Centar Srce 0800 300 303",
      "Možeš i dalje da pišeš ovde.",
    ]);
  });

  test("in Hungarian, for a young person at night", () => {
    expect(read(card({ level: 4, kind: "self" }), "hu", { language: "hu", age: "15to17" })).toEqual([
      "112",
      "Hívd most, vagy kérj meg valakit a közeledben, hogy hívja.",
      "Valaki, akivel beszélhetsz, éjjel-nappal: Lelki Elsősegély 116-123 (ingyenes)",
      "Gyerekeknek és fiataloknak, éjjel-nappal: Kék Vonal 116-111 (ingyenes)",
      "Itt is írhatsz tovább.",
    ]);
  });

  test("names a language that is spoken there in the reader's own letters", () => {
    expect(read(card({ level: 3, kind: "self" }), "no", { language: "sr" }).join("\n")).toContain(
      "norveški, traži engleski",
    );
  });

  test("says which language is spoken there, and that one may ask for English", () => {
    expect(read(card({ level: 3, kind: "self" }), "no", { language: "en" })).toContain(
      "Someone to talk to, day and night: Mental Helse 116 123 (Norwegian, ask for English)",
    );
  });

  test("of a country that nobody knows names no number, and where to find one", () => {
    const lines = read(card({ level: 3, kind: "self" }), "xx", { language: "en" });
    expect(lines[1]).toBe("Danger to life: your country's emergency number");
    expect(lines[2]).toContain("findahelpline.com");
    const alone = read(card({ level: 4, kind: "self" }), "xx", { language: "en" });
    expect(alone[0]).toBe("The emergency number of the country you are in");
  });

  test("fits one screen of a phone", () => {
    for (const country of ["no", "rs", "hu", "cy", "it", "ie", "fr", "es", "pt", "xx"]) {
      for (const language of languages) {
        const words = read(card({ level: 3, kind: "self" }), country, { language }).join("\n");
        expect(words.length, country).toBeLessThanOrEqual(500);
      }
    }
  });
});
