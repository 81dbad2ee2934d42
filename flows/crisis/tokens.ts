/** Text → the words and emoji that rules and the model see, in order, with the pauses between them. */
import { fold, unstretch } from "./fold.ts";

export interface Token {
  /** Folded, stretched letters drawn together; or one emoji. */
  word: string;
  /** What stands before it: nothing, a pause (comma, line break, dots), or the end of a sentence. */
  pause: "none" | "short" | "full";
}

/** Words longer than this are cut: no language here has them, and work a word stays bounded. */
const longestWord = 64;

const piece = /[\p{L}\p{N}@$€*]+|\p{Extended_Pictographic}|\n|\.+|[^\s\p{L}\p{N}]/gu;
const wordLike = /[\p{L}\p{N}]/u;
const numberAndUnit = /^(\d+)(\p{L}{1,12})$/u;

/** Cuts a text of any length; the work is linear in it. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let pause: Token["pause"] = "none";
  for (const [found] of fold(text).matchAll(piece)) {
    if (wordLike.test(found) || /\p{Extended_Pictographic}/u.test(found)) {
      for (const word of split(found)) {
        tokens.push({ word, pause });
        pause = "none";
      }
    } else {
      pause = longer(pause, found);
    }
  }
  return softenShortSentences(joinSpelledOut(tokens));
}

function split(found: string): string[] {
  const word = unstretch(found.replace(/^\*+|\*+$/g, "")).slice(0, longestWord);
  const [, number, unit] = numberAndUnit.exec(word) ?? [];
  return number && unit ? [number, unit] : [word];
}

function longer(pause: Token["pause"], sign: string): Token["pause"] {
  if (sign === "." || sign === "!" || sign === "?") return "full";
  if (pause === "full") return "full";
  return /^(\n|\.\.+|[,:;()…–—])$/.test(sign) ? "short" : pause;
}

/** "k m s", "d.i.e", "s e l v m o r d": three or more single letters in a row are one word. */
function joinSpelledOut(tokens: Token[]): Token[] {
  const joined: Token[] = [];
  let run: Token[] = [];
  const closeRun = () => {
    const [first] = run;
    if (first && run.length >= 3) {
      const word = unstretch(run.map((token) => token.word).join("")).slice(0, longestWord);
      joined.push({ word, pause: first.pause });
    } else {
      joined.push(...run);
    }
    run = [];
  };
  for (const token of tokens) {
    if (/^\p{L}$/u.test(token.word)) {
      run.push(token);
    } else {
      closeRun();
      joined.push(token);
    }
  }
  closeRun();
  return joined;
}

/** "I. want. to. die." is one sentence: a full stop separates only where both sides have three words or more. */
function softenShortSentences(tokens: Token[]): Token[] {
  const starts = tokens.flatMap((token, at) => (at === 0 || token.pause === "full" ? [at] : []));
  for (const [nth, start] of starts.entries()) {
    if (nth === 0) continue;
    const before = start - (starts[nth - 1] ?? 0);
    const after = (starts[nth + 1] ?? tokens.length) - start;
    const token = tokens[start];
    if (token && (before < 3 || after < 3)) tokens[start] = { word: token.word, pause: "short" };
  }
  return tokens;
}
