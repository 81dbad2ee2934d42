/**
 * Rule data of detection, one file a language in `programmes/crisis/`, and the weights of the model beside them.
 * People who know the language and the subject read and correct these files; they hold no code.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";

/**
 * The families of signs. Some mean danger by themselves; others (`time`, `means`, `parting` …) only beside another
 * one, in the same message or in one shortly before it.
 */
export const cues = [
  /** A stated wish or intent to die. */
  "intent",
  /** Being dead or gone would be all right: not waking up, being a burden, nobody would miss me. */
  "passive",
  /** Suicide is named without saying whose. */
  "mention",
  "despair",
  "hyperbole",
  "negated",
  "bereavement",
  "past_attempt",
  /** Decided or prepared. */
  "plan",
  /** A way to die is chosen or asked for. */
  "method",
  /** A thing that can kill; harmless by itself. */
  "means",
  /** A bridge, a roof, rails. */
  "place",
  /** A farewell that can hardly mean anything else. */
  "goodbye",
  /** Thanks, apologies, presents, letters: a farewell only beside something else. */
  "parting",
  /** Tonight, before the morning. */
  "time",
  "now",
  /** Already done: swallowed, jumped, cut too deep. */
  "act",
  "self_harm",
  "self_harm_now",
  "eating",
  "substance",
  "abuse",
  "abuse_now",
  "violence",
  "third_person",
  "third_person_act",
  "medical",
  /** The writer is younger than eighteen. */
  "minor",
  "help",
  "help_now",
  /** The message breaks off after "I want to", "I don't want to", "I am going to kill". */
  "open_wish",
  "open_refusal",
  "open_killing",
  /** The message begins with what such a half sentence lacks. */
  "begins_dying",
  "begins_living",
  "begins_self",
  /** Known to be harmless. */
  "harmless",
] as const;
export type Cue = (typeof cues)[number];

const className = z.string().regex(/^[a-z][a-z_]*$/, "a class is named with small letters and underscores");
/** Words separated by spaces; `stem*` stands for every word that begins so. */
const words = z.string().regex(/\S/, "no words here");

const familySchema = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z]{2,6}\.[a-z0-9-]+(\.[a-z0-9-]+)*$/, "an id is written as nb.intent.wish-to-die"),
  cue: z.enum(cues),
  level: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3), z.literal(4)]),
  patterns: z.array(z.string().min(1)).min(1),
  /** With a word of one of these classes near (of all classes in `one+other`), the hit is only a way of speaking. */
  unless: z
    .array(z.string().regex(/^[a-z_]+(\+[a-z_]+)*$/, "classes are named as laugh+trivial"))
    .default([]),
  /** Hits of these cues that share a word with a hit of this family do not count. */
  cancels: z.union([z.literal("all"), z.array(z.enum(cues))]).default([]),
});

/** A family that takes others back; it cancels everything unless it says what. */
const exceptionSchema = familySchema.extend({
  level: z.union([z.literal(0), z.literal(1), z.literal(2)]),
  cancels: z.union([z.literal("all"), z.array(z.enum(cues))]).default("all"),
});

/** Patterns that also occur in harmless sentences: they set no level, the model weighs them with everything else. */
const hintSchema = familySchema.pick({ id: true, cue: true, patterns: true });

const crisisLanguageSchema = z.strictObject({
  /** Two letters, or `common` for what belongs to every language. */
  language: z.string().regex(/^([a-z]{2}|common)$/),
  version: z.number().int().positive(),
  /** When a native speaker and the professional partner last went through it; null: a draft. */
  reviewedOn: z.iso.date().nullable(),
  /** Who knows what it still lacks, and why something stands as it does. */
  note: z.string().optional(),
  words: z.record(className, z.array(words)),
  /** Wider classes that only the model looks at; the same name means the same thing in every language. */
  concepts: z.record(className, z.array(words)).default({}),
  /** Classes whose longer words are also recognised with one slip of the finger. */
  fuzzy: z.array(className).default([]),
  families: z.array(familySchema),
  hints: z.array(hintSchema).default([]),
  /** Idioms and false friends. */
  exceptions: z.array(exceptionSchema).default([]),
  /** What a "not" turns round; a "not" that makes the danger stands in the families. */
  negations: z.array(exceptionSchema).default([]),
});
export type CrisisFamily = z.infer<typeof familySchema>;
export type CrisisLanguage = z.infer<typeof crisisLanguageSchema>;
export type CrisisRules = CrisisLanguage[];

const crisisModelSchema = z.strictObject({
  version: z.number().int().positive(),
  /** Version of the rules whose cues it was trained with. */
  rulesVersion: z.string(),
  /** What one step of a quantised weight is worth. */
  scale: z.number().positive(),
  /** One decision each: is the message at this level or above? `threshold` is the lowest score that says yes. */
  heads: z
    .array(
      z.strictObject({
        level: z.union([z.literal(2), z.literal(3), z.literal(4)]),
        bias: z.number(),
        threshold: z.number(),
      }),
    )
    .min(1),
  /** Into how many buckets the features' names are hashed; a power of two. */
  buckets: z.number().int().positive(),
  /** Base64 of one signed byte a bucket and head: all heads of the first bucket, then of the next. */
  weights: z.base64(),
});
export type CrisisModel = z.infer<typeof crisisModelSchema>;

/** The data files of this folder: `programmes/crisis`, beside this file in the source and in the build alike. */
const folder = join(fileURLToPath(new URL(".", import.meta.url)), "crisis");

/**
 * Reads and checks the rule data of every language.
 * @throws with the file's name and every fault in it
 */
export function readCrisisRules(from: string = folder): CrisisRules {
  const files = readdirSync(from).filter((name) => /^([a-z]{2}|common)\.json$/.test(name));
  return files.sort().map((name) => parse(join(from, name), crisisLanguageSchema));
}

/**
 * Reads and checks the weights of the model.
 * @throws with the file's name and every fault in it
 */
export function readCrisisModel(file: string = join(folder, "model.json")): CrisisModel {
  return parse(file, crisisModelSchema);
}

function parse<T>(file: string, schema: z.ZodType<T>): T {
  const result = schema.safeParse(JSON.parse(readFileSync(file, "utf8")));
  if (!result.success) throw new Error(`${file}:\n${z.prettifyError(result.error)}`);
  return result.data;
}
