/** From a text key and what stands in its holes to the words that a reader sees. */
import { addDays, localTime } from "../flows/calendar.ts";
import type { Hole, Text } from "../flows/effect.ts";
import type { Script } from "../flows/language.ts";
import type { AgeBucket } from "../flows/state.ts";
import { toCyrillic } from "../locales/cyrillic.ts";
import { serbianInCyrillic, type Translate } from "../locales/texts.ts";
import type { Language, Site } from "../programmes/programme.ts";

/** For whom and when words are made. */
export interface Reading {
  language: Language;
  /** Of what can be written in two alphabets, the one that is not the usual. */
  script?: Script | undefined;
  site: Site;
  now: Date;
  /** Of the mentee whose helplines are shown; null when not known. */
  age: AgeBucket | null;
}

/** The emergency numbers and helplines that answer now: what stands on each line. */
export type HelplineWords = (
  hole: Extract<Hole, { helplines: string } | { referral: string }>,
  reading: Reading,
) => Hole[];

export type Phrase = (text: Text, reading: Reading) => string;

/** A language, and the alphabet where it has two. */
type Written = Language | typeof serbianInCyrillic;

const languageNames: Record<Written, string> = {
  en: "English",
  nb: "norsk",
  sr: "srpski",
  [serbianInCyrillic]: "српски",
  hu: "magyar",
  el: "ελληνικά",
  it: "italiano",
  fr: "français",
  es: "español",
  pt: "português",
};

/** As dates and the names of other languages are written. */
const locales: Record<Written, string> = {
  en: "en-GB",
  nb: "nb-NO",
  sr: "sr-Latn-RS",
  [serbianInCyrillic]: "sr-Cyrl-RS",
  hu: "hu-HU",
  el: "el-GR",
  it: "it-IT",
  fr: "fr-FR",
  es: "es-ES",
  pt: "pt-PT",
};

function writtenIn({ language, script }: Pick<Reading, "language" | "script">): Written {
  return language === "sr" && script === "cyrillic" ? serbianInCyrillic : language;
}

/** The tag by which dates and names of languages are written for a reader. */
export function localeOf(reading: Reading): string {
  return locales[writtenIn(reading)];
}

export function createPhrase(translate: Translate, helplines: HelplineWords): Phrase {
  const phrase: Phrase = ({ key, with: holes = {} }, reading) => {
    const filled: Record<string, string | number> = {};
    for (const [name, hole] of Object.entries(holes)) filled[name] = fill(hole, reading);
    return translate(writtenIn(reading), key, filled);
  };
  const fill = (hole: Hole, reading: Reading): string | number => {
    if (typeof hole !== "object") return hole;
    if ("key" in hole) return phrase(hole, reading);
    if ("say" in hole) return phrase(hole.say, { ...reading, language: hole.in });
    if ("language" in hole) return languageNames[writtenIn({ ...reading, language: hole.language })];
    if ("words" in hole) return sentence(hole.words, reading);
    if ("helplines" in hole || "referral" in hole) {
      return helplines(hole, reading)
        .map((line) => fill(line, reading))
        .join("\n");
    }
    return time(hole, reading);
  };
  const time = ({ time: instant, as }: Extract<Hole, { time: number }>, reading: Reading): string => {
    const clock = format(reading, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" })(instant);
    if (as === "time") return clock;
    const date = format(reading, { weekday: "long", day: "numeric", month: "long" })(instant);
    if (as === "date") return date;
    const day = dayWords(instant, date, reading);
    if (as === "day") return day;
    return translate(writtenIn(reading), "time.dayAndTime", { day, time: clock });
  };
  const dayWords = (at: number, full: string, reading: Reading): string => {
    const { zone } = reading.site;
    const today = localTime(zone, reading.now.getTime()).date;
    const then = localTime(zone, at).date;
    if (then === today) return translate(writtenIn(reading), "time.today", {});
    if (then === addDays(today, 1)) return translate(writtenIn(reading), "time.tomorrow", {});
    const near = then > today && then <= addDays(today, 6);
    return near ? format(reading, { weekday: "long" })(at) : full;
  };
  return phrase;
}

/** A sentence of the programme's file, in the reader's language where it is there. */
function sentence(words: Partial<Record<Language, string>>, reading: Reading): string {
  const own = words[reading.language];
  if (own === undefined) return Object.values(words)[0] ?? "";
  return writtenIn(reading) === serbianInCyrillic ? toCyrillic(own) : own;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** A formatter for a reader's language and zone; they are dear to make, so they are kept. */
function format(reading: Reading, options: Intl.DateTimeFormatOptions): (instant: number) => string {
  const locale = localeOf(reading);
  const { zone } = reading.site;
  const name = `${locale} ${zone} ${JSON.stringify(options)}`;
  const known = formats.get(name) ?? new Intl.DateTimeFormat(locale, { timeZone: zone, ...options });
  formats.set(name, known);
  return (instant) => known.format(instant);
}
