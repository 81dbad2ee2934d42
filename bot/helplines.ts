/** The emergency numbers and helplines of the reader's country, from data, as words. */
import type { Hole, Text } from "../flows/effect.ts";
import {
  type Asking,
  type ChosenLine,
  cardOf,
  everyLine,
  type HelplineCard,
  imminent,
  lineAtAnyHour,
  referral,
  referrals,
} from "../flows/helplines.ts";
import { type Helpline, type Helplines, readHelplines } from "../programmes/helplines.ts";
import type { Language } from "../programmes/programme.ts";
import { type HelplineWords, localeOf, type Reading } from "./phrase.ts";

/** As helplines name the languages that they speak. */
const spoken: Record<Language, string> = {
  en: "en",
  nb: "no",
  sr: "sr",
  hu: "hu",
  el: "el",
  it: "it",
  fr: "fr",
  es: "es",
  pt: "pt",
};

const calm = { level: 0, kind: "self" } as const;

/**
 * Reads the helplines of every country, once, at the start: a fault in them must show then.
 * @throws with the file's name and every fault in it
 */
export function createHelplineWords(countries = readHelplines()): HelplineWords {
  const fallback = countries.get("fallback");
  if (!fallback) throw new Error("programmes/helplines/fallback.json is missing");
  const directories = fallback.helplines;
  const known = new Map(
    [...countries].map(([country, own]): [string, Helplines] => [
      country,
      own === fallback ? own : { ...own, helplines: [...own.helplines, ...directories] },
    ]),
  );
  return (hole, reading) => {
    const helplines = known.get(reading.site.country) ?? fallback;
    const { now, age, language } = reading;
    if ("referral" in hole) {
      const asking = { now: now.getTime(), age, language: spoken[language], danger: calm };
      const found = referral(helplines, asking, hole.referral);
      return found ? [worded(found, reading)] : [];
    }
    const { helplines: what, danger = calm } = hole;
    const asking: Asking = { now: now.getTime(), age, language: spoken[language], danger };
    const card = cardOf(helplines, asking);
    switch (what) {
      case "emergency":
        if (card.emergency || danger.level < imminent) return [numberOf(card)];
        return [{ key: "helplines.ownNumberAlone" }];
      case "card":
        return linesOf(card, asking, reading);
      case "all":
        return everyLine(helplines, asking).map((line) => worded(line, reading));
      case "line": {
        const line = lineAtAnyHour(helplines, asking);
        return [
          line ? detailed(line, reading) : { key: "helplines.inDanger", with: { number: numberOf(card) } },
        ];
      }
      default:
        return what satisfies never;
    }
  };
}

/** Where supporters of a country can send somebody: what is shown on a button, and its id. */
export function referralsByCountry(
  countries = readHelplines(),
): (country: string) => { id: string; name: string }[] {
  const lists = new Map(
    [...countries].map(([country, helplines]) => [
      country,
      referrals(helplines).map(({ id, name = "" }) => ({ id, name })),
    ]),
  );
  return (country) => lists.get(country) ?? [];
}

function numberOf({ emergency }: HelplineCard): Hole {
  return emergency?.at ?? { key: "helplines.ownNumber" };
}

function linesOf(card: HelplineCard, { danger }: Asking, reading: Reading): Text[] {
  const lines = card.lines.map((line) => worded(line, reading));
  if (card.emergency || danger.level >= imminent) return lines;
  return [{ key: "helplines.emergency", with: { number: numberOf(card) } }, ...lines];
}

/** One line: what it is for, when, and how it is reached. */
function worded(chosen: ChosenLine, reading: Reading): Text {
  const { purpose, at } = chosen;
  switch (purpose) {
    case "emergency":
    case "police":
      return { key: `helplines.${purpose}`, with: { number: at } };
    case "elsewhere":
      return {
        key: chosen.answers.is === "unknown" ? "helplines.elsewhere" : "helplines.elsewhereWhen",
        with: { line: detailed(chosen, reading), when: when(chosen) },
      };
    case "directory":
    case "doctor":
      return { key: `helplines.${purpose}`, with: { line: detailed(chosen, reading) } };
    default:
      return { key: `helplines.${purpose}`, with: { line: detailed(chosen, reading), when: when(chosen) } };
  }
}

function when({ answers }: ChosenLine): Text {
  switch (answers.is) {
    case "always":
      return { key: "helplines.always" };
    case "open":
      return { key: "helplines.openUntil", with: { time: { time: answers.until, as: "time" } } };
    case "closed":
      return { key: "helplines.opens", with: { opening: { time: answers.opens, as: "day_and_time" } } };
    case "unknown":
      return { key: "helplines.hoursUnknown" };
    default:
      return answers satisfies never;
  }
}

/** The number or address, and in brackets what one has to know before. */
function detailed(chosen: ChosenLine, reading: Reading): Hole {
  const { line, rest } = reached(chosen);
  const { helpline, fitsAge } = chosen;
  const details = [...rest, ...(fitsAge ? [] : ageOf(helpline)), ...othersOf(helpline, reading)];
  const [first, ...more] = details;
  if (first === undefined) return line;
  const all = more.reduce<Hole>(
    (before, next) => ({ key: "helplines.and", with: { first: before, second: next } }),
    first,
  );
  return { key: "helplines.details", with: { line, details: all } };
}

/** A phone stands behind the name; of a web address or a text message the name is a detail. */
function reached({ helpline: { name }, by, at }: ChosenLine): { line: Hole; rest: Hole[] } {
  if (by === "phone") {
    return { line: name ? { key: "helplines.named", with: { name, number: at } } : at, rest: [] };
  }
  const line: Hole = by === "sms" ? { key: "helplines.textMessage", with: { number: at } } : bare(at);
  const rest = name && name !== line ? [name] : [];
  return { line, rest };
}

/** An address as people say it. */
function bare(address: string): string {
  return address.replace(/^https:\/\//, "").replace(/\/$/, "");
}

function ageOf({ ageMin, ageMax }: Helpline): Text[] {
  if (ageMin !== undefined && ageMax !== undefined) {
    return [{ key: "helplines.ageBetween", with: { from: ageMin, to: ageMax } }];
  }
  if (ageMin !== undefined) return [{ key: "helplines.ageFrom", with: { age: ageMin } }];
  if (ageMax !== undefined) return [{ key: "helplines.ageUpTo", with: { age: ageMax } }];
  return [];
}

function othersOf({ only, cost, kind, languages }: Helpline, reading: Reading): Hole[] {
  const others: Hole[] = [];
  if (only === "women") others.push({ key: "helplines.forWomen" });
  if (cost === "free") others.push({ key: "helplines.free" });
  const [first = "en"] = languages;
  // A directory is read, not spoken with.
  if (kind === "fallback" || languages.includes(spoken[reading.language])) return others;
  const name = (code: string) =>
    new Intl.DisplayNames([localeOf(reading)], { type: "language" }).of(code) ?? code;
  others.push(
    languages.includes("en")
      ? name("en")
      : { key: "helplines.askForEnglish", with: { language: name(first) } },
  );
  return others;
}
