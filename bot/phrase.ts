/** From a text key and what stands in its holes to the words that a reader sees. */
import { addDays, localTime } from "../flows/calendar.ts";
import type { Hole, Text } from "../flows/effect.ts";
import type { AgeBucket } from "../flows/state.ts";
import type { Translate } from "../locales/texts.ts";
import type { Language, Site } from "../programmes/programme.ts";

/** For whom and when words are made. */
export interface Reading {
  language: Language;
  site: Site;
  now: Date;
  /** Of the mentee whose helplines are shown; null when not known. */
  age: AgeBucket | null;
}

/** The emergency numbers and helplines that answer now: what stands on each line. */
export type HelplineWords = (hole: Extract<Hole, { helplines: string }>, reading: Reading) => Hole[];

export type Phrase = (text: Text, reading: Reading) => string;

const languageNames: Record<Language, string> = { en: "English", nb: "norsk" };

export function createPhrase(translate: Translate, helplines: HelplineWords): Phrase {
  const phrase: Phrase = ({ key, with: holes = {} }, reading) => {
    const filled: Record<string, string | number> = {};
    for (const [name, hole] of Object.entries(holes)) filled[name] = fill(hole, reading);
    return translate(reading.language, key, filled);
  };
  const fill = (hole: Hole, reading: Reading): string | number => {
    if (typeof hole !== "object") return hole;
    if ("key" in hole) return phrase(hole, reading);
    if ("language" in hole) return languageNames[hole.language];
    if ("words" in hole) return hole.words[reading.language] ?? Object.values(hole.words)[0] ?? "";
    if ("helplines" in hole) {
      return helplines(hole, reading)
        .map((line) => fill(line, reading))
        .join("\n");
    }
    return time(hole, reading);
  };
  const time = ({ time: instant, as }: Extract<Hole, { time: number }>, reading: Reading): string => {
    const { language, site, now } = reading;
    const clock = format(language, site.zone, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" })(
      instant,
    );
    if (as === "time") return clock;
    const date = format(language, site.zone, { weekday: "long", day: "numeric", month: "long" })(instant);
    if (as === "date") return date;
    const day = dayWords(instant, date, reading);
    if (as === "day") return day;
    return translate(language, "time.dayAndTime", { day, time: clock });

    function dayWords(at: number, full: string, { language: spoken }: Reading): string {
      const today = localTime(site.zone, now.getTime()).date;
      const then = localTime(site.zone, at).date;
      if (then === today) return translate(spoken, "time.today", {});
      if (then === addDays(today, 1)) return translate(spoken, "time.tomorrow", {});
      const near = then > today && then <= addDays(today, 6);
      return near ? format(spoken, site.zone, { weekday: "long" })(at) : full;
    }
  };
  return phrase;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** A formatter of a language and zone; they are dear to make, so they are kept. */
function format(
  language: Language,
  zone: string,
  options: Intl.DateTimeFormatOptions,
): (instant: number) => string {
  const name = `${language} ${zone} ${JSON.stringify(options)}`;
  const known =
    formats.get(name) ?? new Intl.DateTimeFormat(locales[language], { timeZone: zone, ...options });
  formats.set(name, known);
  return (instant) => known.format(instant);
}

/** How dates and times are written in a language. */
export const locales: Record<Language, string> = { en: "en-GB", nb: "nb-NO" };
