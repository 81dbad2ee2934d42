import { compareValues } from "../bson/compare.ts";
import { formatValue } from "../bson/format.ts";
import { afterPrefix } from "../bson/keys.ts";
import { isDocument, isNumeric, toNumber, type Value } from "../bson/values.ts";
import { CommandError } from "../errors.ts";
import { And, type Filter, Leaf } from "../query/filter.ts";
import { isArrayIndex } from "../query/path.ts";
import type { Sorter } from "../query/sort.ts";
import type { Collection } from "../storage/collection.ts";
import type { Index } from "../storage/index.ts";
import type { KeyRange } from "../storage/storage.ts";
import { boundsOf, type FieldBounds, intersect, keyRanges, pointKeys } from "./bounds.ts";
import { conjuncts, impliesPartial } from "./implies.ts";

/** How the documents of one query are found. */
export interface Plan {
  collection: Collection;
  /** The index whose entries are read; null: the documents themselves, in the order of their insertion. */
  index: Index | null;
  ranges: KeyRange[];
  /** The only keys there can be, of a unique index with every field fixed; then the ranges are not needed. */
  points: Buffer[] | null;
  reverse: boolean;
  /** Whether the documents come in the order that was asked for. */
  sorted: boolean;
  /** Whether every document found passes the filter, so that it need not be asked again. */
  exact: boolean;
}

/** What a hint asks for: an index by name or key pattern, or the natural order. */
export type Hint = Value | undefined;

/** Chooses how to find the documents that pass a filter, in an order if one is asked for. */
export function choosePlan(collection: Collection, filter: Filter, sorter: Sorter | null, hint: Hint): Plan {
  const natural = naturalDirection(hint);
  if (natural !== null) return scanAll(collection, natural < 0, sorter === null, filter.matchesAll);
  const leaves = conjuncts(filter.root);
  if (hint !== undefined) return hintedPlan(collection, filter, leaves, sorter, hint);
  let best: Candidate | null = null;
  for (const index of collection.indexes) {
    const candidate = consider(index, leaves, sorter);
    if (candidate && (best === null || candidate.score > best.score)) best = candidate;
  }
  if (best && best.score > 0) return planOf(collection, filter, leaves, best);
  return scanAll(collection, false, sorter === null, filter.matchesAll);
}

function naturalDirection(hint: Hint): number | null {
  if (!isDocument(hint)) return null;
  const direction = hint.get("$natural");
  return isNumeric(direction) ? toNumber(direction) : null;
}

function scanAll(collection: Collection, reverse: boolean, sorted: boolean, exact: boolean): Plan {
  return {
    collection,
    index: null,
    ranges: [wholeRange(collection.prefix)],
    points: null,
    reverse,
    sorted,
    exact,
  };
}

function wholeRange(prefix: Buffer): KeyRange {
  return { start: prefix, end: afterPrefix(prefix) ?? Buffer.from([0xff]) };
}

function hintedPlan(
  collection: Collection,
  filter: Filter,
  leaves: readonly Leaf[],
  sorter: Sorter | null,
  hint: Value,
): Plan {
  if (typeof hint !== "string" && !isDocument(hint)) {
    throw new CommandError("FailedToParse", "Hint must be a string or an object");
  }
  const index = collection.indexes.find((each) =>
    typeof hint === "string" ? each.name === hint : compareValues(each.keyPattern, hint) === 0,
  );
  if (!index) {
    throw new CommandError(
      "BadValue",
      `error processing query: ns=${collection.namespace}: hint ${formatValue(hint)} :: caused by :: hint provided does not correspond to an existing index`,
    );
  }
  const candidate = consider(index, leaves, sorter) ?? {
    index,
    bounds: [],
    reverse: false,
    sorted: sorter === null,
    score: 0,
  };
  return planOf(collection, filter, leaves, candidate);
}

interface Candidate {
  index: Index;
  bounds: FieldBounds[];
  reverse: boolean;
  sorted: boolean;
  score: number;
}

/** What an index offers a query; null when it may lack documents that pass. */
function consider(index: Index, leaves: readonly Leaf[], sorter: Sorter | null): Candidate | null {
  if (index.partial && !impliesPartial(leaves, index.partial)) return null;
  if (
    index.sparse &&
    !leaves.some((leaf) => index.fields.includes(leaf.path) && !leaf.predicate.test(undefined))
  ) {
    return null;
  }
  // a numeric part names a place in an array or a field, and a filter means both
  if (index.paths.some((path) => path.some(isArrayIndex))) return null;
  const bounds = leadingBounds(index, leaves);
  const direction = sorter ? sortDirection(index, bounds, sorter) : 0;
  return {
    index,
    bounds,
    reverse: direction < 0,
    sorted: !sorter || direction !== 0,
    score: scoreOf(index, bounds, direction),
  };
}

