/**
 * One peer-support programme as data: its languages, hours, rules and sites. Everything that differs between
 * programmes stands in a file that this schema accepts; nothing of it stands in code.
 */
import { z } from "zod";

/** Languages that texts exist in, or will; a programme names those it speaks. */
export const languages = ["en", "nb", "sr", "hu", "el", "it", "fr", "es", "pt"] as const;
export const languageSchema = z.enum(languages);
export type Language = z.infer<typeof languageSchema>;

/** A sentence in the languages of the programme. */
const words = z
  .partialRecord(languageSchema, z.string().min(1))
  .refine((texts) => Object.keys(texts).length > 0, {
    error: "give the text in at least one language",
  });

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, "a time of day is written as 09:00");
const calendarDate = z.iso.date("a date is written as 2026-12-24");
const span = z
  .tuple([timeOfDay, timeOfDay])
  .refine(([from, to]) => from < to, { error: "the first time must be before the second" });

export const weekdays = [
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
  "sunday",
] as const;
export type Weekday = (typeof weekdays)[number];

/** Days before feasts on which many people leave early. */
export const eves = [
  "wednesday_before_easter",
  "little_christmas_eve",
  "christmas_eve",
  "new_years_eve",
] as const;
export type Eve = (typeof eves)[number];

export const holidayCalendars = ["no", "rs", "hu"] as const;
export type HolidayCalendar = (typeof holidayCalendars)[number];

const closure = z
  .strictObject({ from: calendarDate, to: calendarDate, reason: words })
  .refine(({ from, to }) => from <= to, { error: "a closure ends on the day it begins or later" });

export const hoursSchema = z.strictObject({
  /** Spans of each weekday, local time; a day without spans is closed. */
  week: z.partialRecord(z.enum(weekdays), z.array(span)),
  /** Whose public holidays are closed; null when only `closures` say so. */
  holidays: z.enum(holidayCalendars).nullable(),
  /**
   * When an eve ends: a time of day, or `closed` for the whole day. Eves go with the feasts of `holidays`: in Serbia
   * with the Orthodox ones.
   */
  eves: z.partialRecord(z.enum(eves), z.union([timeOfDay, z.literal("closed")])).default({}),
  /** Own closures, both days included: exams, summer, a staff day. */
  closures: z.array(closure).default([]),
  /**
   * Own extra openings: they add to the hours of their day and win over closures, holidays and eves. A day with other
   * hours than usual is a closure and an opening.
   */
  openings: z.array(z.strictObject({ date: calendarDate, spans: z.array(span).min(1) })).default([]),
});
export type Hours = z.infer<typeof hoursSchema>;

export const zoneSchema = z
  .string()
  .refine(isTimeZone, { error: "not a time zone of the IANA list, such as Europe/Oslo" });

const siteSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]{1,24}$/),
  name: z.string().min(1),
  zone: zoneSchema,
  /** Languages spoken there, the staff group's first; left out: all of the programme. */
  languages: z.array(languageSchema).min(1).optional(),
  /** Two-letter country whose helplines are shown. */
  country: z.string().regex(/^[a-z]{2}$/),
  /** The answer window; null until whoever installs it has decided: closed, with helplines. */
  hours: hoursSchema.nullable(),
});
export type Site = z.infer<typeof siteSchema>;

/** Everything that is a file and can be passed on. */
const carriedKinds = [
  "photo",
  "video",
  "round_video",
  "voice",
  "audio",
  "document",
  "sticker",
  "animation",
] as const;

const minutes = z.number().int().positive();

const registerColumn = z.strictObject({
  /** What stands in it: the four answers of a supporter are `kind`, `way`, `support` and `advanced`. */
  holds: z.enum([
    "date",
    "site",
    "handle",
    "channel",
    "language",
    "kind",
    "way",
    "support",
    "advanced",
    "escalated",
    "wordsIn",
    "wordsOut",
  ]),
  title: z.string().min(1),
});
export type RegisterColumn = z.infer<typeof registerColumn>;

