import { compareValues, typeOrder } from "../bson/compare.ts";
import { isDocument, isNullish, typeName, type Value } from "../bson/values.ts";
import { CommandError } from "../errors.ts";
import type { Binding, Expression, ExpressionContext, Operators } from "./context.ts";
import { binary, namedDocument, parseOperands, unary } from "./operands.ts";
import { binding, checkVariableName, isTruthy, parseExpression } from "./parse.ts";

/** The order of two values as expressions compare them: a missing value is below null. */
export function compareOperands(left: Value | undefined, right: Value | undefined): number {
  if (left === undefined) return right === undefined ? 0 : 2 - typeOrder(right);
  if (right === undefined) return typeOrder(left) - 2;
  return compareValues(left, right);
}

function comparison(name: string, accept: (order: number) => boolean) {
  return binary(name, (left, right) => accept(compareOperands(left, right)));
}

function parseCondition(operand: Value, context: ExpressionContext): Expression {
  if (!isDocument(operand)) {
    const [test, then, otherwise] = parseOperands("$cond", operand, context, 3, 3);
    return (scope) => (isTruthy(test?.(scope)) ? then?.(scope) : otherwise?.(scope));
  }
  for (const name of operand.keys()) {
    if (!["if", "then", "else"].includes(name)) {
      throw new CommandError(17083, `Unrecognized parameter to $cond: ${name}`);
    }
  }
  const part = (name: string, code: number): Expression => {
    const value = operand.get(name);
    if (value === undefined) throw new CommandError(code, `Missing '${name}' parameter to $cond`);
    return parseExpression(value, context);
  };
  const test = part("if", 17080);
  const then = part("then", 17081);
  const otherwise = part("else", 17082);
  return (scope) => (isTruthy(test(scope)) ? then(scope) : otherwise(scope));
}

function parseSwitch(operand: Value, context: ExpressionContext): Expression {
  if (!isDocument(operand)) {
    throw new CommandError(40060, `$switch requires an object as an argument, found: ${typeName(operand)}`);
  }
  let fallback: Expression | null = null;
  const branches: [Expression, Expression][] = [];
  for (const [name, value] of operand) {
    if (name === "default") {
      fallback = parseExpression(value, context);
    } else if (name === "branches") {
      if (!Array.isArray(value)) throw new CommandError(40061, "$switch expected an array for 'branches'");
      for (const branch of value) branches.push(parseBranch(branch, context));
    } else {
      throw new CommandError(40067, `$switch found an unknown argument: ${name}`);
    }
  }
  if (branches.length === 0) throw new CommandError(40068, "$switch requires at least one branch.");
  return (scope) => {
    for (const [test, then] of branches) if (isTruthy(test(scope))) return then(scope);
    if (fallback) return fallback(scope);
    throw new CommandError(
      40066,
      "$switch could not find a matching branch for an input, and no default was specified.",
    );
  };
}

function parseBranch(branch: Value, context: ExpressionContext): [Expression, Expression] {
  if (!isDocument(branch)) throw new CommandError(40062, "$switch expected each branch to be an object");
  for (const name of branch.keys()) {
    if (name !== "case" && name !== "then") {
      throw new CommandError(40063, `$switch found an unknown argument to a branch: ${name}`);
    }
  }
  const test = branch.get("case");
  const then = branch.get("then");
  if (test === undefined)
    throw new CommandError(40064, "$switch requires each branch have a 'case' expression");
  if (then === undefined)
    throw new CommandError(40065, "$switch requires each branch have a 'then' expression.");
  return [parseExpression(test, context), parseExpression(then, context)];
}

function parseLet(operand: Value, context: ExpressionContext): Expression {
  const codes = { shape: 16874, unknown: 16875, missing: 16876 };
  const document = namedDocument("$let", operand, ["vars", "in"], [], codes);
  const variables = document.get("vars");
  if (!isDocument(variables)) throw new CommandError(16877, "invalid parameter: expected an object (vars)");
  const values: [string, Expression][] = [];
  for (const [name, value] of variables) {
    checkVariableName(name);
    values.push([name, parseExpression(value, context)]);
  }
  const body = parseExpression(document.get("in") ?? null, binding(context, [...variables.keys()]));
  return (scope) => {
    let bound: Binding | null = scope.variables;
    for (const [name, value] of values) bound = { name, value: value(scope), outer: bound };
    return body({ root: scope.root, variables: bound });
  };
}

/** Comparison, boolean and conditional operators, and variables. */
export const logicOperators: Operators = {
  $cmp: binary("$cmp", (left, right) => Math.sign(compareOperands(left, right))),
  $eq: comparison("$eq", (order) => order === 0),
  $ne: comparison("$ne", (order) => order !== 0),
  $gt: comparison("$gt", (order) => order > 0),
  $gte: comparison("$gte", (order) => order >= 0),
  $lt: comparison("$lt", (order) => order < 0),
  $lte: comparison("$lte", (order) => order <= 0),
  $and: (operand, context) => {
    const parts = parseOperands("$and", operand, context, 0, Number.POSITIVE_INFINITY);
    return (scope) => parts.every((part) => isTruthy(part(scope)));
  },
  $or: (operand, context) => {
    const parts = parseOperands("$or", operand, context, 0, Number.POSITIVE_INFINITY);
    return (scope) => parts.some((part) => isTruthy(part(scope)));
  },
  $not: unary("$not", (value) => !isTruthy(value)),
  $cond: parseCondition,
  $ifNull: (operand, context) => {
    const parts = parseOperands("$ifNull", operand, context, 1, Number.POSITIVE_INFINITY);
    if (parts.length < 2) {
      throw new CommandError(1257300, `$ifNull needs at least two arguments, had: ${parts.length}`);
    }
    return (scope) => {
      let value: Value | undefined;
      for (const part of parts) {
        value = part(scope);
        if (!isNullish(value)) return value;
      }
      return value;
    };
  },
  $switch: parseSwitch,
  $let: parseLet,
  $literal: (operand) => () => operand,
};
