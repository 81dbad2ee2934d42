/**
 * Looks for signs of danger in what a mentee writes. It is a smoke detector: it shows numbers of people who answer
 * and calls a person; it judges nobody. Rules and the model come as data, so that this stays pure.
 */
import type { CrisisModel, CrisisRules } from "../../programmes/crisis.ts";
import type { EarlierFinding, Finding } from "./finding.ts";
import { judge } from "./judge.ts";
import { Model, type Opinion, type Weighed } from "./model.ts";
import { type Reading, RuleBook } from "./rules.ts";

export interface Detector {
  /**
   * One message of a mentee, of any length and in any language; the work is linear in its length.
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
      if (margin < 0 || level <= finding.level) continue;
      finding.level = level;
      finding.rules = [`model.s${level}`, ...finding.rules];
    }
    return finding;
  }

  return {
    assess(text, earlier) {
      const reading = book.read(text);
      return find(reading, weights?.opinions(reading) ?? [], earlier);
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
