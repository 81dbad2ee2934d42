import { type Document, isDocument, type Value } from "../bson/values.ts";
import { CommandError } from "../errors.ts";
import type { Expression, ExpressionContext, OperatorParser } from "./context.ts";
import { parseExpression } from "./parse.ts";

/** Reads an operator's operands: an array of them, or a single one. */
export function parseOperands(
  name: string,
  operand: Value,
  context: ExpressionContext,
  least: number,
  most: number,
): Expression[] {
  const values = Array.isArray(operand) ? operand : [operand];
  if (least === most && values.length !== least) {
    throw new CommandError(
      16020,
      `Expression ${name} takes exactly ${least} arguments. ${values.length} were passed in.`,
    );
  }
  if (values.length < least || values.length > most) {
    throw new CommandError(
      28667,
      most === Number.POSITIVE_INFINITY
        ? `Expression ${name} takes at least ${least} arguments, but ${values.length} were passed in.`
        : `Expression ${name} takes at least ${least} arguments, and at most ${most}, but ${values.length} were passed in.`,
    );
  }
  return values.map((value) => parseExpression(value, context));
}

/** An operator of one operand. */
export function unary(name: string, apply: (value: Value | undefined) => Value | undefined): OperatorParser {
  return (operand, context) => {
    const [only] = parseOperands(name, operand, context, 1, 1);
    return (scope) => apply(only?.(scope));
  };
}

/** An operator of two operands. */
export function binary(
  name: string,
  apply: (left: Value | undefined, right: Value | undefined) => Value | undefined,
): OperatorParser {
  return (operand, context) => {
    const [left, right] = parseOperands(name, operand, context, 2, 2);
    return (scope) => apply(left?.(scope), right?.(scope));
  };
}

/** An operator of several operands, which are all evaluated. */
export function variadic(
  name: string,
  least: number,
  most: number,
  apply: (values: (Value | undefined)[]) => Value | undefined,
): OperatorParser {
  return (operand, context) => {
    const operands = parseOperands(name, operand, context, least, most);
    return (scope) => apply(operands.map((each) => each(scope)));
  };
}

/** The named operands of an operator: each an expression, or undefined where it was not given. */
export type NamedOperands = ReadonlyMap<string, Expression>;

/** The codes for: not an object, an operand that is not known, an operand that is missing. */
export interface NamedOperandCodes {
  shape: number;
  unknown: number;
  missing: number;
}

/** Reads an operator whose operands have names. */
export function parseNamed(
  name: string,
  operand: Value,
  context: ExpressionContext,
  required: readonly string[],
  optional: readonly string[],
  codes: NamedOperandCodes,
): NamedOperands {
  const document = namedDocument(name, operand, required, optional, codes);
  return new Map([...document].map(([field, value]) => [field, parseExpression(value, context)]));
}

/** The operand of an operator whose operands have names, checked but not yet read as expressions. */
export function namedDocument(
  name: string,
  operand: Value,
  required: readonly string[],
  optional: readonly string[],
  codes: NamedOperandCodes,
): Document {
  if (!isDocument(operand)) {
    throw new CommandError(codes.shape, `${name} only supports an object as its argument`);
  }
  for (const field of operand.keys()) {
    if (!required.includes(field) && !optional.includes(field)) {
      throw new CommandError(codes.unknown, `Unrecognized argument to ${name}: ${field}`);
    }
  }
  for (const field of required) {
    if (!operand.has(field)) throw new CommandError(codes.missing, `Missing '${field}' parameter to ${name}`);
  }
  return operand;
}
