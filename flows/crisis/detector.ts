/**
 * Looks for signs of danger in what a mentee writes. It is a smoke detector: it shows numbers of people who answer
 * and calls a person; it judges nobody. Rules and the model come as data, so that this stays pure.
 */
import type { CrisisModel, CrisisRules } from "../../programmes/crisis.ts";
import { type EarlierFinding, type Finding, remembered } from "./finding.ts";
import { judge } from "./judge.ts";
import { Model, type Opinion, type Weighed } from "./model.ts";
import { type Reading, RuleBook } from "./rules.ts";

export interface Detector {
  /**
   * One message of a mentee, in any language. More than 4,096 code points are read in pieces, as messages that follow
   * each other; the work is linear in the length.
   * @param earlier what this gave for the same person's last messages, within `remembered`
   */
  assess(text: string, earlier: readonly EarlierFinding[]): Finding;
}

/** For the people who work on rules and training. */
export interface ExplainingDetector extends Detector {
  /** The same with its reasons. It holds the message's words: never store it. */
  explain(text: string, earlier: readonly EarlierFinding[]): Explanation;
}

export interface Explanation {
  finding: Finding;
  reading: Reading;
  /** Empty without a model. */
  opinions: (Opinion & { weighed: Weighed[] })[];
}

/** What is read at once, as much as a message can hold on any channel; a piece ends with a word that is not longer. */
const longestPiece = 4096;
const longestWord = 64;

/** Longer texts in pieces of about one size, so that nothing goes unread and no last few words are judged alone. */
function piecesOf(text: string): string[] {
  if (text.length <= longestPiece) return [text];
  const size = Math.ceil(text.length / Math.ceil(text.length / (longestPiece - longestWord)));
  const pieces: string[] = [];
  for (let from = 0; from < text.length; ) {
    const least = from + size;
    const space = text.slice(least, least + longestWord).search(/\s/);
    // Not between the two halves of an emoji.
    const halved = (text.codePointAt(least - 1) ?? 0) > 0xffff ? 1 : 0;
    const to = least + (space < 0 ? halved : space);
    pieces.push(text.slice(from, to));
    from = to;
  }
  return pieces;
}

/**
 * @param model raises levels that the rules gave, never lowers one; null: rules alone
 * @throws when the data contradict themselves, so that a fault shows at the start and not in somebody's night
 */
export function createDetector(rules: CrisisRules, model: CrisisModel | null): ExplainingDetector {
  const book = new RuleBook(rules);
  const weights = model && new Model(model);
  const version = `rules ${book.version}; model ${weights?.version ?? "none"}`;

  function find(reading: Reading, opinions: Opinion[], earlier: readonly EarlierFinding[]): Finding {
    const finding: Finding = { ...judge(reading.hits, earlier), version };
    for (const { level, margin } of opinions) {
      // Whoever is at a level is at those below it too: a head alone is not believed.
      if (margin < 0) break;
      if (level <= finding.level) continue;
      finding.level = level;
      finding.rules = [`model.s${level}`, ...finding.rules];
    }
    return finding;
  }

  function assessPiece(text: string, earlier: readonly EarlierFinding[]): Finding {
    const reading = book.read(text);
    return find(reading, weights?.opinions(reading) ?? [], earlier);
  }

  return {
    assess(text, earlier) {
      const [first = "", ...others] = piecesOf(text);
      let strongest = assessPiece(first, earlier);
      const before = [...earlier, strongest];
      for (const piece of others) {
        const finding = assessPiece(piece, before.slice(-remembered.messages));
        before.push(finding);
        const cues = [...new Set([...strongest.cues, ...finding.cues])];
        strongest = { ...(finding.level > strongest.level ? finding : strongest), cues };
      }
      return strongest;
    },
    explain(text, earlier) {
      const reading = book.read(text);
      const opinions = weights?.opinions(reading) ?? [];
      return {
        finding: find(reading, opinions, earlier),
        reading,
        opinions: opinions.map((each) => ({ ...each, weighed: weights?.weighed(reading, each) ?? [] })),
      };
    },
  };
}
