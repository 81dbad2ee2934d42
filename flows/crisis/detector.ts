/**
 * Looks for signs of danger in what a mentee writes. It is a smoke detector: it shows numbers of people who answer
 * and calls a person; it judges nobody. Rules and the model come as data, so that this stays pure.
 */
import type { CrisisModel, CrisisRules } from "../../programmes/crisis.ts";
import type { EarlierFinding, Finding } from "./finding.ts";
import { judge } from "./judge.ts";
import { RuleBook } from "./rules.ts";

export interface Detector {
  /**
   * One message of a mentee, of any length and in any language; the work is linear in its length.
   * @param earlier what this gave for the same person's last messages, within `remembered`
   */
  assess(text: string, earlier: readonly EarlierFinding[]): Finding;
}

/**
 * @param model raises levels that the rules gave, never lowers one; null: rules alone
 * @throws when the data contradict themselves, so that a fault shows at the start and not in somebody's night
 */
export function createDetector(rules: CrisisRules, model: CrisisModel | null): Detector {
  const book = new RuleBook(rules);
  const version = `rules ${book.version}; model ${model?.version ?? "none"}`;
  return {
    assess(text, earlier) {
      const reading = book.read(text);
      return { ...judge(reading.hits, earlier), version };
    },
  };
}
