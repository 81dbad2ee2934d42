/**
 * What the model sees of a message: for every word the features that it adds. They only add up, so the score of any
 * stretch of words is a difference of two sums, and a cue in the middle of a long message is not thinned out.
 */
import type { Reading } from "./rules.ts";

/** Pieces of words of these lengths, with `^` and `$` for the word's edges. */
const shortestPiece = 3;
const longestPiece = 5;
/** Two classes count as a pair when at most this many words stand between them. */
const pairReach = 3;

/** For each word of the message, the names of its features. A name begins with its kind. */
export function featuresOf(reading: Reading): string[][] {
  const features = reading.tokens.map(({ word }, at) => {
    const before = reading.tokens[at - 1]?.word ?? "^";
    const names = [`w:${word}`, `b:${before}_${word}`, ...piecesOf(word), ...classFeatures(reading, at)];
    if (word.length > 5) names.push(`s:${word.slice(0, 5)}`);
    return names;
  });
  for (const hit of reading.hits) {
    if (hit.cancelledBy !== null) continue;
    features[hit.to - 1]?.push(hit.isHint ? `h:~${hit.cue}` : `h:${hit.cue}`);
  }
  return features.map((names) => [...new Set(names)]);
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

function classFeatures(reading: Reading, at: number): string[] {
  const names: string[] = [];
  for (const name of reading.classes[at] ?? []) {
    names.push(`k:${name}`);
    for (let other = Math.max(0, at - pairReach - 1); other < at; other++) {
      for (const earlier of reading.classes[other] ?? []) names.push(`p:${earlier}_${name}`);
    }
  }
  return names;
}
