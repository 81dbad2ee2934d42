/** Signs → one level: each for itself, and what they mean together, within a message and over the last few. */
import type { Cue } from "../../programmes/crisis.ts";
import type { EarlierFinding, FindingKind, Level } from "./finding.ts";
import type { Hit } from "./rules.ts";

export interface Judgement {
  level: Level;
  kind: FindingKind;
  /** Ids of rules, the weightiest first. */
  rules: string[];
  cues: Cue[];
}

interface Together {
  id: string;
  one: Cue[];
  other: Cue[];
  level: Level;
  /** The two stand no further apart than this many words, when they are in one message. */
  within?: number;
}

/** Two signs that mean more than each of them. One of them stands in this message, the other there or just before. */
const together: Together[] = [
  {
    id: "together.intent-imminent",
    one: ["intent"],
    other: ["time", "now", "means", "place", "method", "plan", "parting", "goodbye"],
    level: 4,
  },
  {
    id: "together.method-imminent",
    one: ["method"],
    other: ["time", "now", "plan", "parting", "goodbye"],
    level: 4,
  },
  {
    id: "together.goodbye-imminent",
    one: ["goodbye"],
    other: ["time", "means", "passive", "plan"],
    level: 4,
  },
  { id: "together.violence-imminent", one: ["violence"], other: ["time", "means", "plan"], level: 4 },
  {
    id: "together.third-person-imminent",
    one: ["third_person"],
    other: ["time", "means", "place", "method", "goodbye"],
    level: 4,
  },
  { id: "together.means-and-time", one: ["means"], other: ["time"], level: 3, within: 40 },
  { id: "together.means-and-plan", one: ["means", "parting"], other: ["plan"], level: 3, within: 60 },
  { id: "together.means-and-parting", one: ["means"], other: ["parting"], level: 3, within: 60 },
  {
    id: "together.passive-prepared",
    one: ["passive"],
    other: ["means", "place", "plan", "parting"],
    level: 3,
  },
  {
    id: "together.mention-prepared",
    one: ["mention"],
    other: ["passive", "means", "plan", "time", "parting"],
    level: 3,
  },
  {
    id: "together.attempt-again",
    one: ["past_attempt"],
    other: ["passive", "plan", "means", "time"],
    level: 3,
  },
  { id: "together.self-harm-now", one: ["self_harm"], other: ["now", "time"], level: 3, within: 20 },
  { id: "together.abuse-now", one: ["abuse"], other: ["now", "time"], level: 3, within: 20 },
  {
    id: "together.minor-at-risk",
    one: ["minor"],
    other: ["passive", "self_harm", "abuse", "past_attempt", "mention", "intent"],
    level: 3,
  },
  { id: "together.hyperbole-and-passive", one: ["hyperbole"], other: ["passive"], level: 2 },
];

/** A sentence broken over two messages: the first half came just before, the second half begins this one. */
const halves: { id: string; first: Cue; second: Cue }[] = [
  { id: "together.wish-to-die", first: "open_wish", second: "begins_dying" },
  { id: "together.refusal-to-live", first: "open_refusal", second: "begins_living" },
  { id: "together.killing-oneself", first: "open_killing", second: "begins_self" },
];

const kinds: Partial<Record<Cue, FindingKind>> = {
  medical: "medical",
  third_person: "third_person",
  third_person_act: "third_person",
  violence: "violence",
  abuse: "abuse",
  abuse_now: "abuse",
  help: "help",
  help_now: "help",
};

/** Of two findings of one level the writer's own life comes first; a fixed word for help says least. */
const kindOrder: FindingKind[] = ["medical", "self", "minor", "abuse", "third_person", "violence", "help"];

/** Cues that only mean something in the message in which they stand. */
const fleeting: ReadonlySet<Cue> = new Set<Cue>([
  "now",
  "begins_dying",
  "begins_living",
  "begins_self",
  "harmless",
]);

interface Sign {
  level: Level;
  kind: FindingKind;
  id: string;
}

