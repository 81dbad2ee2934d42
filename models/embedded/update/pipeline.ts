import { parseDocumentStage } from "../aggregate/document-stages.ts";
import { type Document, isDocument, type Value } from "../bson/values.ts";
import { CommandError } from "../errors.ts";
import type { ExpressionContext } from "../expressions/context.ts";

/** An update by pipeline: what it makes of a document. */
export type UpdatePipeline = (document: Document) => Document;

/** Reads the stages of an update by pipeline: `$set`, `$unset`, `$project`, `$replaceWith` and their other names. */
export function parseUpdatePipeline(stages: readonly Value[], context: ExpressionContext): UpdatePipeline {
  const steps = stages.map((stage) => {
    if (!isDocument(stage) || stage.size !== 1) {
      throw new CommandError(40323, "A pipeline stage specification object must contain exactly one field.");
    }
    const [[name, value] = ["", null]] = stage;
    const step = parseDocumentStage(name, value, context);
    if (!step) {
      throw new CommandError("InvalidOptions", `${name} is not allowed to be used within an update`);
    }
    return step;
  });
  return (document) => steps.reduce((current, step) => step(current), document);
}
