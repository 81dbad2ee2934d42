import { encodeKey } from "../bson/keys.ts";
import { type Document, isDocument, type Value } from "../bson/values.ts";
import { CommandError } from "../errors.ts";
import type { ExpressionContext } from "../expressions/context.ts";
import { parseExpression } from "../expressions/parse.ts";
import type { Pace, Work } from "../plan/read.ts";
import { SORT_MEMORY } from "../plan/sort-buffer.ts";
import { type Accumulator, type AccumulatorFactory, parseAccumulator } from "./accumulators.ts";
import type { DocumentStream, Stage } from "./stages.ts";

/** The most that the groups of one `$group` may hold in memory, in bytes. */
const GROUP_MEMORY = SORT_MEMORY;

/** `$group`. */
export function parseGroup(value: Value, context: ExpressionContext): Stage {
  if (!isDocument(value)) throw new CommandError(15947, "a group's fields must be specified in an object");
  const id = value.get("_id");
  if (id === undefined) throw new CommandError(15955, "a group specification must include an _id");
  const key = parseExpression(id, context);
  const fields: [string, AccumulatorFactory][] = [];
  for (const [name, specification] of value) {
    if (name === "_id") continue;
    if (name.includes(".")) throw new CommandError(40235, `The field name '${name}' cannot contain '.'`);
    if (name.startsWith("$"))
      throw new CommandError(40236, `The field name '${name}' cannot be an operator name`);
    fields.push([name, parseAccumulator(name, specification, context)]);
  }
  return { kind: "other", closed: true, open: (source) => grouped(source, key, fields) };
}

interface Group {
  id: Value;
  accumulators: Accumulator[];
}

function grouped(
  source: DocumentStream,
  key: ReturnType<typeof parseExpression>,
  fields: readonly [string, AccumulatorFactory][],
): DocumentStream {
  let groups: Iterator<Group> | null = null;
  return {
    *next(pace) {
      groups ??= (yield* gatherGroups(source, key, fields, pace)).values();
      const { value, done } = groups.next();
      if (done) return null;
      const result: Document = new Map([["_id", value.id]]);
      fields.forEach(([name], at) => {
        result.set(name, value.accumulators[at]?.result() ?? null);
      });
      return result;
    },
  };
}

function* gatherGroups(
  source: DocumentStream,
  key: ReturnType<typeof parseExpression>,
  fields: readonly [string, AccumulatorFactory][],
  pace: Pace,
): Work<Map<string, Group>> {
  const groups = new Map<string, Group>();
  for (let seen = 1; ; seen++) {
    const document: Document | null = yield* source.next(pace);
    if (!document) return groups;
    const scope = { root: document, variables: null };
    const id = key(scope) ?? null;
    const encoded = encodeKey(id).toString("latin1");
    let group = groups.get(encoded);
    if (!group) {
      group = { id, accumulators: fields.map(([, make]) => make()) };
      groups.set(encoded, group);
    }
    for (const accumulator of group.accumulators) accumulator.add(scope);
    if ((seen & 4095) === 0) checkGroupMemory(groups);
    if ((seen & 63) === 0 && pace.due()) yield;
  }
}

function checkGroupMemory(groups: ReadonlyMap<string, Group>): void {
  let bytes = 0;
  for (const [key, group] of groups) {
    bytes += key.length * 2 + 128;
    for (const accumulator of group.accumulators) bytes += accumulator.bytes;
  }
  if (bytes > GROUP_MEMORY) {
    throw new CommandError(
      "QueryExceededMemoryLimitNoDiskUseAllowed",
      `Exceeded memory limit for $group of ${GROUP_MEMORY} bytes, and this database does not group on disk.`,
    );
  }
}
