/**
 * `npm run locales` lists the texts of every language: what is missing, too much or too long, and who has read them.
 * Ends with 1 when something has to be put right.
 */
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import { crisisVersion, type Fault, faultsOf, type Texts, textsOf } from "../locales/check.ts";
import { readLocale } from "../locales/texts.ts";
import { readCrisisRules } from "../programmes/crisis.ts";
import { type Language, languageSchema, languages } from "../programmes/programme.ts";

const review = z.discriminatedUnion("status", [
  z.strictObject({
    status: z.literal("draft"),
    reviewedBy: z.null(),
    reviewedOn: z.null(),
    crisisVersion: z.null(),
  }),
  z.strictObject({
    status: z.literal("reviewed"),
    /** Somebody whose first language it is, and for the crisis texts the professional partner. */
    reviewedBy: z.string().min(1),
    reviewedOn: z.iso.date("a date is written as 2026-12-24"),
    /** The version of the crisis texts that was read, as `npm run locales` prints it. */
    crisisVersion: z
      .string()
      .regex(/^[0-9a-f]{8}$/, "eight hexadecimal digits, as npm run locales prints them"),
  }),
]);
export type Review = z.infer<typeof review>;

const reviewsSchema = z.record(languageSchema, review);
export type Reviews = z.infer<typeof reviewsSchema>;

/** Who has read the texts of which language. */
export function readReviews(
  file: URL | string = new URL("../locales/reviews.json", import.meta.url),
): Reviews {
  const result = reviewsSchema.safeParse(JSON.parse(readFileSync(file, "utf8")));
  if (!result.success) throw new Error(`locales/reviews.json:\n${z.prettifyError(result.error)}`);
  return result.data;
}

/**
 * What is printed, and whether everything is in order. A draft is in order; a review of other words is not.
 * @param watched the languages in which signs of danger are found
 */
export function listed(
  read: (language: Language) => Texts,
  reviews: Reviews,
  watched: ReadonlySet<string>,
): { ok: boolean; text: string } {
  const source = read("en");
  const parts = languages.map((language) =>
    listedLanguage(language, read(language), source, reviews[language], watched.has(language)),
  );
  const ok = parts.every((part) => part.ok);
  const end = ok
    ? "Every language says everything. A draft awaits somebody whose first language it is: see CONTRIBUTING, “a language”."
    : "Put right what stands in capitals; then run this again.";
  return { ok, text: [...parts.map(({ text }) => text), end].join("\n\n") };
}

function listedLanguage(
  language: Language,
  texts: Texts,
  source: Texts,
  reviewed: Review,
  isWatched: boolean,
): { ok: boolean; text: string } {
  const faults = faultsOf(language, texts, source);
  const version = crisisVersion(texts);
  const isStale = reviewed.status === "reviewed" && reviewed.crisisVersion !== version;
  const lines = [
    `${language}: ${texts.size} texts, ${readBy(reviewed)}; crisis texts ${version}`,
    ...(isWatched
      ? []
      : ["  no signs of danger are found in it: there are no rules for it in programmes/crisis"]),
    ...faults.map((fault) => `  ${mark(fault)} ${fault.key} ${fault.says}`),
    ...(isStale
      ? [`  READ AGAIN the crisis texts have changed since ${reviewed.crisisVersion} was read`]
      : []),
  ];
  return { ok: faults.length === 0 && !isStale, text: lines.join("\n") };
}

function readBy(reviewed: Review): string {
  return reviewed.status === "draft"
    ? "a draft that nobody has reviewed"
    : `reviewed on ${reviewed.reviewedOn} by ${reviewed.reviewedBy}`;
}

const marks: Record<Fault["kind"], string> = {
  missing: "MISSING",
  extra: "EXTRA",
  hole: "HOLES",
  plural: "PLURAL",
  form: "FORM",
  length: "TOO LONG",
};

function mark({ kind }: Fault): string {
  return marks[kind];
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const watched = new Set(readCrisisRules().map(({ language }) => language));
  const { ok, text } = listed((language) => textsOf(readLocale(language)), readReviews(), watched);
  process.stdout.write(`${text}\n`);
  process.exitCode = ok ? 0 : 1;
}
