/**
 * The linear model beside the rules: it knows turns of phrase that no rule spells out. Each feature of a word
 * (`features.ts`) adds its weight, for better or worse; a stretch of words speaks of danger when the sum, in
 * proportion to how much there was to see, passes the threshold of a level.
 */
import type { CrisisModel } from "../../programmes/crisis.ts";
import { featuresOf } from "./features.ts";
import type { Reading } from "./rules.ts";

/** What the model can raise a message to. */
export type ModelLevel = CrisisModel["heads"][number]["level"];

/** A stretch of a message: from its first word to before `to`. */
export interface Stretch {
  from: number;
  to: number;
}

/** The stretch of a message that speaks most for a level. At `margin` 0 or more it is enough. */
export interface Opinion {
  level: ModelLevel;
  margin: number;
  stretch: Stretch;
}

/** What one feature added to an opinion; all of them and the bias, less the threshold, make the margin. */
export interface Weighed {
  feature: string;
  added: number;
}

/** A message of many words is looked at in stretches of so many, one beginning every so many. */
const stretchLength = 24;
const stretchStep = 8;

/** The stretches that are looked at: one for most messages. Their number is linear in the words. */
export function stretchesOf(words: number): Stretch[] {
  const stretches: Stretch[] = [];
  for (let from = 0; from === 0 || from + stretchLength - stretchStep < words; from += stretchStep) {
    stretches.push({ from, to: Math.min(words, from + stretchLength) });
  }
  return stretches;
}

/**
 * The bucket of a feature's name, by FNV-1a and a final mixing. Names that share a bucket share a weight; there are
 * enough buckets for that to be rare among those that matter.
 * @param buckets a power of two
 */
export function bucketOf(feature: string, buckets: number): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < feature.length; at++) {
    hash = Math.imul(hash ^ feature.charCodeAt(at), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) & (buckets - 1);
}

export class Model {
  readonly version: string;
  private readonly data: CrisisModel;
  private readonly weights: Int8Array;

  /** @throws when the weights are not as many as the buckets and heads need */
  constructor(data: CrisisModel) {
    this.version = `${data.version} (${data.rulesVersion})`;
    this.data = data;
    this.weights = Int8Array.from(atob(data.weights), (byte) => byte.charCodeAt(0));
    const { buckets, heads } = data;
    if (buckets & (buckets - 1) || this.weights.length !== buckets * heads.length) {
      throw new Error("crisis model: the weights do not fit the buckets; train it again");
    }
  }

  /** One opinion a level, in the order of the model's heads; none about a message without words. */
  opinions(reading: Reading): Opinion[] {
    if (reading.tokens.length === 0) return [];
    // A message says the same things again; what is known of it need not be worked out twice.
    const known = new Map<string, number>();
    const bucketFor = (name: string): number => {
      const bucket = known.get(name) ?? bucketOf(name, this.data.buckets);
      known.set(name, bucket);
      return bucket;
    };
    const features = featuresOf(reading).map((names) => names.map(bucketFor));
    const stretches = stretchesOf(features.length);
    return this.data.heads.map((head, nth) => {
      const sums = runningSums(features.map((buckets) => this.sumOf(buckets, nth)));
      const counts = runningSums(features.map((buckets) => buckets.length));
      let best: Opinion | null = null;
      for (const stretch of stretches) {
        const sum = between(sums, stretch) / Math.sqrt(between(counts, stretch) || 1);
        const margin = head.bias + sum - head.threshold;
        if (best === null || margin > best.margin) best = { level: head.level, margin, stretch };
      }
      return best ?? { level: head.level, margin: Number.NEGATIVE_INFINITY, stretch: { from: 0, to: 0 } };
    });
  }

  /** The features behind an opinion, the weightiest first, whichever way they speak. */
  weighed(reading: Reading, opinion: Opinion): Weighed[] {
    const nth = this.data.heads.findIndex((head) => head.level === opinion.level);
    const { from, to } = opinion.stretch;
    const features = featuresOf(reading).slice(from, to).flat();
    const added = new Map<string, number>();
    for (const feature of features) {
      const weight = this.sumOf([bucketOf(feature, this.data.buckets)], nth) / Math.sqrt(features.length);
      added.set(feature, (added.get(feature) ?? 0) + weight);
    }
    return [...added]
      .map(([feature, each]) => ({ feature, added: each }))
      .sort((a, b) => Math.abs(b.added) - Math.abs(a.added));
  }

  private sumOf(buckets: readonly number[], head: number): number {
    const { heads, scale } = this.data;
    let steps = 0;
    for (const bucket of buckets) steps += this.weights[bucket * heads.length + head] ?? 0;
    return steps * scale;
  }
}

/** The sums of the first none, one, two … of these. */
function runningSums(values: readonly number[]): number[] {
  const sums = [0];
  let sum = 0;
  for (const value of values) {
    sum += value;
    sums.push(sum);
  }
  return sums;
}

function between(sums: readonly number[], { from, to }: Stretch): number {
  return (sums[to] ?? 0) - (sums[from] ?? 0);
}
