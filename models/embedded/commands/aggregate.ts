import { type PipelineSource, parsePipeline } from "../aggregate/pipeline.ts";
import { encodeDocument } from "../bson/encode.ts";
import type { Value } from "../bson/values.ts";
import { CommandError, unsupported } from "../errors.ts";
import type { Pace, Work } from "../plan/read.ts";
import { MAX_DOCUMENT_BYTES } from "../update/update.ts";
import {
  arrayField,
  booleanField,
  countField,
  documentField,
  namespaceOf,
  refuseCollation,
  refuseFields,
} from "./arguments.ts";
import type { Commands, Invocation, Reply } from "./command.ts";
import { listSource } from "./cursors.ts";
import { FIRST_BATCH, hintOf } from "./find.ts";

/** The stages of the command's pipeline. */
export function pipelineOf(invocation: Invocation): Value[] {
  const { command } = invocation;
  refuseCollation(command);
  refuseFields("aggregate", command, ["exchange", "resumeToken", "fromMongos", "needsMerge"]);
  const stages = arrayField(command, "pipeline", "aggregate");
  if (!stages)
    throw new CommandError(40414, "BSON field 'aggregate.pipeline' is missing but a required field");
  return stages;
}

/** The most bytes of documents that wait for a client in memory. */
const RESULT_MEMORY = 268435456;

function* aggregate(invocation: Invocation): Work<Reply> {
  const { command, storage, database, context, cursors, pace } = invocation;
  if (booleanField(command, "explain", "aggregate", false)) {
    throw unsupported("the field 'explain' of aggregate (use the explain command)", "InvalidOptions");
  }
  const stages = pipelineOf(invocation);
  const cursor = documentField(command, "cursor", "aggregate");
  if (!cursor) {
    throw new CommandError(
      "FailedToParse",
      "The 'cursor' option is required, except for aggregate with the explain argument",
    );
  }
  const size = countField(cursor, "batchSize", "aggregate.cursor") ?? FIRST_BATCH;
  const snapshot = storage.snapshot();
  try {
    // the stages are checked first: over a whole database, the stage at fault is named
    parsePipeline(stages, { storage, database, snapshot }, context);
    const namespace = aggregatedNamespace(invocation);
    const results = yield* runAll(
      invocation,
      { storage, database, snapshot },
      stages,
      namespace,
      context,
      pace,
    );
    const batch = yield* cursors.first(namespace, listSource(results), size, false, pace);
    return { cursor: { firstBatch: batch.documents, id: batch.id, ns: namespace } };
  } finally {
    snapshot.done();
  }
}

/** The collection to aggregate over; a pipeline over a whole database has no stage that this database knows. */
function aggregatedNamespace(invocation: Invocation): string {
  const name = invocation.command.get("aggregate");
  if (typeof name === "string") return namespaceOf(invocation);
  throw new CommandError(
    "InvalidNamespace",
    `{aggregate: 1} is not valid for an empty pipeline or a pipeline that does not begin with a stage of its own documents: '${invocation.database}'`,
  );
}

function* runAll(
  invocation: Invocation,
  source: PipelineSource,
  stages: Value[],
  namespace: string,
  context: Invocation["context"],
  pace: Pace,
): Work<Buffer[]> {
  const pipeline = parsePipeline(stages, source, context);
  const stream = pipeline.run(source, source.storage.collections.get(namespace), hintOf(invocation.command));
  const results: Buffer[] = [];
  let bytes = 0;
  for (;;) {
    const document = yield* stream.next(pace);
    if (!document) return results;
    const encoded = encodeDocument(document);
    if (encoded.length > MAX_DOCUMENT_BYTES) {
      throw new CommandError(
        "BSONObjectTooLarge",
        `BSONObj size: ${encoded.length} is invalid. Size must be between 0 and 16793600(16MB)`,
      );
    }
    bytes += encoded.length;
    if (bytes > RESULT_MEMORY) {
      throw new CommandError(
        "ExceededMemoryLimit",
        `The result of the aggregation is larger than ${RESULT_MEMORY} bytes, which is the most that this database holds for a client`,
      );
    }
    results.push(encoded);
  }
}

/** `aggregate`. */
export const aggregateCommands: Commands = {
  aggregate: {
    kind: "read",
    fields: new Set([
      "pipeline",
      "explain",
      "allowDiskUse",
      "cursor",
      "bypassDocumentValidation",
      "collation",
      "hint",
      "let",
      "exchange",
      "resumeToken",
      "fromMongos",
      "needsMerge",
    ]),
    run: aggregate,
  },
};
