import { parsePipeline } from "../aggregate/pipeline.ts";
import { type Document, documentOf, isDocument, type Value } from "../bson/values.ts";
import { CommandError } from "../errors.ts";
import { choosePlan, type Plan } from "../plan/plan.ts";
import { Search, type Work } from "../plan/read.ts";
import type { Filter } from "../query/filter.ts";
import { parseFilter } from "../query/parse-filter.ts";
import { parseSortSpecification, type Sorter } from "../query/sort.ts";
import { pipelineOf } from "./aggregate.ts";
import { documentField, namespaceOf } from "./arguments.ts";
import type { Commands, Invocation, Reply } from "./command.ts";
import { hintOf, readFind } from "./find.ts";

/** What is explained: which documents are searched for, in which order. */
interface Question {
  filter: Filter;
  sorter: Sorter | null;
  hint: Value | undefined;
  limit: number;
}

function firstStatement(command: Document, field: string): Document {
  const statements = command.get(field);
  const [first] = Array.isArray(statements) ? statements : [];
  return isDocument(first) ? first : new Map();
}

function questionOf(invocation: Invocation): Question {
  const { command, context, name } = invocation;
  const none = { sorter: null, limit: Number.POSITIVE_INFINITY };
  const filterFrom = (source: Document, field: string): Filter => {
    const filter = source.get(field);
    return parseFilter(isDocument(filter) ? filter : new Map(), context);
  };
  switch (name) {
    case "find": {
      const { filter, sorter, hint, limit, skip } = readFind(invocation);
      return { filter, sorter, hint, limit: limit + skip };
    }
    case "count":
    case "distinct":
      return { ...none, filter: filterFrom(command, "query"), hint: hintOf(command) };
    case "update":
    case "delete": {
      const statement = firstStatement(command, name === "update" ? "updates" : "deletes");
      return { ...none, filter: filterFrom(statement, "q"), hint: hintOf(statement) };
    }
    case "findAndModify": {
      const sort = documentField(command, "sort", name);
      const sorter = sort && sort.size > 0 ? parseSortSpecification(sort) : null;
      return { filter: filterFrom(command, "query"), sorter, hint: hintOf(command), limit: 1 };
    }
    default:
      throw new CommandError("CommandNotSupported", `Explain failed due to unknown command: ${name}`);
  }
}

function describePlan(plan: Plan, question: { sorter: Sorter | null }): Document {
  const direction = plan.reverse ? "backward" : "forward";
  const { index } = plan;
  let stage: Document = index
    ? documentOf({
        stage: "FETCH",
        inputStage: documentOf({
          stage: "IXSCAN",
          keyPattern: index.keyPattern,
          indexName: index.name,
          isMultiKey: index.multikey,
          isUnique: index.unique,
          isSparse: index.sparse,
          isPartial: index.partial !== null,
          direction,
          ranges: plan.points?.length ?? plan.ranges.length,
        }),
      })
    : documentOf({ stage: "COLLSCAN", direction });
  const { sorter } = question;
  if (sorter && !plan.sorted) {
    const pattern = new Map(
      sorter.fields.map((field, at): [string, Value] => [field, sorter.descending[at] ? -1 : 1]),
    );
    stage = documentOf({ stage: "SORT", sortPattern: pattern, inputStage: stage });
  }
  return stage;
}

function planner(namespace: string, winningPlan: Document): Document {
  return documentOf({
    namespace,
    indexFilterSet: false,
    parsedQuery: new Map(),
    winningPlan,
    rejectedPlans: [],
  });
}

function* explain(invocation: Invocation): Work<Reply> {
  const explained = invocation.command.get("explain");
  if (!isDocument(explained))
    throw new CommandError(
      "TypeMismatch",
      "BSON field 'explain.explain' is the wrong type, expected type 'object'",
    );
  const [name = ""] = explained.keys();
  const inner: Invocation = { ...invocation, name, command: explained };
  const verbosity = invocation.command.get("verbosity") ?? "allPlansExecution";
  if (
    typeof verbosity !== "string" ||
    !["queryPlanner", "executionStats", "allPlansExecution"].includes(verbosity)
  ) {
    throw new CommandError(
      "BadValue",
      "verbosity string must be one of {'queryPlanner', 'executionStats', 'allPlansExecution'}",
    );
  }
  const namespace = namespaceOf(inner);
  const collection = invocation.storage.collections.get(namespace);
  const explainVersion = "1";
  if (!collection) return { explainVersion, queryPlanner: planner(namespace, documentOf({ stage: "EOF" })) };
  if (name === "aggregate") {
    const plan = aggregatePlan(inner, collection);
    return { explainVersion, queryPlanner: planner(namespace, describePlan(plan, { sorter: null })) };
  }
  const question = questionOf(inner);
  const plan = choosePlan(collection, question.filter, question.sorter, question.hint);
  const reply: Reply = { explainVersion, queryPlanner: planner(namespace, describePlan(plan, question)) };
  if (verbosity !== "queryPlanner") reply.executionStats = yield* measured(invocation, plan, question);
  return reply;
}

function aggregatePlan(invocation: Invocation, collection: Parameters<typeof choosePlan>[0]): Plan {
  const { storage, database, context } = invocation;
  const snapshot = storage.snapshot();
  try {
    const pipeline = parsePipeline(pipelineOf(invocation), { storage, database, snapshot }, context);
    return pipeline.plan(collection, hintOf(invocation.command));
  } finally {
    snapshot.done();
  }
}

function* measured(invocation: Invocation, plan: Plan, question: Question): Work<Document> {
  const started = process.hrtime.bigint();
  const snapshot = invocation.storage.snapshot();
  try {
    const search = new Search(invocation.storage, plan, question.filter, { expected: 256, snapshot });
    const limit = plan.sorted ? question.limit : Number.POSITIVE_INFINITY;
    let returned = 0;
    while (returned < limit && (yield* search.next(invocation.pace))) returned += 1;
    const milliseconds = Number((process.hrtime.bigint() - started) / 1_000_000n);
    return documentOf({
      executionSuccess: true,
      nReturned: Math.min(returned, question.limit),
      executionTimeMillis: milliseconds,
      totalKeysExamined: search.looks.keys,
      totalDocsExamined: search.looks.documents,
    });
  } finally {
    snapshot.done();
  }
}

/** `explain`: which index is used, and how much is looked at. */
export const explainCommands: Commands = {
  explain: { kind: "read", fields: new Set(["verbosity"]), run: explain },
};
