import type { Document, Value } from "../bson/values.ts";
import { And, ElementMatches, ElementPasses, type Filter, type FilterNode, Leaf } from "./filter.ts";
import { anyAtPath, isArrayIndex } from "./path.ts";

/**
 * The place, in the array at a path, of the element by which a document passed a filter: what the positional
 * `$` stands for. -1 where no part of the filter looked into an array.
 */
export function matchedElement(filter: Filter, document: Document, arrayPath: string): number {
  const found = leavesOf(filter.root).map((leaf) => ({ leaf, at: matchedOffset(leaf, document) }));
  const matched = found.filter(({ at }) => at >= 0);
  const here = matched.filter(({ leaf }) => leaf.path === arrayPath || leaf.path.startsWith(`${arrayPath}.`));
  return (here.at(-1) ?? matched.at(-1))?.at ?? -1;
}

function leavesOf(node: FilterNode): Leaf[] {
  if (node instanceof Leaf) return [node];
  return node instanceof And ? node.children.flatMap(leavesOf) : [];
}

function matchedOffset(leaf: Leaf, document: Document): number {
  let value: Value | undefined = document;
  for (let at = 0; at < leaf.parts.length; at++) {
    if (Array.isArray(value)) {
      const part = leaf.parts[at] ?? "";
      if (!isArrayIndex(part)) return offsetInArray(leaf, value, at);
      value = value[Number(part)];
    } else {
      value = value instanceof Map ? value.get(leaf.parts[at] ?? "") : undefined;
    }
  }
  return Array.isArray(value) ? offsetAtEnd(leaf, value) : -1;
}

function offsetInArray(leaf: Leaf, array: Value[], from: number): number {
  return array.findIndex(
    (element) =>
      element instanceof Map && anyAtPath(element, leaf.parts, from, leaf.arrayAtEnd, leaf.predicate),
  );
}

function offsetAtEnd(leaf: Leaf, array: Value[]): number {
  const { predicate } = leaf;
  if (predicate instanceof ElementMatches || predicate instanceof ElementPasses)
    return predicate.firstMatch(array);
  return leaf.arrayAtEnd === "whole" ? -1 : array.findIndex((element) => predicate.test(element));
}
