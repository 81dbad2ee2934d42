/**
 * What the model sees of a message: for every word the features that it adds. They only add up, so the score of any
 * stretch of words is a difference of two sums, and a cue in the middle of a long message is not thinned out.
 */
import type { Cue } from "../../programmes/crisis.ts";
import type { Reading } from "./rules.ts";

/** Pieces of words of these lengths, with `^` and `$` for the word's edges. */
const shortestPiece = 3;
const longestPiece = 5;
/** Two classes count as a pair when at most this many words stand between them. */
const pairReach = 3;

/** Where a rule found one of these it has understood the words better than their sum can. */
const understood: ReadonlySet<Cue> = new Set<Cue>([
  "harmless",
  "hyperbole",
  "negated",
  "bereavement",
  "past_attempt",
  "help",
]);

/**
 * For each word of the message, the names of its features. A name begins with its kind. The words of an idiom or a
 * negation have none but the rule's cue: "I won't kill myself" is not weighed as "kill myself".
 */
export function featuresOf(reading: Reading): string[][] {
  const isUnderstood = wordsUnderstood(reading);
  const pieces = new Map<string, string[]>();
  const features = reading.tokens.map(({ word }, at) => {
    if (isUnderstood[at]) return [];
    const known = pieces.get(word) ?? piecesOf(word);
    pieces.set(word, known);
    const before = isUnderstood[at - 1] ? "~" : (reading.tokens[at - 1]?.word ?? "^");
    const names = [`w:${word}`, `b:${before}_${word}`, ...known, ...classFeatures(reading, at, isUnderstood)];
    if (word.length > 5) names.push(`s:${word.slice(0, 5)}`);
    return names;
  });
  for (const hit of reading.hits) {
    if (hit.cancelledBy !== null) continue;
    if (isUnderstood[hit.to - 1] && !understood.has(hit.cue)) continue;
    features[hit.to - 1]?.push(hit.isHint ? `h:~${hit.cue}` : `h:${hit.cue}`);
  }
  return features.map((names) => [...new Set(names)]);
}

function wordsUnderstood({ tokens, hits }: Reading): boolean[] {
  const isUnderstood = new Array<boolean>(tokens.length).fill(false);
  for (const { cue, from, to, cancelledBy, isHint } of hits) {
    if (isHint) continue;
    // What was taken back is understood as a whole, also where it is longer than the negation.
    if (cancelledBy !== null || understood.has(cue)) isUnderstood.fill(true, from, to);
  }
  return isUnderstood;
}

function piecesOf(word: string): string[] {
  const pieces: string[] = [];
  const edged = `^${word}$`;
  for (let length = shortestPiece; length <= longestPiece; length++) {
    for (let at = 0; at + length <= edged.length; at++) {
      // The whole word is a feature of its own.
      if (length < edged.length) pieces.push(`c:${edged.slice(at, at + length)}`);
    }
  }
  return pieces;
}

function classFeatures(reading: Reading, at: number, isUnderstood: readonly boolean[]): string[] {
  const names: string[] = [];
  for (const name of reading.classes[at] ?? []) {
    names.push(`k:${name}`);
    for (let other = Math.max(0, at - pairReach - 1); other < at; other++) {
      if (isUnderstood[other]) continue;
      for (const earlier of reading.classes[other] ?? []) names.push(`p:${earlier}_${name}`);
    }
  }
  return names;
}
