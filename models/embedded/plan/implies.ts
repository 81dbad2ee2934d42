import { compareValues, typeOrder } from "../bson/compare.ts";
import { BsonType, isNumeric, typeOf, type Value } from "../bson/values.ts";
import { And, type Filter, type FilterNode, Leaf } from "../query/filter.ts";
import type { ValueTest } from "../query/path.ts";
import { Comparison, Exists, In, numericTypes, TypeIs } from "../query/predicates.ts";

/** The tests of single paths that every passing document passes; parts of other shapes are left out. */
export function conjuncts(node: FilterNode): Leaf[] {
  if (node instanceof Leaf) return [node];
  return node instanceof And ? node.children.flatMap(conjuncts) : [];
}

/** Whether every document that passes the query's tests is in a partial index of this filter. */
export function impliesPartial(query: readonly Leaf[], partial: Filter): boolean {
  const root = partial.root;
  const wanted = conjuncts(root);
  const whole = root instanceof Leaf || (root instanceof And && root.children.length === wanted.length);
  if (!whole) return false;
  return wanted.every((leaf) =>
    query.some((given) => given.path === leaf.path && implies(given.predicate, leaf.predicate)),
  );
}

function implies(given: ValueTest, wanted: ValueTest): boolean {
  if (given instanceof In) {
    return (
      given.patterns.length === 0 &&
      given.values.length > 0 &&
      given.values.every((value) => equalImplies(value, wanted))
    );
  }
  if (given instanceof Exists) return wanted instanceof Exists;
  if (given instanceof TypeIs) {
    if (wanted instanceof Exists) return true;
    return wanted instanceof TypeIs && [...given.types].every((type) => wanted.types.has(type));
  }
  if (!(given instanceof Comparison)) return false;
  return given.operator === "$eq" ? equalImplies(given.value, wanted) : rangeImplies(given, wanted);
}

function equalImplies(value: Value, wanted: ValueTest): boolean {
  if (typeOrder(value) <= 5) return false;
  if (wanted instanceof Exists) return true;
  if (wanted instanceof TypeIs) return hasAllTypesLike(wanted, value);
  return wanted instanceof Comparison && !Array.isArray(value) && wanted.test(value);
}

/** A value equals values of other types too: 1 is equal to 1.0, a string to a symbol. */
function hasAllTypesLike(wanted: TypeIs, value: Value): boolean {
  if (isNumeric(value)) return numericTypes.every((type) => wanted.types.has(type));
  const type = typeOf(value);
  if (type === BsonType.string) return wanted.types.has(type);
  return !Array.isArray(value) && wanted.types.has(type);
}

function rangeImplies(given: Comparison, wanted: ValueTest): boolean {
  const order = typeOrder(given.value);
  if (order <= 5 || order === 127) return false;
  if (wanted instanceof Exists) return true;
  if (wanted instanceof TypeIs) return hasAllTypesLike(wanted, given.value);
  if (!(wanted instanceof Comparison) || typeOrder(wanted.value) !== order || Array.isArray(given.value))
    return false;
  const side = compareValues(given.value, wanted.value);
  const [from, to] = [given.operator, wanted.operator];
  if (from === "$gt" || from === "$gte") {
    if (to !== "$gt" && to !== "$gte") return false;
    return side > 0 || (side === 0 && (to === "$gte" || from === "$gt"));
  }
  if (to !== "$lt" && to !== "$lte") return false;
  return side < 0 || (side === 0 && (to === "$lte" || from === "$lt"));
}
