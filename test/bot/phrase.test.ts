/** Days, times, names and letters as each reader has them. */
import { describe, expect, test } from "vitest";
import { createHelplineWords } from "../../bot/helplines.ts";
import { createPhrase, type Reading } from "../../bot/phrase.ts";
import type { Text } from "../../flows/effect.ts";
import { loadTexts } from "../../locales/texts.ts";
import { languages, type Site } from "../../programmes/programme.ts";

const phrase = createPhrase(loadTexts(languages), createHelplineWords());
const site: Site = { id: "belgrade", name: "Beograd", zone: "Europe/Belgrade", country: "rs", hours: null };
const now = new Date("2026-11-23T15:00:00Z"); // a Monday

function read(text: Text, change: Partial<Reading>): string {
  return phrase(text, { language: "sr", site, now, age: null, ...change });
}

const at = (days: number): number => now.getTime() + days * 86_400_000;

describe("when the service opens", () => {
  const opening = (days: number): Text => ({
    key: "hours.closed",
    with: { opening: { time: at(days), as: "day_and_time" }, helplines: "…" },
  });

  test.each<[Partial<Reading>, number, string]>([
    [{ language: "sr" }, 0, "Ponovo smo tu: danas u 16:00."],
    [{ language: "sr" }, 1, "Ponovo smo tu: sutra u 16:00."],
    [{ language: "sr" }, 2, "Ponovo smo tu: sreda u 16:00."],
    [{ language: "sr" }, 9, "Ponovo smo tu: sreda, 2. decembar u 16:00."],
    [{ language: "sr", script: "cyrillic" }, 1, "Поново смо ту: сутра у 16:00."],
    [{ language: "sr", script: "cyrillic" }, 2, "Поново смо ту: среда у 16:00."],
    [{ language: "hu" }, 0, "Ekkor jövünk vissza: ma 16:00."],
    [{ language: "hu" }, 2, "Ekkor jövünk vissza: szerda 16:00."],
    [{ language: "hu" }, 9, "Ekkor jövünk vissza: december 2., szerda 16:00."],
    [{ language: "nb" }, 2, "Vi er tilbake onsdag klokka 16:00."],
  ])("%o, in %i days: %s", (reader, days, said) => {
    expect(read(opening(days), reader)).toContain(said);
  });
});

describe("in Cyrillic", () => {
  const reader = { script: "cyrillic" } as const;

  test("names and words of people stay as they are written", () => {
    const text: Text = { key: "match.connected", with: { name: "Jelena Njegoš" } };
    expect(read(text, reader)).toMatch(/^Сада је с тобом Jelena Njegoš\. Jelena Njegoš обећава/);
  });

  test("texts inside texts, languages and the programme's own sentences come along", () => {
    const reason = { words: { sr: "ispitni rok", hu: "vizsgaidőszak" } };
    expect(read({ key: "hours.closure", with: { reason } }, reader)).toBe("не радимо (испитни рок)");
    expect(read({ key: "hours.closure", with: { reason: { words: { hu: "vizsga" } } } }, reader)).toBe(
      "не радимо (vizsga)",
    );
    expect(read({ key: "button.language", with: { language: { language: "sr" } } }, reader)).toBe("српски");
    expect(read({ key: "button.language", with: { language: { language: "hu" } } }, reader)).toBe("magyar");
  });

  test("numbers of helplines are those of the country", () => {
    const card: Text = {
      key: "crisis.cardImminent",
      with: {
        emergency: { helplines: "emergency", danger: { level: 4, kind: "self" } },
        helplines: { helplines: "card", danger: { level: 4, kind: "self" } },
        presence: { key: "crisis.closedHours" },
      },
    };
    const lines = read(card, reader).split("\n");
    expect(lines[0]).toBe("194");
    expect(lines[2]).toBe(
      "Неко за разговор, дању и ноћу: SOS linija za prevenciju samoubistva 0800 309 309 (бесплатно)",
    );
    expect(read(card, { language: "hu", script: "cyrillic" })).not.toMatch(/\p{Script=Cyrillic}/u);
  });
});
