import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readExamples } from "../../commands/crisis-examples.ts";
import { type TrainingMessage, train, written } from "../../commands/train-crisis.ts";
import { createDetector } from "../../flows/crisis/detector.ts";
import { fold } from "../../flows/crisis/fold.ts";
import { readCrisisModel, readCrisisRules } from "../../programmes/crisis.ts";

const rules = readCrisisRules();
const folder = join("programmes", "crisis");

/** A made-up danger that no rule knows, so that only the model can learn it. */
const messages: TrainingMessage[] = Array.from({ length: 40 }, (_, nth): TrainingMessage => {
  const where = ["harbour", "garden", "kitchen", "station"][nth % 4];
  return nth % 2 === 0
    ? { level: 4, text: `the zorblax came to the ${where} ${nth}` }
    : { level: 0, text: `the postman came to the ${where} ${nth}` };
});

describe("npm run crisis:train", () => {
  test("learns what no rule knows, and the same messages give the same bytes", { timeout: 30_000 }, () => {
    const model = train(rules, messages, 7);
    const detector = createDetector(rules, model);
    expect(detector.assess("there is a zorblax in my room", []).level).toBe(4);
    const marginsOf = (text: string) => detector.explain(text, []).opinions.map(({ margin }) => margin);
    const harmless = marginsOf("there is a postman in my room");
    for (const [nth, margin] of marginsOf("there is a zorblax in my room").entries()) {
      expect(margin).toBeGreaterThan(harmless[nth] ?? Number.POSITIVE_INFINITY);
    }
    expect(written(train(rules, messages, 7))).toBe(written(model));
  });

  test("the model that is delivered was trained with the rules that are delivered", () => {
    const { version } = createDetector(rules, null).assess("", []);
    expect(version).toContain(readCrisisModel().rulesVersion);
  });

  test("no message that is measured with was learned from", () => {
    const textsOf = (name: string) => {
      const tables = readdirSync(join(folder, name)).map((file) => join(folder, name, file));
      return tables.flatMap((file) => readExamples(file).map(({ text }) => fold(text)));
    };
    const learned = new Set(textsOf("training"));
    expect(textsOf("testing").filter((text) => learned.has(text))).toEqual([]);
  });
});
