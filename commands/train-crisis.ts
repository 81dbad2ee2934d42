/**
 * `npm run crisis:train`: learns `programmes/crisis/model.json` from the messages in `programmes/crisis/training`.
 * The same messages, rules and Node give the same bytes. What it learned is checked with `npm run crisis -- --file` on
 * messages that it has not seen (`programmes/crisis/testing`).
 */
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { featuresOf } from "../flows/crisis/features.ts";
import type { Level } from "../flows/crisis/finding.ts";
import { bucketOf, type ModelLevel, stretchesOf } from "../flows/crisis/model.ts";
import { RuleBook } from "../flows/crisis/rules.ts";
import { type CrisisModel, type CrisisRules, readCrisisRules } from "../programmes/crisis.ts";
import { readExamples } from "./crisis-examples.ts";

/** What is learned from. */
export interface TrainingMessage {
  level: Level;
  text: string;
}

/**
 * For each level: how large a share of the messages up to `harmless` may be taken for it, by this head alone, when they
 * are not learned from. As a head needs those below it to agree, fewer are in the end. Chosen on the older tables and on `later-*` in
 * `programmes/crisis/testing`, which are neither learned from nor reported as unseen.
 */
const falseAlarms: { level: ModelLevel; harmless: Level; share: number }[] = [
  { level: 2, harmless: 0, share: 0.11 },
  { level: 3, harmless: 0, share: 0.13 },
  { level: 4, harmless: 3, share: 0.065 },
];
/** Parts that take turns in not being learned from, to find the thresholds. Neighbours in a file stay together. */
const parts = 5;
const neighbours = 7;

const buckets = 2 ** 17;
const rounds = 20;
const stepSize = 0.1;
/** How strongly weights are pulled back to nothing. */
const pull = 0.01;
/** How much a message counts that lies one level below the one asked for: people disagree about those. */
const nearMiss = 0.5;
/** How fast each kind of feature is believed, by the first letter of its name. */
const belief: Record<string, number> = { w: 1.5, b: 1, c: 0.5, s: 1, k: 1.5, p: 1, h: 3 };

/** A message as the trainer sees it: for each word the buckets of its features, and how far each is believed. */
interface Sample {
  level: Level;
  part: number;
  words: { buckets: number[]; belief: number[] }[];
}

interface Line {
  weights: Float64Array;
  bias: number;
}

/**
 * Trains a model.
 * @param version of the model, written into every finding that it makes
 */
export function train(
  rules: CrisisRules,
  messages: readonly TrainingMessage[],
  version: number,
): CrisisModel {
  const book = new RuleBook(rules);
  const samples = messages.map((message, at) => sampleOf(book, message, at));
  const lines = falseAlarms.map(({ level, harmless, share }) => {
    const line = learn(samples, level);
    return { level, line, threshold: thresholdOf(samples, level, harmless, share) };
  });
  const largest = lines.reduce((most, { line }) => {
    return line.weights.reduce((sofar, weight) => Math.max(sofar, Math.abs(weight)), most);
  }, 0);
  const scale = rounded(largest / 127) || 1;
  const weights = new Int8Array(buckets * lines.length);
  for (const [nth, { line }] of lines.entries()) {
    for (const [bucket, weight] of line.weights.entries()) {
      weights[bucket * lines.length + nth] = Math.round(weight / scale);
    }
  }
  return {
    version,
    rulesVersion: book.version,
    scale,
    heads: lines.map(({ level, line, threshold }) => {
      return { level, bias: rounded(line.bias), threshold: rounded(threshold) };
    }),
    buckets,
    weights: Buffer.from(weights.buffer).toString("base64"),
  };
}

function sampleOf(book: RuleBook, { level, text }: TrainingMessage, at: number): Sample {
  const words = featuresOf(book.read(text)).map((names) => ({
    buckets: names.map((name) => bucketOf(name, buckets)),
    belief: names.map((name) => belief[name.slice(0, 1)] ?? 1),
  }));
  return { level, words, part: Math.floor(at / neighbours) % parts };
}

