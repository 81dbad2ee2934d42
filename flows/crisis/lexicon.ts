/**
 * All words of the rules in one place: a word of a message → the pattern elements it belongs to. A look-up is bounded
 * by the word's length, which `tokens.ts` bounds; the number of rules does not matter.
 */
import { skeleton, spellings, unleet } from "./fold.ts";
import type { ElementId } from "./pattern.ts";

type Ids = Set<ElementId>;
const nothing: ReadonlySet<ElementId> = new Set();

/** Words shorter than this are never taken for a misspelt other one. */
const shortestFuzzy = 6;
const shortestGlued = 7;

/** One kind of spelling, with whole words and beginnings. */
class Shelf {
  private readonly whole = new Map<string, Ids>();
  private readonly stems = new Map<string, Ids>();
  private longestStem = 0;

  add(form: string, isStem: boolean, id: ElementId): void {
    const shelf = isStem ? this.stems : this.whole;
    if (isStem) this.longestStem = Math.max(this.longestStem, form.length);
    const ids = shelf.get(form);
    if (ids) ids.add(id);
    else shelf.set(form, new Set([id]));
  }

  hasWhole(form: string): boolean {
    return this.whole.has(form);
  }

  find(word: string): ReadonlySet<ElementId> {
    const found: Ids[] = [];
    const exact = this.whole.get(word);
    if (exact) found.push(exact);
    const longest = Math.min(word.length, this.longestStem);
    for (let length = 2; length <= longest; length++) {
      const ids = this.stems.get(word.slice(0, length));
      if (ids) found.push(ids);
    }
    const [first] = found;
    if (!first) return nothing;
    return found.length === 1 ? first : new Set(found.flatMap((ids) => [...ids]));
  }
}

export class Lexicon {
  private readonly plain = new Shelf();
  private readonly skeletons = new Shelf();
  /** A form with one letter left out → the forms it came from. */
  private readonly slips = new Map<string, { form: string; isStem: boolean }[]>();
  private readonly slipInitials = new Set<string>();
  private longestSlip = 0;
  private readonly numbers: Ids = new Set();

  /** Adds words of the rules, as they are written there: `ord`, `stamme*`. */
  add(words: Iterable<string>, id: ElementId): void {
    for (const word of words) {
      const isStem = word.endsWith("*");
      for (const form of spellings(isStem ? word.slice(0, -1) : word)) {
        this.plain.add(form, isStem, id);
        this.skeletons.add(skeleton(form), isStem, id);
      }
    }
  }

  /** This element also accepts whatever is written in digits. */
  addNumbers(id: ElementId): void {
    this.numbers.add(id);
  }

  /** From now on these words are recognised with one slip of the finger, where they are long enough. */
  allowSlips(words: Iterable<string>): void {
    for (const word of words) {
      const isStem = word.endsWith("*");
      for (const form of spellings(isStem ? word.slice(0, -1) : word)) {
        if (form.length < shortestFuzzy) continue;
        this.slipInitials.add(form.slice(0, 1));
        this.longestSlip = Math.max(this.longestSlip, form.length + 1);
        for (const shorter of [form, ...withOneLeftOut(form)]) {
          const forms = this.slips.get(shorter);
          if (forms) forms.push({ form, isStem });
          else this.slips.set(shorter, [{ form, isStem }]);
        }
      }
    }
  }

  /** The elements a word belongs to: as it stands, then with digits read as letters, doubled letters, a slip. */
  find(word: string): ReadonlySet<ElementId> {
    if (/^\p{N}+$/u.test(word)) return new Set([...this.numbers, ...this.plain.find(word)]);
    const asItStands = this.plain.find(word);
    if (asItStands.size > 0) return asItStands;
    const read = unleet(word);
    if (read) {
      const asRead = this.plain.find(read);
      if (asRead.size > 0) return asRead;
    }
    if (word.includes("*")) return this.findStarred(word);
    const drawnTogether = this.skeletons.find(skeleton(word));
    if (drawnTogether.size > 0) return drawnTogether;
    return this.findSlipped(word);
  }

  /**
   * Words written without spaces between them ("iwanttodie"), as the words they are made of; null when the word is
   * not made of known ones alone.
   */
  unglue(word: string): string[] | null {
    if (word.length < shortestGlued) return null;
    const longest = 14;
    /** The fewest words that the first n letters are made of. */
    const best: (string[] | null)[] = [[]];
    for (let end = 1; end <= word.length; end++) {
      let fewest: string[] | null = null;
      for (let start = Math.max(0, end - longest); start < end; start++) {
        const before = best[start];
        if (!before || (fewest && before.length + 1 >= fewest.length)) continue;
        const last = word.slice(start, end);
        if (last.length === 1 && !(last === "i" && start === 0)) continue;
        if (this.plain.hasWhole(last)) fewest = [...before, last];
      }
      best[end] = fewest;
    }
    const words = best[word.length];
    return words && words.length >= 2 ? words : null;
  }

  private findStarred(word: string): ReadonlySet<ElementId> {
    for (const vowel of "aeiouy") {
      const found = this.plain.find(word.replaceAll("*", vowel));
      if (found.size > 0) return found;
    }
    return this.findSlipped(word.replaceAll("*", ""));
  }

  private findSlipped(word: string): ReadonlySet<ElementId> {
    if (word.length < shortestFuzzy - 1 || !this.slipInitials.has(word.slice(0, 1))) return nothing;
    // Longer beginnings first, so that a whole word wins over a stem that happens to begin alike.
    for (let length = Math.min(word.length, this.longestSlip); length >= shortestFuzzy - 1; length--) {
      const beginning = word.slice(0, length);
      for (const shorter of [beginning, ...withOneLeftOut(beginning)]) {
        for (const { form, isStem } of this.slips.get(shorter) ?? []) {
          if ((isStem || length === word.length) && isOneSlip(beginning, form)) return this.plain.find(form);
        }
      }
    }
    return nothing;
  }
}

function withOneLeftOut(word: string): string[] {
  const shorter: string[] = [];
  for (let at = 1; at < word.length; at++) shorter.push(word.slice(0, at) + word.slice(at + 1));
  return shorter;
}

/** One letter missing, too many, wrong, or two neighbours swapped; the first letter is right. */
function isOneSlip(typed: string, meant: string): boolean {
  let at = 0;
  while (at < typed.length && at < meant.length && typed[at] === meant[at]) at++;
  const restTyped = typed.slice(at);
  const restMeant = meant.slice(at);
  return (
    restTyped === restMeant ||
    restTyped.slice(1) === restMeant ||
    restTyped === restMeant.slice(1) ||
    restTyped.slice(1) === restMeant.slice(1) ||
    (restTyped[0] === restMeant[1] &&
      restTyped[1] === restMeant[0] &&
      restTyped.slice(2) === restMeant.slice(2))
  );
}
