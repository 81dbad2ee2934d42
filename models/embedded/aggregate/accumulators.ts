import { Sum } from "../bson/arithmetic.ts";
import { compareValues } from "../bson/compare.ts";
import { divideDecimals } from "../bson/decimal.ts";
import { formatValue } from "../bson/format.ts";
import { encodeKey } from "../bson/keys.ts";
import {
  type Document,
  double,
  isDocument,
  isNullish,
  isNumeric,
  toNumber,
  typeName,
  type Value,
} from "../bson/values.ts";
import { CommandError, unsupported } from "../errors.ts";
import type { Expression, ExpressionContext, Scope } from "../expressions/context.ts";
import { namedDocument } from "../expressions/operands.ts";
import { parseExpression } from "../expressions/parse.ts";
import { parseSortSpecification, type SortKey } from "../query/sort.ts";

/** What gathers the values of one group. */
export interface Accumulator {
  add(scope: Scope): void;
  result(): Value;
  /** About how many bytes it holds. */
  readonly bytes: number;
}

/** Makes an accumulator for each group. */
export type AccumulatorFactory = () => Accumulator;

type Gather = () => { take(value: Value | undefined): void; result(): Value; bytes?: () => number };

function sum(): ReturnType<Gather> {
  const total = new Sum();
  return {
    take: (value) => {
      if (isNumeric(value)) total.add(value);
    },
    result: () => total.total(),
  };
}

function average(): ReturnType<Gather> {
  const total = new Sum();
  let count = 0;
  return {
    take: (value) => {
      if (!isNumeric(value)) return;
      total.add(value);
      count += 1;
    },
    result: () => (count === 0 ? null : total.mean(count, divideDecimals)),
  };
}

function extreme(sign: 1 | -1): Gather {
  return () => {
    let best: Value | undefined;
    return {
      take: (value) => {
        if (value === undefined || isNullish(value)) return;
        if (best === undefined || compareValues(value, best) * sign < 0) best = value;
      },
      result: () => best ?? null,
    };
  };
}

function first(): ReturnType<Gather> {
  let taken = false;
  let kept: Value = null;
  return {
    take: (value) => {
      if (taken) return;
      taken = true;
      kept = value ?? null;
    },
    result: () => kept,
  };
}

function last(): ReturnType<Gather> {
  let kept: Value = null;
  return {
    take: (value) => {
      kept = value ?? null;
    },
    result: () => kept,
  };
}

function sizeOf(value: Value): number {
  return encodeKey(value).length + 16;
}

function push(): ReturnType<Gather> {
  const values: Value[] = [];
  let bytes = 0;
  return {
    take: (value) => {
      if (value === undefined) return;
      values.push(value);
      bytes += sizeOf(value);
    },
    result: () => values,
    bytes: () => bytes,
  };
}

function addToSet(): ReturnType<Gather> {
  const members = new Map<string, Value>();
  let bytes = 0;
  return {
    take: (value) => {
      if (value === undefined) return;
      const key = encodeKey(value).toString("latin1");
      if (members.has(key)) return;
      members.set(key, value);
      bytes += key.length * 2 + 16;
    },
    result: () => [...members.values()],
    bytes: () => bytes,
  };
}

function mergeObjects(): ReturnType<Gather> {
  const merged: Document = new Map();
  return {
    take: (value) => {
      if (isNullish(value)) return;
      if (!isDocument(value)) {
        throw new CommandError(
          40400,
          `$mergeObjects requires object inputs, but input ${formatValue(value)} is of type ${typeName(value)}`,
        );
      }
      for (const [name, field] of value) merged.set(name, field);
    },
    result: () => merged,
  };
}

/** Welford's running deviation; `sample` divides by one less than the count. */
function deviation(sample: boolean): Gather {
  return () => {
    let count = 0;
    let mean = 0;
    let squares = 0;
    return {
      take: (value) => {
        if (!isNumeric(value)) return;
        count += 1;
        const delta = toNumber(value) - mean;
        mean += delta / count;
        squares += delta * (toNumber(value) - mean);
      },
      result: () => {
        const divisor = sample ? count - 1 : count;
        return divisor < 1 ? null : double(Math.sqrt(squares / divisor));
      },
    };
  };
}

const gatherers: Readonly<Record<string, Gather>> = {
  $sum: sum,
  $avg: average,
  $min: extreme(1),
  $max: extreme(-1),
  $first: first,
  $last: last,
  $push: push,
  $addToSet: addToSet,
  $mergeObjects: mergeObjects,
  $stdDevPop: deviation(false),
  $stdDevSamp: deviation(true),
};

function gathering(gather: Gather, expression: Expression): AccumulatorFactory {
  return () => {
    const state = gather();
    return {
      add: (scope) => state.take(expression(scope)),
      result: () => state.result(),
      get bytes() {
        return state.bytes?.() ?? 64;
      },
    };
  };
}

