/**
 * The small language of the rules, and its matching.
 *
 *   `vil ~3 dø|daue`     words in this order, up to three others between them; `|` stands between alternatives
 *   `selvmord*`          every word that begins so
 *   `<wish>`             a word of that class
 *   `å?`                 may be missing (never the first)
 *   `~3!<I>`             up to three others, none of them of that class
 *   `^` … `$`            the message begins, the message ends here
 *   `/`                  a pause, the end, or a word of the class `clause` follows; also as the last of alternatives
 *
 * A gap never passes the end of a sentence. A pattern looks at no more than thirty words, with one bit each, so the
 * work of a pattern at a place is bounded and matching is linear in the text.
 */

/** What the lexicon numbers: an alternative of words and classes, as it stands in a pattern. */
export type ElementId = number;

export type Step =
  | { step: "word"; element: ElementId; optional: boolean; orClauseEnd: boolean }
  | { step: "gap"; most: number; without: ElementId | null }
  | { step: "end" }
  | { step: "clause_end" };

export interface Pattern {
  source: string;
  /** Only at the beginning of the message. */
  fromStart: boolean;
  first: ElementId;
  rest: Step[];
}

/** The words of a message as patterns see them. */
export interface Words {
  length: number;
  /** Whether the word at this place is one of the element's. */
  is(at: number, element: ElementId): boolean;
  /** What stands before the word at this place. */
  pause(at: number): "none" | "short" | "full";
  /** Whether a new clause begins with the word at this place. */
  beginsClause(at: number): boolean;
}

const reach = 30;

/** @throws when the pattern makes no sense; the text names it. */
export function parsePattern(source: string, element: (alternatives: string) => ElementId): Pattern {
  const parts = source.trim().split(/\s+/);
  const fromStart = parts[0] === "^";
  if (fromStart) parts.shift();
  const [first, ...rest] = parts.map((part) => parseStep(part, source, element));
  if (first?.step !== "word" || first.optional || first.orClauseEnd) {
    throw new Error(`pattern "${source}": it must begin with a word that is always there`);
  }
  return { source, fromStart, first: first.element, rest };
}

function parseStep(part: string, source: string, element: (alternatives: string) => ElementId): Step {
  if (part === "$") return { step: "end" };
  if (part === "/") return { step: "clause_end" };
  const gap = /^~(\d{1,2})(?:!(.+))?$/.exec(part);
  if (gap) {
    const [, most, without] = gap;
    return { step: "gap", most: Number(most), without: without ? element(without) : null };
  }
  const orClauseEnd = part.endsWith("|/");
  const optional = part.endsWith("?");
  const alternatives = orClauseEnd ? part.slice(0, -2) : optional ? part.slice(0, -1) : part;
  if (/[~^$/?]/.test(alternatives)) throw new Error(`pattern "${source}": "${part}" is not understood`);
  return { step: "word", element: element(alternatives), optional, orClauseEnd };
}

/** Where the shortest match that begins at this place ends (the place after its last word), or null. */
export function matchAt(pattern: Pattern, words: Words, start: number): number | null {
  if (pattern.fromStart && start !== 0) return null;
  if (!words.is(start, pattern.first)) return null;
  // Bit k: the steps so far can end before the word start + k.
  let reached = 0b10;
  for (const step of pattern.rest) {
    reached = advance(step, reached, words, start);
    if (reached === 0) return null;
  }
  return start + lowestBit(reached);
}

function advance(step: Step, reached: number, words: Words, start: number): number {
  switch (step.step) {
    case "word": {
      const next = moved(reached, words, start, (at) => words.is(at, step.element));
      if (step.optional) return reached | next;
      return step.orClauseEnd ? next | atClauseEnd(reached, words, start) : next;
    }
    case "gap": {
      const { without } = step;
      let all = reached;
      let edge = reached;
      for (let skipped = 0; skipped < step.most && edge !== 0; skipped++) {
        edge = moved(edge, words, start, (at) => {
          return words.pause(at) !== "full" && (without === null || !words.is(at, without));
        });
        all |= edge;
      }
      return all;
    }
    case "end":
      return kept(reached, (k) => start + k >= words.length);
    case "clause_end":
      return atClauseEnd(reached, words, start);
  }
}

function atClauseEnd(reached: number, words: Words, start: number): number {
  return kept(reached, (k) => {
    const at = start + k;
    return at >= words.length || words.pause(at) !== "none" || words.beginsClause(at);
  });
}

/** The places one word further, for those reached places whose word is accepted. */
function moved(reached: number, words: Words, start: number, accepts: (at: number) => boolean): number {
  return kept(reached, (k) => k < reach && start + k < words.length && accepts(start + k)) << 1;
}

function kept(reached: number, keep: (k: number) => boolean): number {
  let left = 0;
  for (let bits = reached; bits !== 0; bits &= bits - 1) {
    const k = lowestBit(bits);
    if (keep(k)) left |= 1 << k;
  }
  return left;
}

function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}
