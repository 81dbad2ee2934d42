import { describe, expect, test } from "vitest";
import type { EarlierFinding, Level } from "../../../flows/crisis/finding.ts";
import { judge } from "../../../flows/crisis/judge.ts";
import type { Hit } from "../../../flows/crisis/rules.ts";
import type { Cue } from "../../../programmes/crisis.ts";

function hit(cue: Cue, level: Level, from = 0, more: Partial<Hit> = {}): Hit {
  return {
    rule: `en.${cue}`,
    cue,
    level,
    pattern: cue,
    from,
    to: from + 1,
    cancelledBy: null,
    isHint: false,
    ...more,
  };
}

const earlier = (level: Level, ...cues: Cue[]): EarlierFinding => ({ level, cues });

describe("signs in one message", () => {
  test("none is nothing, and the writer's own", () => {
    expect(judge([], [])).toEqual({ level: 0, kind: "self", rules: [], cues: [] });
  });

  test("the strongest decides the level and the kind, and all are named", () => {
    const judgement = judge([hit("despair", 1), hit("abuse_now", 3, 4), hit("passive", 2, 8)], []);
    expect(judgement).toMatchObject({ level: 3, kind: "abuse" });
    expect(judgement.rules).toEqual(["en.abuse_now", "en.passive", "en.despair"]);
  });

  test("of two of one level the writer's own life comes before somebody else's", () => {
    expect(judge([hit("third_person", 3), hit("intent", 3, 5)], []).kind).toBe("self");
    expect(judge([hit("intent", 3), hit("act", 4, 5), hit("medical", 4, 9)], []).kind).toBe("medical");
  });

  test("what was taken back and what is only a hint do not count", () => {
    const hits = [hit("intent", 3, 0, { cancelledBy: "en.idiom" }), hit("act", 4, 2, { isHint: true })];
    expect(judge(hits, [])).toMatchObject({ level: 0, cues: [] });
  });

  test.each<[Cue, Cue, Level]>([
    ["intent", "time", 4],
    ["intent", "plan", 4],
    ["intent", "goodbye", 4],
    ["method", "now", 4],
    ["goodbye", "means", 4],
    ["violence", "means", 4],
    ["third_person", "method", 4],
    ["passive", "parting", 3],
    ["past_attempt", "passive", 3],
    ["minor", "self_harm", 3],
    ["hyperbole", "passive", 2],
  ])("%s beside %s is level %i", (one, other, level) => {
    const alone: Level = 1;
    expect(judge([hit(one, alone), hit(other, 0, 5)], []).level).toBe(level);
    expect(judge([hit(one, alone)], []).level).toBe(alone);
  });

  test("means and a time belong together only where they stand near each other", () => {
    expect(judge([hit("means", 0), hit("time", 0, 30)], []).level).toBe(3);
    expect(judge([hit("means", 0), hit("time", 0, 300)], []).level).toBe(0);
  });

  test("a short word for a time counts only in a language in which something else is said", () => {
    const serbianNow = hit("time", 0, 3, { rule: "sr.time" });
    const english = hit("intent", 3);
    expect(judge([english, serbianNow], []).level).toBe(3);
    expect(judge([hit("intent", 3, 0, { rule: "sr.intent" }), serbianNow], []).level).toBe(4);
  });
});

describe("signs over the last few messages", () => {
  test("half of what it takes stood in an earlier one", () => {
    expect(judge([hit("time", 0)], [earlier(3, "intent")]).level).toBe(4);
    expect(judge([hit("intent", 3)], [earlier(0, "means")]).level).toBe(4);
  });

  test("now means the message in which it stands", () => {
    const first = judge([hit("now", 0)], []);
    expect(judge([hit("self_harm", 2)], [first]).level).toBe(2);
    expect(judge([hit("now", 0)], [earlier(2, "self_harm")]).level).toBe(0);
    expect(judge([hit("now", 0, 1), hit("self_harm", 2, 3)], []).level).toBe(3);
  });

  test.each<[Cue, Cue]>([
    ["open_wish", "begins_dying"],
    ["open_refusal", "begins_living"],
    ["open_killing", "begins_self"],
  ])("a sentence broken over two messages: %s, %s", (first, second) => {
    expect(judge([hit(second, 0)], [earlier(0, first)]).level).toBe(3);
    expect(judge([hit(second, 0)], []).level).toBe(0);
  });

  test("to deny it after a sign is a concern, and to deny it alone is not", () => {
    expect(judge([hit("negated", 1)], [earlier(3, "intent")]).level).toBe(2);
    expect(judge([hit("negated", 1)], [earlier(1, "despair")]).level).toBe(1);
  });

  test("a way of speaking that comes again is a concern", () => {
    expect(judge([hit("hyperbole", 1)], [earlier(1, "hyperbole")]).level).toBe(2);
  });
});
