import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { listed, type Review, type Reviews, readReviews } from "../../commands/locales.ts";
import { crisisVersion, type Texts, textsOf } from "../../locales/check.ts";
import { readLocale } from "../../locales/texts.ts";
import { type Language, languages } from "../../programmes/programme.ts";

const read = (language: Language): Texts => textsOf(readLocale(language));
const draft: Review = { status: "draft", reviewedBy: null, reviewedOn: null, crisisVersion: null };
const drafts = Object.fromEntries(languages.map((language) => [language, draft])) as Reviews;

const watched = new Set(["en", "nb", "sr", "hu"]);

/** The real texts, with changes in one language; null takes a text away. */
function changed(language: Language, changes: Record<string, string | null>): (each: Language) => Texts {
  const texts = new Map(read(language));
  for (const [key, text] of Object.entries(changes)) {
    if (text === null) texts.delete(key);
    else texts.set(key, text);
  }
  return (each) => (each === language ? texts : read(each));
}

describe("npm run locales", () => {
  test("lists every language with who has read it, and is content while nothing is missing", () => {
    const reviewed: Review = {
      status: "reviewed",
      reviewedBy: "a native speaker",
      reviewedOn: "2026-12-01",
      crisisVersion: crisisVersion(read("hu")),
    };
    const { ok, text } = listed(read, { ...drafts, hu: reviewed }, watched);
    expect(ok).toBe(true);
    for (const language of languages) expect(text).toMatch(new RegExp(`^${language}: \\d+ texts, `, "m"));
    expect(text).toMatch(/^sr: .* a draft that nobody has reviewed; crisis texts [0-9a-f]{8}$/m);
    expect(text).toMatch(/^el: .*\n {2}no signs of danger are found in it/m);
    expect(text.match(/no signs of danger/g)).toHaveLength(languages.length - watched.size);
    expect(text).toMatch(/^hu: .* reviewed on 2026-12-01 by a native speaker; crisis texts [0-9a-f]{8}$/m);
  });

  test.each<[string, Record<string, string | null>, string]>([
    ["missing", { "crisis.card": null }, "MISSING crisis.card is missing"],
    ["too much", { "crisis.song": "La" }, "EXTRA crisis.song is none of the keys"],
    ["another hole", { "match.silent": "{{navn}}" }, "HOLES match.silent has the holes navn, not name"],
    [
      "a long label",
      { "button.accept": "Preuzimam ovaj razgovor" },
      "TOO LONG button.accept is too long for a button",
    ],
  ])("says what is wrong: %s", (_what, changes, said) => {
    const { ok, text } = listed(changed("sr", changes), drafts, watched);
    expect(ok).toBe(false);
    expect(text).toContain(`  ${said}`);
  });

  test("says that crisis texts are others than those that were read", () => {
    const reviewed: Review = {
      status: "reviewed",
      reviewedBy: "a native speaker",
      reviewedOn: "2026-12-01",
      crisisVersion: crisisVersion(read("sr")),
    };
    const { ok, text } = listed(
      changed("sr", { "crisis.help": "Pomoć:\n{{helplines}}\n{{presence}}" }),
      { ...drafts, sr: reviewed },
      watched,
    );
    expect(ok).toBe(false);
    expect(text).toContain(
      `READ AGAIN the crisis texts have changed since ${reviewed.crisisVersion} was read`,
    );
  });
});

describe("the file of reviews", () => {
  test("names every language", () => {
    expect(Object.keys(readReviews()).sort()).toEqual([...languages].sort());
  });

  test.each([
    ["a review without a name", { ...drafts, sr: { ...draft, status: "reviewed" } }],
    ["a language that is missing", { ...drafts, hu: undefined }],
    ["a draft with a date", { ...drafts, hu: { ...draft, reviewedOn: "2026-12-01" } }],
  ])("is refused with %s", (_what, content) => {
    const folder = mkdtempSync(join(tmpdir(), "peerline-reviews-"));
    try {
      writeFileSync(join(folder, "reviews.json"), JSON.stringify(content));
      expect(() => readReviews(join(folder, "reviews.json"))).toThrow("locales/reviews.json");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