export function judge(hits: readonly Hit[], earlier: readonly EarlierFinding[]): Judgement {
  const standing = inTheirLanguage(hits.filter((hit) => hit.cancelledBy === null && !hit.isHint));
  const places = new Map<Cue, number[]>();
  for (const { cue, from } of standing) {
    const there = places.get(cue);
    if (there) there.push(from);
    else places.set(cue, [from]);
  }
  const before = new Set(earlier.flatMap((finding) => finding.cues));
  const signs: Sign[] = standing.map(({ rule, cue, level }) => ({
    id: rule,
    level,
    kind: kinds[cue] ?? "self",
  }));
  signs.push(...together.filter((pair) => meets(pair, places, before)).map((pair) => signOf(pair)));
  signs.push(...acrossMessages(places, before, earlier));
  return strongest(
    signs,
    [...places.keys()].filter((cue) => !fleeting.has(cue)),
  );
}

/**
 * "Now" and "today" are short words, and folded they are other words elsewhere: "nå" is Serbian "na", "ma" is
 * Norwegian "må". They only count in a language in which the message says something else; English ones always do.
 */
function inTheirLanguage(hits: Hit[]): Hit[] {
  const spoken = new Set(hits.filter((hit) => !timeCues.has(hit.cue)).map(languageOf));
  return hits.filter((hit) => {
    const language = languageOf(hit);
    return !timeCues.has(hit.cue) || spoken.size === 0 || language === "en" || spoken.has(language);
  });
}

const timeCues: ReadonlySet<Cue> = new Set<Cue>(["now", "time"]);

/** Ids begin with it. */
function languageOf(hit: Hit): string {
  return hit.rule.slice(0, hit.rule.indexOf("."));
}

function signOf(pair: Together): Sign {
  const kind =
    pair.id === "together.minor-at-risk" ? "minor" : pair.one.map((cue) => kinds[cue]).find(Boolean);
  return { id: pair.id, level: pair.level, kind: kind ?? "self" };
}

function meets(pair: Together, places: Map<Cue, number[]>, before: ReadonlySet<Cue>): boolean {
  for (const one of pair.one) {
    for (const other of pair.other) {
      const here = places.get(one);
      const there = places.get(other);
      if (here && there) {
        if (pair.within === undefined || nearest(here, there) <= pair.within) return true;
      } else if ((here && before.has(other)) || (there && before.has(one) && !fleeting.has(other))) {
        return true;
      }
    }
  }
  return false;
}

function acrossMessages(
  places: Map<Cue, number[]>,
  before: ReadonlySet<Cue>,
  earlier: readonly EarlierFinding[],
): Sign[] {
  const signs: Sign[] = halves
    .filter(({ first, second }) => before.has(first) && places.has(second))
    .map(({ id }) => ({ id, level: 3, kind: "self" }));
  if (places.has("negated") && earlier.some((finding) => finding.level >= 2)) {
    signs.push({ id: "together.denied-after-sign", level: 2, kind: "self" });
  }
  if (places.has("hyperbole") && before.has("hyperbole")) {
    signs.push({ id: "together.repeated-hyperbole", level: 2, kind: "self" });
  }
  return signs;
}

/** The smallest distance between two lists of places in order, in one walk. */
function nearest(some: readonly number[], others: readonly number[]): number {
  let smallest = Number.POSITIVE_INFINITY;
  let one = 0;
  let other = 0;
  while (one < some.length && other < others.length) {
    const difference = (some[one] ?? 0) - (others[other] ?? 0);
    smallest = Math.min(smallest, Math.abs(difference));
    if (difference < 0) one++;
    else other++;
  }
  return smallest;
}

function strongest(signs: Sign[], cues: Cue[]): Judgement {
  const ordered = signs
    .filter((sign) => sign.level > 0)
    .sort((a, b) => b.level - a.level || kindOrder.indexOf(a.kind) - kindOrder.indexOf(b.kind));
  const [first] = ordered;
  return {
    level: first?.level ?? 0,
    kind: first?.kind ?? "self",
    rules: [...new Set(ordered.map((sign) => sign.id))],
    cues,
  };
}
