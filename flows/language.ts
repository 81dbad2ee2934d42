/**
 * Which of a programme's languages somebody speaks, from the small words that every sentence has. It decides nothing
 * for good: whoever taps a language has chosen it.
 */
import type { Language } from "../programmes/programme.ts";

/** Words that are frequent in one language and mean nothing in the others. */
const words: Record<Language, ReadonlySet<string>> = {
  en: new Set(
    (
      "i im i'm ive i've you your my me we the a an and is are was have has had do does don't dont can't cant not no " +
      "hi hello hey what who how why when this that there here it it's its with need want talk help anyone anybody " +
      "someone somebody please thanks yes feel feeling know think just really of to at from about been would could"
    ).split(" "),
  ),
  nb: new Set(
    (
      "jeg eg æ du deg meg min mitt mine vi dere oss og er var har hadde kan vil skal må ikke ikkje hei heisann hallo " +
      "hva kva hvem kven hvordan korleis hvorfor når dette det den der her noen nokon med trenger treng snakke prate " +
      "hjelp takk ja nei føler veldig bare av til på fra om som så også gjør blir vet veit tror en et ei å at"
    ).split(" "),
  ),
};

/** Letters that none of the other languages writes with. */
const letters: Partial<Record<Language, RegExp>> = { nb: /[æøå]/ };

/** The language that a text is plainly in, among those of the programme; null when it does not show. */
export function languageIn(text: string, among: readonly Language[]): Language | null {
  const lower = text.slice(0, 500).normalize("NFC").toLowerCase().replaceAll("’", "'");
  const spoken = lower.match(/[\p{L}']+/gu) ?? [];
  const scores = among.map((language) => {
    const known = new Set(spoken.filter((word) => words[language].has(word)));
    return { language, score: known.size + (letters[language]?.test(lower) ? 2 : 0) };
  });
  scores.sort((one, other) => other.score - one.score);
  const [best, second] = scores;
  return best && best.score > (second?.score ?? 0) ? best.language : null;
}

/** The programme's language that an app set to `tag` (`en-GB`, `nn`) speaks. */
export function languageOfApp(tag: string | undefined, among: readonly Language[]): Language | null {
  const [spoken = ""] = (tag ?? "").toLowerCase().split(/[-_]/);
  const norwegian = spoken === "no" || spoken === "nn" ? "nb" : spoken;
  return among.find((language) => language === norwegian) ?? null;
}
