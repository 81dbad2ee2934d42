/**
 * Which of a programme's languages somebody speaks, from the small words that every sentence has. It decides nothing
 * for good: whoever taps a language has chosen it.
 */
import type { Language } from "../programmes/programme.ts";
import { spellings } from "./crisis/fold.ts";
import { vocabularies } from "./words/vocabularies.ts";

/** Without their marks, very short words are those of another language. */
const shortestUnmarked = 3;

const frequent = new Map<string, ReadonlySet<string>>(
  Object.entries(vocabularies).map(([language, vocabulary]) => {
    const words = vocabulary.frequent.split(" ");
    const unmarked = words.flatMap(spellings).filter(({ length }) => length >= shortestUnmarked);
    return [language, new Set([...words, ...unmarked])];
  }),
);

/** The language that a text is plainly in, among those of the programme; null when it does not show. */
export function languageIn(text: string, among: readonly Language[]): Language | null {
  const lower = text.slice(0, 500).normalize("NFC").toLowerCase().replaceAll("’", "'");
  const spoken = lower.match(/[\p{L}']+/gu) ?? [];
  const scores = among.map((language) => {
    const known = new Set(spoken.filter((word) => frequent.get(language)?.has(word)));
    return { language, score: known.size + (vocabularies[language].letters?.test(lower) ? 2 : 0) };
  });
  scores.sort((one, other) => other.score - one.score);
  const [best, second] = scores;
  return best && best.score > (second?.score ?? 0) ? best.language : null;
}

/** The programme's language that the reader of an app set to `tag` (`en-GB`, `nn`) understands. */
export function languageOfApp(tag: string | undefined, among: readonly Language[]): Language | null {
  const [spoken = ""] = (tag ?? "").toLowerCase().split(/[-_]/);
  return among.find((language) => vocabularies[language].tags.includes(spoken)) ?? null;
}

/** An alphabet that a language can be written in beside its usual, Latin one. */
export type Script = "cyrillic";

/** A word this short, or an address, says nothing of somebody's keyboard. */
const fewestLetters = 4;

/** In which letters a text is written; null when it does not show. */
export function scriptIn(text: string): Script | "latin" | null {
  const words = text.slice(0, 500).replace(/\S+[./@:]\S+/g, "");
  const letters = words.match(/\p{L}/gu)?.length ?? 0;
  if (letters < fewestLetters) return null;
  const cyrillic = words.match(/\p{Script=Cyrillic}/gu)?.length ?? 0;
  return cyrillic * 2 >= letters ? "cyrillic" : "latin";
}
