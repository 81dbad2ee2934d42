/**
 * Emergency numbers and helplines, one file a country in `programmes/helplines/`. Wrong facts kill: only what a source
 * confirms stands in them, and what had to stay out is named beside it. People correct these files; they hold no code.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { hoursSchema, zoneSchema } from "./programme.ts";

const contacts = ["phone", "sms", "chatUrl", "website"] as const;

const number = z.string().regex(/^\d[\d -]*\d$/, "a number is written in digits, as it is dialled: 116 123");
const address = z.url({ protocol: /^https$/, error: "an address is written as https://example.org" });
const age = z.number().int().min(0).max(120);

const helplineSchema = z
  .strictObject({
    id: z
      .string()
      .regex(/^([a-z]{2}|fallback)\.[a-z0-9]+(\.[a-z0-9]+)*$/, "an id is written as no.mentalhelse"),
    /** What it calls itself; left out where it goes by its number. */
    name: z.string().min(1).optional(),
    /**
     * `medical` is a doctor when it is urgent and no danger to life; `crisis` talks with anybody in despair; `student`
     * and `referral` help, but not at once, so no card in danger shows them; `fallback` is a directory of helplines.
     */
    kind: z.enum(["emergency", "medical", "crisis", "youth", "violence", "student", "referral", "fallback"]),
    /** Of an emergency number: who answers, or is sent, when it is called. */
    services: z
      .array(z.enum(["ambulance", "police", "fire"]))
      .min(1)
      .optional(),
    phone: number.optional(),
    /** Where a text message goes. */
    sms: number.optional(),
    chatUrl: address.optional(),
    /** To read, or to ask without an answer at once. */
    website: address.optional(),
    /**
     * When phone, text message and chat answer, all alike: a way with other hours is an entry of its own. Null when the
     * hours are not confirmed: then no card shows it.
     */
    hours: z.union([z.literal("always"), hoursSchema]).nullable(),
    /** Two letters each, `no` for Norwegian: those that are confirmed. */
    languages: z.array(z.string().regex(/^[a-z]{2}$/)).min(1),
    /** The youngest and the oldest who are answered, both included. */
    ageMin: age.optional(),
    ageMax: age.optional(),
    /** Left out where everybody is answered. */
    only: z.literal("women").optional(),
    /** Left out where it is not confirmed that a call costs nothing. */
    cost: z.literal("free").optional(),
    source: z.string().min(1),
    /** H: the operator's own or an authority's page, or several recent sources; M: one good source, or an older one. */
    confidence: z.enum(["H", "M"]),
    /** When it was last compared with its source, or called; null: not shown, unless it is an emergency number. */
    verifiedOn: z.iso.date("a date is written as 2026-12-24").nullable(),
    verifiedBy: z.string().min(1).nullable(),
    /** For those who look after this file. */
    note: z.string().min(1).optional(),
  })
  .refine((helpline) => contacts.some((contact) => helpline[contact]), {
    error: "needs a phone, an sms, a chatUrl or a website",
  })
  .refine(({ kind, phone, hours }) => kind !== "emergency" || (phone && hours === "always"), {
    error: "an emergency number is a phone that is always answered",
  })
  .refine(({ kind, services }) => (kind === "emergency") === (services !== undefined), {
    error: "services belong to an emergency number, and to nothing else",
    path: ["services"],
  })
  .refine(({ ageMin = 0, ageMax = Number.POSITIVE_INFINITY }) => ageMin <= ageMax, {
    error: "ageMin must not be above ageMax",
    path: ["ageMin"],
  })
  .refine(({ verifiedOn, verifiedBy }) => (verifiedOn === null) === (verifiedBy === null), {
    error: "verifiedOn and verifiedBy are both given, or both null",
    path: ["verifiedBy"],
  });
export type Helpline = z.infer<typeof helplineSchema>;

const helplinesSchema = z.strictObject({
  /** Two letters, or `fallback` for where no country's file is. */
  country: z.string().regex(/^([a-z]{2}|fallback)$/),
  /** Where the hours of its lines are meant. */
  zone: zoneSchema,
  /** What people may look for here, and why it is not here. */
  leftOut: z.array(z.string().min(1)),
  /** Of two that would do, the first is shown. */
  helplines: z.array(helplineSchema).min(1),
});
export type Helplines = z.infer<typeof helplinesSchema>;

/** The data files of this folder: `programmes/helplines`, beside this file in the source and in the build alike. */
const folder = join(fileURLToPath(new URL(".", import.meta.url)), "helplines");

/**
 * Reads and checks the helplines of every country, by country; `fallback` is one of them.
 * @throws with the file's name and every fault in it
 */
export function readHelplines(from: string = folder): ReadonlyMap<string, Helplines> {
  const files = readdirSync(from).filter((name) => name.endsWith(".json"));
  return new Map(files.sort().map((name) => [name.slice(0, -".json".length), readFile(from, name)]));
}

function readFile(from: string, name: string): Helplines {
  const file = join(from, name);
  const country = name.slice(0, -".json".length);
  const result = belongingTo(country).safeParse(JSON.parse(readFileSync(file, "utf8")));
  if (!result.success) throw new Error(`${file}:\n${z.prettifyError(result.error)}`);
  return result.data;
}

/** A file speaks of one country, and of each line once. */
function belongingTo(country: string) {
  return helplinesSchema
    .refine((file) => file.country === country, {
      error: `the file is named after its country, ${country}`,
      path: ["country"],
    })
    .refine(({ helplines }) => helplines.every(({ id }) => id.startsWith(`${country}.`)), {
      error: `an id begins with its country: ${country}.`,
      path: ["helplines"],
    })
    .refine(({ helplines }) => new Set(helplines.map(({ id }) => id)).size === helplines.length, {
      error: "an id stands twice",
      path: ["helplines"],
    });
}