/** Logistic regression, message by message in a fixed random order, with a step of its own for every weight. */
function learn(samples: readonly Sample[], level: ModelLevel): Line {
  const weights = new Float64Array(buckets);
  const travelled = new Float64Array(buckets).fill(1e-6);
  let bias = 0;
  let biasTravelled = 1;
  const order = samples.filter((sample) => sample.words.length > 0);
  const random = randomFrom(20261121);
  for (let round = 0; round < rounds; round++) {
    shuffle(order, random);
    for (const sample of order) {
      const { score, stretch, features } = strongestStretch(sample, weights);
      const error = 1 / (1 + Math.exp(-(score + bias))) - (sample.level >= level ? 1 : 0);
      const slope = error * (sample.level === level - 1 ? nearMiss : 1);
      biasTravelled += slope * slope;
      bias -= (stepSize * slope) / Math.sqrt(biasTravelled);
      for (const word of sample.words.slice(stretch.from, stretch.to)) {
        for (const [nth, bucket] of word.buckets.entries()) {
          const weight = weights[bucket] ?? 0;
          const change = slope / Math.sqrt(features) + pull * weight;
          const sofar = (travelled[bucket] ?? 0) + change * change;
          travelled[bucket] = sofar;
          weights[bucket] = weight - (stepSize * (word.belief[nth] ?? 1) * change) / Math.sqrt(sofar);
        }
      }
    }
  }
  return { weights, bias };
}

/** The stretch that speaks most for the level, as the model will look for it. */
function strongestStretch(sample: Sample, weights: Float64Array) {
  let strongest = { score: Number.NEGATIVE_INFINITY, stretch: { from: 0, to: 0 }, features: 1 };
  for (const stretch of stretchesOf(sample.words.length)) {
    let sum = 0;
    let features = 0;
    for (let at = stretch.from; at < stretch.to; at++) {
      const seen = sample.words[at]?.buckets ?? [];
      features += seen.length;
      for (const bucket of seen) sum += weights[bucket] ?? 0;
    }
    const score = sum / Math.sqrt(features || 1);
    if (score > strongest.score) strongest = { score, stretch, features };
  }
  return strongest;
}

/** The lowest score above all but this share of the harmless messages, each scored by lines that never saw it. */
function thresholdOf(
  samples: readonly Sample[],
  level: ModelLevel,
  mostHarmless: Level,
  share: number,
): number {
  const scores: number[] = [];
  for (let part = 0; part < parts; part++) {
    const harmless = samples.filter((sample) => sample.part === part && sample.level <= mostHarmless);
    if (harmless.length === 0) continue;
    const { weights, bias } = learn(
      samples.filter((sample) => sample.part !== part),
      level,
    );
    scores.push(...harmless.map((sample) => strongestStretch(sample, weights).score + bias));
  }
  scores.sort((a, b) => b - a);
  // With nothing harmless to learn from, only what is more likely than not.
  return scores[Math.floor(scores.length * share)] ?? 0;
}

function shuffle(list: unknown[], random: () => number): void {
  for (let last = list.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [list[last], list[other]] = [list[other], list[last]];
  }
}

/** The same numbers from 0 to below 1 every time. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function rounded(value: number): number {
  return Number(value.toPrecision(6));
}

/** All messages of a folder of tables, in the order of the files' names. */
export function readTraining(folder: string): TrainingMessage[] {
  const files = readdirSync(folder).filter((name) => name.endsWith(".tsv"));
  return files.sort().flatMap((name) => {
    return readExamples(join(folder, name)).map(({ expect, text, line }) => {
      if (expect.sign === "=") return { level: expect.level, text };
      throw new Error(
        `${join(folder, name)}:\nline ${line}: a message to learn from has one level, such as S2`,
      );
    });
  });
}

/** What is written to the file: a line a field, so that a change shows which field it is. */
export function written(model: CrisisModel): string {
  return `${JSON.stringify(model, null, 2)}\n`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const folder = join("programmes", "crisis");
  const file = join(folder, "model.json");
  const messages = readTraining(join(folder, "training"));
  writeFileSync(file, written(train(readCrisisRules(folder), messages, 1)));
  console.log(
    `${file}: learned from ${messages.length} messages. Check it: npm run crisis -- --file <table>`,
  );
}
