import type { Document, Value } from "../bson/values.ts";

/** What the parsing of expressions needs to know. */
export interface ExpressionContext {
  /** `$$NOW`: one time for the whole command. */
  now: Date;
  /** The values of the variables that the command's `let` names. */
  variables: ReadonlyMap<string, Value>;
  /** Names bound around the expression that is parsed (`$let`, `$map`, …). */
  bound: ReadonlySet<string>;
  /** Filled by the parser: the top-level fields that are read; "" stands for the whole document. */
  reads: Set<string>;
}

/** A variable bound at run time, and those around it. */
export interface Binding {
  name: string;
  value: Value | undefined;
  outer: Binding | null;
}

/** What an expression is evaluated in. */
export interface Scope {
  root: Document;
  variables: Binding | null;
}

/** An expression ready to be evaluated; `undefined` is a missing value. */
export type Expression = (scope: Scope) => Value | undefined;

/** Reads the operand of one operator. */
export type OperatorParser = (operand: Value, context: ExpressionContext) => Expression;

/** Operators by name. */
export type Operators = Readonly<Record<string, OperatorParser>>;

/** A context without variables, as outside of any command's `let`. */
export function expressionContext(
  now: Date,
  variables: ReadonlyMap<string, Value> = new Map(),
): ExpressionContext {
  return { now, variables, bound: new Set(), reads: new Set() };
}