/** Keeps the best values by an order, or the first or last that came. */
function severalOf(name: string, operand: Value, context: ExpressionContext): AccumulatorFactory {
  const document = namedDocument(name, operand, ["n", "input"], [], {
    shape: 5787801,
    unknown: 5787901,
    missing: 5787906,
  });
  const count = countOf(document.get("n") ?? null, context);
  const input = parseExpression(document.get("input") ?? null, context);
  return () => {
    let kept: Value[] = [];
    return {
      add(scope) {
        const value = input(scope);
        if (name === "$firstN") {
          if (kept.length < count) kept.push(value ?? null);
        } else if (name === "$lastN") {
          kept.push(value ?? null);
          if (kept.length > count) kept.shift();
        } else if (value !== undefined && !isNullish(value)) {
          kept = best([...kept, value], count, name === "$minN" ? 1 : -1);
        }
      },
      result: () => kept,
      get bytes() {
        return 64 + kept.length * 64;
      },
    };
  };
}

function best(values: Value[], count: number, sign: number): Value[] {
  return values.sort((a, b) => compareValues(a, b) * sign).slice(0, count);
}

function countOf(value: Value, context: ExpressionContext): number {
  const evaluated = parseExpression(value, context)({ root: new Map(), variables: null });
  if (!isNumeric(evaluated) || !Number.isInteger(toNumber(evaluated))) {
    throw new CommandError(
      5787902,
      `Value for 'n' must be of integral type, but found ${formatValue(evaluated)}`,
    );
  }
  if (toNumber(evaluated) <= 0)
    throw new CommandError(5787908, `'n' must be greater than 0, found ${toNumber(evaluated)}`);
  return toNumber(evaluated);
}

/** `$top`, `$bottom`, `$topN` and `$bottomN`: by a sort order of their own. */
function sortedOf(name: string, operand: Value, context: ExpressionContext): AccumulatorFactory {
  const many = name.endsWith("N");
  const required = many ? ["n", "sortBy", "output"] : ["sortBy", "output"];
  const document = namedDocument(name, operand, required, [], {
    shape: 5788001,
    unknown: 5788002,
    missing: 5788003,
  });
  const count = many ? countOf(document.get("n") ?? null, context) : 1;
  const sortBy = document.get("sortBy");
  if (!isDocument(sortBy)) throw new CommandError(10065, `invalid parameter: expected an object (sortBy)`);
  const sorter = parseSortSpecification(sortBy);
  for (const field of sorter.reads) context.reads.add(field);
  const output = parseExpression(document.get("output") ?? null, context);
  const top = name.startsWith("$top");
  return () => {
    let kept: { key: SortKey; value: Value }[] = [];
    return {
      add(scope) {
        kept.push({ key: sorter.keyOf(scope.root), value: output(scope) ?? null });
        if (kept.length <= count * 2 + 16) return;
        kept = cut(kept);
      },
      result() {
        const values = cut(kept).map(({ value }) => value);
        return many ? values : (values[0] ?? null);
      },
      get bytes() {
        return 64 + kept.length * 128;
      },
    };
    function cut(entries: typeof kept): typeof kept {
      const sorted = [...entries].sort((a, b) => sorter.compare(a.key, b.key));
      return top ? sorted.slice(0, count) : sorted.slice(-count);
    }
  };
}

/** Reads one accumulator of `$group`. */
export function parseAccumulator(
  field: string,
  specification: Value,
  context: ExpressionContext,
): AccumulatorFactory {
  if (!isDocument(specification)) {
    throw new CommandError(40234, `The field '${field}' must be an accumulator object`);
  }
  if (specification.size !== 1) {
    throw new CommandError(40238, `The field '${field}' must specify one accumulator`);
  }
  const [[name, operand] = ["", null]] = specification;
  if (!name.startsWith("$")) {
    throw new CommandError(40234, `The field '${field}' must be an accumulator object`);
  }
  const gather = Object.hasOwn(gatherers, name) ? gatherers[name] : undefined;
  if (gather) {
    if (Array.isArray(operand) && operand.length !== 1) {
      throw new CommandError(40237, `The ${name} accumulator is a unary operator`);
    }
    const [only] = Array.isArray(operand) ? operand : [operand];
    return gathering(gather, parseExpression(only ?? null, context));
  }
  if (name === "$count") {
    if (!isDocument(operand) || operand.size > 0)
      throw new CommandError("TypeMismatch", "$count takes no arguments, i.e. $count:{}");
    return gathering(sum, () => 1);
  }
  if (["$firstN", "$lastN", "$minN", "$maxN"].includes(name)) return severalOf(name, operand, context);
  if (["$top", "$topN", "$bottom", "$bottomN"].includes(name)) return sortedOf(name, operand, context);
  if (["$accumulator", "$median", "$percentile"].includes(name))
    throw unsupported(`the accumulator ${name}`, "BadValue");
  throw new CommandError(15952, `unknown group operator '${name}'`);
}

/** Gathers a list of values in one go, for the operators that `$group` and expressions share. */
export function gatherAll(name: string, values: readonly (Value | undefined)[]): Value {
  const state = gatherers[name]?.();
  for (const value of values) state?.take(value);
  return state?.result() ?? null;
}
