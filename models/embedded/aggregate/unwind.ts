import { type Document, documentOf, isDocument, typeName, type Value } from "../bson/values.ts";
import { CommandError } from "../errors.ts";
import type { ExpressionContext } from "../expressions/context.ts";
import { checkedPath } from "../expressions/parse.ts";
import type { DocumentStream, Stage } from "./stages.ts";
import { withValue } from "./with-value.ts";

/** `$unwind`. */
export function parseUnwind(value: Value, context: ExpressionContext): Stage {
  const options = typeof value === "string" ? documentOf({ path: value }) : value;
  if (!isDocument(options)) {
    throw new CommandError(
      15981,
      `expected either a string or an object as specification for $unwind stage, got ${typeName(value)}`,
    );
  }
  for (const name of options.keys()) {
    if (!["path", "includeArrayIndex", "preserveNullAndEmptyArrays"].includes(name)) {
      throw new CommandError(28811, `unrecognized option to $unwind stage: ${name}`);
    }
  }
  const path = options.get("path");
  if (path === undefined) throw new CommandError(28812, "no path specified to $unwind stage");
  if (typeof path !== "string")
    throw new CommandError(28808, `expected a string as the path for $unwind stage, got ${typeName(path)}`);
  if (!path.startsWith("$")) {
    throw new CommandError(28818, `path option to $unwind stage should be prefixed with a '$': ${path}`);
  }
  const preserve = options.get("preserveNullAndEmptyArrays") ?? false;
  if (typeof preserve !== "boolean") {
    throw new CommandError(
      28809,
      `expected a boolean for the preserveNullAndEmptyArrays option to $unwind stage, got ${typeName(preserve)}`,
    );
  }
  const index = options.get("includeArrayIndex");
  if (index !== undefined && (typeof index !== "string" || index === "")) {
    throw new CommandError(
      28810,
      `expected a non-empty string for the includeArrayIndex  option to $unwind stage, got ${typeName(index)}`,
    );
  }
  if (typeof index === "string" && index.startsWith("$")) {
    throw new CommandError(
      28822,
      `includeArrayIndex option to $unwind stage should not be prefixed with a '$': ${index}`,
    );
  }
  const parts = checkedPath(path.slice(1));
  context.reads.add(parts[0] ?? "");
  const indexParts = typeof index === "string" ? checkedPath(index) : null;
  return { kind: "other", closed: false, open: (source) => unwound(source, parts, preserve, indexParts) };
}

function unwound(
  source: DocumentStream,
  path: readonly string[],
  preserve: boolean,
  indexPath: readonly string[] | null,
): DocumentStream {
  let pending: Document[] = [];
  let at = 0;
  return {
    *next(pace) {
      for (let seen = 1; at >= pending.length; seen++) {
        const document: Document | null = yield* source.next(pace);
        if (!document) return null;
        pending = unwind(document, path, preserve, indexPath);
        at = 0;
        if ((seen & 63) === 0 && pace.due()) yield;
      }
      return pending[at++] ?? null;
    },
  };
}

function unwind(
  document: Document,
  path: readonly string[],
  preserve: boolean,
  indexPath: readonly string[] | null,
): Document[] {
  const value = throughDocuments(document, path);
  const withIndex = (result: Document, index: bigint | null): Document =>
    indexPath ? withValue(result, indexPath, index) : result;
  if (!Array.isArray(value)) {
    if (value === undefined || value === null) return preserve ? [withIndex(document, null)] : [];
    return [withIndex(document, null)];
  }
  if (value.length === 0) return preserve ? [withIndex(withValue(document, path, undefined), null)] : [];
  return value.map((element, index) => withIndex(withValue(document, path, element), BigInt(index)));
}

/** The value at a path that leads through documents only: an array on the way ends it. */
function throughDocuments(document: Document, path: readonly string[]): Value | undefined {
  let value: Value | undefined = document;
  for (const part of path) value = value instanceof Map ? value.get(part) : undefined;
  return value;
}