const usualRegister: RegisterColumn[] = [
  { holds: "date", title: "date" },
  { holds: "site", title: "site" },
  { holds: "handle", title: "handle" },
  { holds: "channel", title: "channel" },
  { holds: "language", title: "language" },
  { holds: "kind", title: "request" },
  { holds: "way", title: "way of response" },
  { holds: "support", title: "support provided" },
  { holds: "advanced", title: "more help needed" },
  { holds: "escalated", title: "escalated" },
  { holds: "wordsIn", title: "messages in" },
  { holds: "wordsOut", title: "messages out" },
];

const programmeShape = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]{1,24}$/),
  /** As mentees know it. */
  name: z.string().min(1),
  /** The first one is used until a person's own is known. */
  languages: z.array(languageSchema).min(1),
  /** Whether mentees see supporters, and supporters mentees, under a chosen name or a real one. */
  identity: z.enum(["pseudonym", "known"]),
  /**
   * `when_ready`: mentees are told that it is not open yet, until a coordinator opens with /golive, which needs
   * everything that `npm run ready` checks. `at_once`: open from the start, for those who have made sure otherwise.
   */
  goLive: z.enum(["when_ready", "at_once"]).default("when_ready"),
  /** Younger people are handed over, warmly, to services for minors. */
  minimumAge: z.union([z.literal(0), z.literal(15), z.literal(18)]),
  /** Whether somebody younger is admitted when a coordinator has recorded that the guardian authority agrees. */
  guardianConsent: z.boolean().default(false),
  offers: z.strictObject({
    /** How long an offer waits for an answer before the next round. */
    expiryMinutes: minutes,
    /** How many supporters are asked in each round; `all` for everybody who may be asked. */
    rounds: z.array(z.union([z.number().int().positive(), z.literal("all")])).min(1),
  }),
  /**
   * Who is called by an alert outside the answer window. `waits`: nobody; the card is there at once, without a sound,
   * and gets loud at the next opening. `named`: whoever has said `/night`; when nobody has, everybody. `called`:
   * everybody, as during the day.
   */
  alertsAtNight: z.enum(["waits", "named", "called"]),
  /** How long what is kept. */
  retention: z
    .strictObject({
      /** Words, after their case was closed. */
      wordsDays: z.number().int().min(1).max(90),
      /** The same, of mentees who have agreed to it. */
      longerDays: z.number().int().min(1).max(365).default(90),
      /** Where somebody is reached and what is known of them, after their last words. */
      contactDays: z.number().int().min(30).max(730),
      /** Records of cases under a nickname, and who opened what; later records are only counts. */
      recordsDays: z.number().int().min(30).max(3650),
      /** Backups: who makes them deletes them then, and what was erased since is erased again after a restore. */
      backupDays: z.number().int().min(1).max(30).default(30),
    })
    .default({ wordsDays: 14, longerDays: 90, contactDays: 180, recordsDays: 730, backupDays: 30 }),
  /**
   * What is passed on besides words. `document` needs thought: a PDF or an office file can hold the name of who wrote
   * it, and nothing takes it out.
   */
  media: z.array(z.enum(carriedKinds)).default(carriedKinds.filter((kind) => kind !== "document")),
  /** Whether contact cards and places are passed on; `ask`: after a coordinator has agreed, and then in words. */
  offPlatformContact: z.enum(["forbid", "ask", "allow"]).default("forbid"),
  /** The columns of the register, in the order and under the titles of the organisers' own form. */
  register: z.array(registerColumn).min(1).default(usualRegister),
  /** How many open cases one supporter has at most. */
  capacity: z.number().int().positive(),
  sites: z
    .array(siteSchema)
    .min(1)
    .refine((sites) => new Set(sites.map(({ id }) => id)).size === sites.length, {
      error: "two sites have the same id",
    }),
});

export const programmeSchema = programmeShape.refine(
  ({ languages: all, sites }) =>
    sites.every((site) => (site.languages ?? []).every((one) => all.includes(one))),
  { error: "a site speaks a language that the programme does not", path: ["sites"] },
);
export type Programme = z.infer<typeof programmeSchema>;

function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
