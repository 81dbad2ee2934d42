import { type Document, isDocument, typeName, type Value } from "../bson/values.ts";
import { CommandError, unsupported } from "../errors.ts";
import type { ExpressionContext } from "../expressions/context.ts";
import { checkedPath, checkVariableName, parseExpression, valueAtPath } from "../expressions/parse.ts";
import { choosePlan } from "../plan/plan.ts";
import { decoded, type Pace, Search, type Work } from "../plan/read.ts";
import { Filter, Leaf } from "../query/filter.ts";
import { Comparison, In } from "../query/predicates.ts";
import type { Collection } from "../storage/collection.ts";
import { openStages, type PipelineSource, parsePipeline } from "./pipeline.ts";
import type { DocumentStream, Stage } from "./stages.ts";
import { withValue } from "./with-value.ts";

interface Lookup {
  from: string;
  as: readonly string[];
  localField: readonly string[] | null;
  foreignField: string | null;
  variables: [string, ReturnType<typeof parseExpression>][];
  pipeline: readonly Value[] | null;
}

/** `$lookup`: joins the documents of another collection, found by an index where there is one. */
export function parseLookup(value: Value, source: PipelineSource, context: ExpressionContext): Stage {
  const lookup = readLookup(value, context);
  if (lookup.localField) context.reads.add(lookup.localField[0] ?? "");
  // read once with the variables unbound, so that a faulty pipeline is refused before any document is read
  if (lookup.pipeline) parsePipeline(lookup.pipeline, source, withVariables(lookup, context, null));
  return { kind: "other", closed: false, open: (documents) => joining(documents, lookup, source, context) };
}

function readLookup(value: Value, context: ExpressionContext): Lookup {
  if (!isDocument(value)) {
    throw new CommandError(
      "FailedToParse",
      `the $lookup specification must be an Object, but found ${typeName(value)}`,
    );
  }
  const known = ["from", "as", "localField", "foreignField", "let", "pipeline"];
  for (const name of value.keys()) {
    if (!known.includes(name))
      throw new CommandError("FailedToParse", `unknown argument to $lookup: ${name}`);
  }
  const text = (name: string): string | null => {
    const field = value.get(name);
    if (field === undefined) return null;
    if (name === "from" && isDocument(field))
      throw unsupported("$lookup from another database", "FailedToParse");
    if (typeof field !== "string") {
      throw new CommandError(
        "FailedToParse",
        `$lookup argument '${name}' must be a string, found ${name}: of type ${typeName(field)}`,
      );
    }
    return field;
  };
  const pipeline = value.get("pipeline");
  if (pipeline !== undefined && !Array.isArray(pipeline)) {
    throw new CommandError("TypeMismatch", "'pipeline' option must be specified as an array");
  }
  const localField = text("localField");
  const foreignField = text("foreignField");
  const from = text("from");
  const as = text("as");
  if (as === null) throw new CommandError("FailedToParse", "must specify 'as' field for a $lookup");
  if (from === null) throw new CommandError("FailedToParse", "must specify 'pipeline' when 'from' is empty");
  if ((localField === null) !== (foreignField === null)) {
    throw new CommandError(
      "FailedToParse",
      "$lookup requires both or neither of 'localField' and 'foreignField' to be specified",
    );
  }
  if (localField === null && pipeline === undefined) {
    throw new CommandError(
      "FailedToParse",
      "$lookup requires either 'pipeline' or both 'localField' and 'foreignField' to be specified",
    );
  }
  return {
    from,
    as: checkedPath(as),
    localField: localField === null ? null : checkedPath(localField),
    foreignField: foreignField === null ? null : checkedPath(foreignField).join("."),
    variables: readVariables(value.get("let"), pipeline !== undefined, context),
    pipeline: pipeline ?? null,
  };
}

function readVariables(
  value: Value | undefined,
  hasPipeline: boolean,
  context: ExpressionContext,
): [string, ReturnType<typeof parseExpression>][] {
  if (value === undefined) return [];
  if (!hasPipeline)
    throw new CommandError("FailedToParse", "$lookup with a 'let' argument must also specify 'pipeline'");
  if (!isDocument(value)) {
    throw new CommandError(
      "FailedToParse",
      `$lookup argument 'let' must be an object, found ${typeName(value)}`,
    );
  }
  return [...value].map(([name, each]) => {
    checkVariableName(name);
    return [name, parseExpression(each, context)];
  });
}

function withVariables(
  lookup: Lookup,
  context: ExpressionContext,
  document: Document | null,
): ExpressionContext {
  const variables = new Map(context.variables);
  const unset: string[] = [];
  for (const [name, expression] of lookup.variables) {
    const value = document ? expression({ root: document, variables: null }) : null;
    variables.delete(name);
    if (value === undefined) unset.push(name);
    else variables.set(name, value);
  }
  // a bound name without a value is a missing value
  return { ...context, variables, bound: new Set([...context.bound, ...unset]), reads: new Set() };
}

function joining(
  documents: DocumentStream,
  lookup: Lookup,
  source: PipelineSource,
  context: ExpressionContext,
): DocumentStream {
  const collection = source.storage.collections.get(`${source.database}.${lookup.from}`);
  return {
    *next(pace) {
      const document: Document | null = yield* documents.next(pace);
      if (!document) return null;
      const joined = collection
        ? yield* joinedDocuments(document, collection, lookup, source, context, pace)
        : [];
      if (pace.due()) yield;
      return withValue(document, lookup.as, joined);
    },
  };
}

function* joinedDocuments(
  document: Document,
  collection: Collection,
  lookup: Lookup,
  source: PipelineSource,
  context: ExpressionContext,
  pace: Pace,
): Work<Value[]> {
  const filter =
    lookup.localField && lookup.foreignField !== null
      ? joinFilter(document, lookup.localField, lookup.foreignField)
      : null;
  const inner = withVariables(lookup, context, document);
  const pipeline = parsePipeline(lookup.pipeline ?? [], source, inner);
  const stream = filter
    ? openStages(searchStream(collection, filter, source), pipeline.stages)
    : pipeline.run(source, collection);
  const joined: Value[] = [];
  for (;;) {
    const next = yield* stream.next(pace);
    if (!next) return joined;
    joined.push(next);
  }
}

/** The values of the local field are equal to one of the foreign; a missing one is equal to null and missing. */
function joinFilter(document: Document, localField: readonly string[], foreignField: string): Filter {
  const local = valueAtPath(document, localField, 0);
  const values = Array.isArray(local) ? local : [local ?? null];
  const [only] = values;
  const predicate =
    values.length === 1 && only !== undefined ? new Comparison("$eq", only) : new In(values, []);
  const first = foreignField.split(".", 1)[0] ?? "";
  return new Filter(new Leaf(foreignField, predicate), new Set([first]));
}

function searchStream(collection: Collection, filter: Filter, source: PipelineSource): DocumentStream {
  const plan = choosePlan(collection, filter, null, undefined);
  const search = new Search(source.storage, plan, filter, { expected: 16, snapshot: source.snapshot });
  return {
    *next(pace) {
      const found = yield* search.next(pace);
      return found && decoded(found);
    },
  };
}
