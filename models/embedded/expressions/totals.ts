import { gatherAll } from "../aggregate/accumulators.ts";
import type { OperatorParser, Operators } from "./context.ts";
import { parseOperands } from "./operands.ts";

/** An accumulator as an expression: over its operands, or over the array that its only operand is. */
function total(name: string): OperatorParser {
  return (operand, context) => {
    const operands = parseOperands(name, operand, context, 0, Number.POSITIVE_INFINITY);
    return (scope) => {
      const values = operands.map((each) => each(scope));
      const [only] = values;
      return gatherAll(name, values.length === 1 && Array.isArray(only) ? only : values);
    };
  };
}

/** The accumulators that are expressions too. */
export const totalOperators: Operators = {
  $sum: total("$sum"),
  $avg: total("$avg"),
  $min: total("$min"),
  $max: total("$max"),
  $stdDevPop: total("$stdDevPop"),
  $stdDevSamp: total("$stdDevSamp"),
};
