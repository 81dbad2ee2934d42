/** What detection promises whatever the words: the same answer each time, in linear time, over several messages. */
import { describe, expect, test } from "vitest";
import { createDetector } from "../../../flows/crisis/detector.ts";
import type { EarlierFinding } from "../../../flows/crisis/finding.ts";
import { readCrisisModel, readCrisisRules } from "../../../programmes/crisis.ts";

const rules = readCrisisRules();
const model = readCrisisModel();
const detector = createDetector(rules, model);
const levelOf = (text: string) => detector.assess(text, []).level;

describe("words as they are typed", () => {
  test.each([
    ["stretched", "i want to diiiiie"],
    ["spelled with blanks", "i want to d i e"],
    ["spelled with dots", "k.m.s"],
    ["with digits for letters", "i am su1c1dal, i want to d1e"],
    ["with invisible characters between", "i want to d\u200Bi\u200De"],
    ["in letters of full width", "ｉ ｗａｎｔ ｔｏ ｄｉｅ"],
    ["in mathematical letters", "𝗶 𝘄𝗮𝗻𝘁 𝘁𝗼 𝗱𝗶𝗲"],
    ["decomposed", "jeg vil do\u0308 na\u030A, jeg vil dø nå"],
    ["in Cyrillic", "Хоћу да се убијем"],
    ["without accents", "meg akarok halni"],
    ["in capitals with marks", "¡¡I WANT TO DIE!!!"],
    ["far down in a long message", `${"school was ok today and then we ate. ".repeat(60)}i want to die`],
  ])("%s are found", (_how, text) => {
    expect(levelOf(text)).toBeGreaterThanOrEqual(3);
  });

  test.each([
    ["a mark at the edge of a word is no word", "dødstrøtt, men det går bra"],
    ["a distance is no abbreviation", "i ran 5 kms today"],
    ["a fixed phrase", "vi tar livet med ro"],
    ["nothing at all", ""],
    ["signs alone", "?!… 😂😂"],
  ])("%s", (_what, text) => {
    expect(levelOf(text)).toBeLessThan(2);
  });
});

describe("over several messages", () => {
  const said = (...texts: string[]) => {
    const earlier: EarlierFinding[] = [];
    let level = 0;
    for (const text of texts) {
      const finding = detector.assess(text, earlier);
      earlier.push(finding);
      level = finding.level;
    }
    return level;
  };

  test("a wish and a means make an imminent danger, in one message or in two", () => {
    expect(said("i want to die")).toBe(3);
    expect(said("i want to die", "there is a bottle of pills here")).toBe(4);
    expect(said("there is a bottle of pills here", "i want to die")).toBe(4);
  });

  test("a harmless message after it stays harmless by itself", () => {
    expect(said("i want to die", "ok thanks")).toBeLessThan(3);
  });
});

describe("whatever is written", () => {
  const alphabet = [
    "i ",
    "want ",
    "to ",
    "die ",
    "not ",
    "a",
    "'",
    "\u0301",
    "👩‍👩‍👧 ",
    "1",
    "k.",
    "жи",
    "ø",
    "\n",
  ];
  /** Pseudo-random, so that a fault comes again. */
  const noise = (seed: number, length: number) => {
    let state = seed;
    let text = "";
    while (text.length < length) {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      text += alphabet[state % alphabet.length];
    }
    return text.slice(0, length);
  };

  test("the answer is the same each time, and from a detector made anew", () => {
    const again = createDetector(readCrisisRules(), readCrisisModel());
    for (let seed = 1; seed <= 200; seed += 1) {
      const text = noise(seed, 30 + seed);
      expect(again.assess(text, [])).toEqual(detector.assess(text, []));
    }
  });

  test("a finding holds no word of the message", () => {
    const text = "i want to die zxqv-marker tonight with the pills";
    expect(JSON.stringify(detector.assess(text, []))).not.toContain("zxqv");
  });

  const shapes: [string, (length: number) => string][] = [
    ["one letter", (length) => "a".repeat(length)],
    ["one word again and again", (length) => "die ".repeat(length / 4)],
    ["the beginnings of a pattern", (length) => "i want to ".repeat(length / 10)],
    ["negations", (length) => "not ikke ne nem ".repeat(length / 16)],
    ["single letters", (length) => "k m s ".repeat(length / 6)],
    ["marks", (length) => "e\u0301\u0302".repeat(length / 3)],
    ["digits for letters", (length) => "d1e su1c1de ".repeat(length / 12)],
    ["cues of everything", (length) => "pills tonight goodbye want die cut bridge ".repeat(length / 42)],
    ["noise", (length) => noise(7, length)],
  ];

  test.each(shapes)("takes at most two and a half times as long for twice the length: %s", (_name, shape) => {
    const [short, long] = [shape(2016), shape(4032)];
    const took = (text: string): number => {
      const started = process.hrtime.bigint();
      for (let n = 0; n < 3; n += 1) detector.assess(text, []);
      return Number(process.hrtime.bigint() - started);
    };
    // The machine may be busy: what took least is nearest to what the work itself needs, and one calm round is enough.
    let ratio = Number.POSITIVE_INFINITY;
    for (let round = 0; round < 30 && ratio >= 2.5; round += 1) {
      const pairs = Array.from({ length: 5 }, () => [took(short), took(long)] as const);
      ratio = Math.min(...pairs.map(([, slow]) => slow)) / Math.min(...pairs.map(([quick]) => quick));
    }
    expect(ratio).toBeLessThan(2.5);
  });

  test("a message of any length is answered, and danger at its beginning or its end is seen", () => {
    const filler = "and then nothing happened ".repeat(2000);
    expect(levelOf(`i want to die. ${filler}`)).toBeGreaterThanOrEqual(3);
    expect(levelOf(`${filler} i want to die`)).toBeGreaterThanOrEqual(3);
  });
});
