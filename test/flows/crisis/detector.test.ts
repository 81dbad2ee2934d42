import { describe, expect, test } from "vitest";
import { createDetector } from "../../../flows/crisis/detector.ts";
import { readCrisisModel, readCrisisRules } from "../../../programmes/crisis.ts";

const rules = readCrisisRules();
const detector = createDetector(rules, readCrisisModel());
const rulesAlone = createDetector(rules, null);

/** As many code points as a message can hold. */
const most = 4096;

function filled(part: string, codePoints = most): string {
  return [...part.repeat(Math.ceil(codePoints / [...part].length))].slice(0, codePoints).join("");
}

/** Texts that make naive matching slow: many beginnings and no end, gaps to try, words that nearly are, no spaces. */
const adversarial: [string, string][] = [
  ["beginnings of patterns without an end", "i want to i dont want to i am going to "],
  ["words of every language", "jeg vil ikke hocu da nem akarok i want "],
  ["signs and nothing else", "kill myself tonight pills bridge goodbye "],
  ["one word without end", "a"],
  ["known words without spaces", "iwanttodie"],
  ["words with a slip", "suicdie selvmrod samoubistv ongyilkso "],
  ["spelled out", "d i e "],
  ["digits and stars", "su1c1d3 k*ll m*s*lf "],
  ["emoji", "💊🔪"],
  ["marks and no letters", "e\u0301\u0301\u0301\u0301"],
  ["Cyrillic", "хоћу да се убијем "],
];

/** In milliseconds. */
function timeOf(work: () => unknown): number {
  const start = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - start) / 1e6;
}

/**
 * How much longer the second takes. Of several measurements in turns the shortest, and of several such comparisons the
 * smallest: a busy machine only adds, and work that is not linear stays so in all of them.
 */
function timesLonger(first: () => unknown, second: () => unknown): number {
  let smallest = Number.POSITIVE_INFINITY;
  for (let comparison = 0; comparison < 5 && smallest >= 2.2; comparison++) {
    const measured = Array.from({ length: 12 }, () => [timeOf(first), timeOf(second)] as const);
    const shortest = (which: 0 | 1) => Math.min(...measured.map((pair) => pair[which]));
    smallest = Math.min(smallest, shortest(1) / shortest(0));
  }
  return smallest;
}

describe("work", () => {
  test.each(adversarial)("is linear in the length: %s", (_what, part) => {
    const half = filled(part, most / 4);
    const whole = filled(part, most / 2);
    const ratio = timesLonger(
      () => detector.assess(half, []),
      () => detector.assess(whole, []),
    );
    expect(ratio).toBeLessThan(2.5);
  });
});

describe("a text that is longer than a message can be", () => {
  const chatter = "we had a nice day at the lake and then some cake ";

  test("is read to its end", () => {
    expect(detector.assess(filled(chatter, 3 * most), []).level).toBe(0);
    const text = `${filled(chatter, 3 * most)} i want to kill myself`;
    expect(detector.assess(text, []).level).toBeGreaterThanOrEqual(3);
  });

  test("is put together from what stands far apart", () => {
    const text = `i want to kill myself. ${filled(chatter, 2 * most)} tonight`;
    expect(rulesAlone.assess(text, []).level).toBe(4);
    expect(rulesAlone.assess(`i want to kill myself. ${filled(chatter, 2 * most)}`, []).level).toBe(3);
  });

  test("is cut between words, and never inside one of the two halves of an emoji", () => {
    for (let before = most - 40; before < most; before += 3) {
      const text = `${filled(chatter, before)} i want to kill myself ${filled(chatter, 200)}`;
      expect(rulesAlone.assess(text, []).level).toBe(3);
    }
    expect(() => detector.assess(`a${"💊".repeat(3 * most)}`, [])).not.toThrow();
  });
});

describe("the model", () => {
  const model = readCrisisModel();

  test("raises what the rules gave, and never lowers it", () => {
    for (const text of ["I want to kill myself", "hjelp meg", "večeras ću se ubiti", "nem bírom tovább"]) {
      expect(detector.assess(text, []).level).toBeGreaterThanOrEqual(rulesAlone.assess(text, []).level);
    }
    const silent = { ...model, heads: model.heads.map((head) => ({ ...head, bias: -1e6 })) };
    const withSilent = createDetector(rules, silent);
    expect(withSilent.assess("I want to kill myself", []).level).toBe(3);
  });

  test("says so where it raised a level", () => {
    const eager = { ...model, heads: model.heads.map((head) => ({ ...head, bias: 1e6 })) };
    const finding = createDetector(rules, eager).assess("nice weather", []);
    expect(finding).toMatchObject({ level: 4, kind: "self" });
    expect(finding.rules).toEqual(["model.s4", "model.s3", "model.s2"]);
  });

  test("a head alone is not believed where the one below it says no", () => {
    const heads = model.heads.map((head) => ({ ...head, bias: head.level === 4 ? 1e6 : -1e6 }));
    expect(createDetector(rules, { ...model, heads }).assess("nice weather", []).level).toBe(0);
  });

  test("whose weights do not fit is refused at the start", () => {
    expect(() => createDetector(rules, { ...model, buckets: model.buckets / 2 })).toThrow("train it again");
  });

  test("has nothing to say about a message without words", () => {
    expect(detector.explain("... !?", []).opinions).toEqual([]);
    expect(detector.assess("", []).level).toBe(0);
  });
});