function leadingBounds(index: Index, leaves: readonly Leaf[]): FieldBounds[] {
  const bounds: FieldBounds[] = [];
  let usedArray = false;
  let combinations = 1;
  for (let at = 0; at < index.fields.length; at++) {
    const isArray = index.state.arrays[at] ?? false;
    // two tests of an array may be met by different elements, and so by different entries
    if (isArray && usedArray) break;
    const field = fieldBounds(index.fields[at] ?? "", leaves, isArray);
    if (!field) break;
    if (field.kind === "points") combinations *= Math.max(1, field.keys.length);
    if (combinations > 2000) break;
    bounds.push(field);
    usedArray ||= isArray;
    if (field.kind === "range") break;
  }
  return bounds;
}

function fieldBounds(path: string, leaves: readonly Leaf[], isArray: boolean): FieldBounds | null {
  let result: FieldBounds | null = null;
  for (const leaf of leaves) {
    if (leaf.path !== path) continue;
    const bounds = boundsOf(leaf.predicate);
    if (!bounds) continue;
    if (result === null) result = bounds;
    else if (!isArray) result = intersect(result, bounds);
    else if (result.kind === "range" && bounds.kind === "points") result = bounds;
  }
  return result;
}

/** 1: the entries come in the order asked for; -1: backwards they do; 0: neither. */
function sortDirection(index: Index, bounds: readonly FieldBounds[], sorter: Sorter): number {
  if (index.state.long) return 0;
  let points = 0;
  while (points < bounds.length && isSinglePoint(bounds[points])) points += 1;
  const fixed = new Set(index.fields.filter((_field, at) => at < points && !index.state.arrays[at]));
  const wanted = sorter.fields.map((field, at) => ({ field, descending: sorter.descending[at] ?? false }));
  const open = wanted.filter(({ field }) => !fixed.has(field));
  if (bounds.slice(points).some((field) => field.kind === "points")) {
    if (open.length > 0) return 0;
  }
  const [first] = open;
  if (!first) return 1;
  const direction = first.descending === (index.descending[points] ?? false) ? 1 : -1;
  const matches = open.every(({ field, descending }, at) => {
    const place = points + at;
    if (index.fields[place] !== field || index.state.arrays[place]) return false;
    return (descending === (index.descending[place] ?? false)) === (direction === 1);
  });
  return matches ? direction : 0;
}

function isSinglePoint(bounds: FieldBounds | undefined): boolean {
  return bounds?.kind === "points" && bounds.keys.length === 1;
}

function scoreOf(index: Index, bounds: readonly FieldBounds[], direction: number): number {
  let score = 0;
  for (const field of bounds) {
    if (isSinglePoint(field)) score += 10;
    else if (field.kind === "points") score += 8;
    else score += field.low.length === 1 && field.high.length === 1 ? 1 : 5;
  }
  const allPoints = bounds.length === index.fields.length && bounds.every((field) => field.kind === "points");
  if (index.unique && allPoints) score += 100;
  return score + (direction === 0 ? 0 : 4);
}

function planOf(collection: Collection, filter: Filter, leaves: readonly Leaf[], candidate: Candidate): Plan {
  const { index, bounds, reverse, sorted } = candidate;
  const fixed = index.unique && bounds.length === index.fields.length;
  const points = fixed ? pointKeys(index.prefix, bounds, index.descending) : null;
  return {
    collection,
    index,
    ranges: points ? [] : keyRanges(index.prefix, bounds, index.descending),
    points,
    reverse,
    sorted,
    exact: isExact(index, filter, leaves, bounds),
  };
}

/** Whether the ranges hold just what passes: every test is one of the bounds, and none needs to be asked again. */
function isExact(
  index: Index,
  filter: Filter,
  leaves: readonly Leaf[],
  bounds: readonly FieldBounds[],
): boolean {
  if (filter.matchesAll) return true;
  if (index.multikey || index.state.long) return false;
  const paths = new Set(index.fields.slice(0, bounds.length));
  return (
    onlyLeaves(filter, leaves) &&
    leaves.every((leaf) => paths.has(leaf.path) && boundsOf(leaf.predicate)?.exact === true) &&
    bounds.every((field) => field.exact)
  );
}

/** Whether the filter is nothing but these tests, joined by "and". */
function onlyLeaves(filter: Filter, leaves: readonly Leaf[]): boolean {
  const { root } = filter;
  if (root instanceof Leaf) return true;
  return (
    root instanceof And && root.children.every((child) => child instanceof Leaf && leaves.includes(child))
  );
}
