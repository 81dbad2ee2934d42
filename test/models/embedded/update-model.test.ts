import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeDocument } from "../../../models/embedded/bson/decode.ts";
import { encodeDocument } from "../../../models/embedded/bson/encode.ts";
import type { Document, Value } from "../../../models/embedded/bson/values.ts";
import { CommandError } from "../../../models/embedded/errors.ts";
import { expressionContext } from "../../../models/embedded/expressions/context.ts";
import { parseFilter } from "../../../models/embedded/query/parse-filter.ts";
import { parseUpdate, updateStored } from "../../../models/embedded/update/update.ts";
import { runs } from "./arbitraries.ts";

/** Plain JavaScript values stand for documents here: the model knows nothing of the database's own forms. */
type Json = null | number | string | Json[] | { [name: string]: Json };
type Fields = { [name: string]: Json };

function toValue(json: Json): Value {
  if (Array.isArray(json)) return json.map(toValue);
  if (typeof json !== "object" || json === null) return json;
  return new Map(Object.entries(json).map(([name, value]) => [name, toValue(value)]));
}

function toJson(value: Value): Json {
  if (Array.isArray(value)) return value.map(toJson);
  if (value instanceof Map)
    return Object.fromEntries([...value].map(([name, field]) => [name, toJson(field)]));
  return value as Json;
}

const REFUSED = Symbol("refused");

/** The place of a path: its holder and last name; undefined where the path is not there, refused where it cannot be. */
function place(
  document: Fields,
  path: string,
  create: boolean,
): { holder: Fields; name: string } | undefined | typeof REFUSED {
  const parts = path.split(".");
  let holder = document;
  for (const part of parts.slice(0, -1)) {
    const next = holder[part];
    if (next === undefined) {
      if (!create) return undefined;
      const made: Fields = {};
      holder[part] = made;
      holder = made;
    } else if (typeof next === "object" && next !== null && !Array.isArray(next)) {
      holder = next;
    } else {
      return create ? REFUSED : undefined;
    }
  }
  return { holder, name: parts.at(-1) ?? "" };
}

const same = (a: Json, b: Json): boolean => JSON.stringify(a) === JSON.stringify(b);

type Change = (value: Json | undefined, argument: Json) => Json | undefined | typeof REFUSED;

/** What each operator makes of a value, in a line or two of plain code. */
const model: Record<string, Change> = {
  $set: (_value, argument) => argument,
  $unset: () => undefined,
  $inc: (value, argument) => {
    if (typeof argument !== "number") return REFUSED;
    if (value === undefined) return argument;
    return typeof value === "number" ? value + argument : REFUSED;
  },
  $min: (value, argument) => (value === undefined || rank(argument, value) < 0 ? argument : value),
  $max: (value, argument) => (value === undefined || rank(argument, value) > 0 ? argument : value),
  $push: (value, argument) => {
    if (value === undefined) return [argument];
    return Array.isArray(value) ? [...value, argument] : REFUSED;
  },
  $addToSet: (value, argument) => {
    if (value === undefined) return [argument];
    if (!Array.isArray(value)) return REFUSED;
    return value.some((each) => same(each, argument)) ? value : [...value, argument];
  },
  $pull: (value, argument) => {
    if (value === undefined) return undefined;
    return Array.isArray(value) ? value.filter((each) => !same(each, argument)) : REFUSED;
  },
  $pop: (value) => {
    if (value === undefined) return undefined;
    return Array.isArray(value) ? value.slice(0, -1) : REFUSED;
  },
};

/** The order of the few types that are used here: null, number, string, document, array. */
function rank(a: Json, b: Json): number {
  const type = (value: Json): number =>
    value === null ? 0 : Array.isArray(value) ? 4 : ["number", "string", "object"].indexOf(typeof value) + 1;
  if (type(a) !== type(b)) return type(a) - type(b);
  return a === null || b === null || a === b ? 0 : a < b ? -1 : 1;
}

const creating = new Set(["$set", "$inc", "$min", "$max", "$push", "$addToSet"]);

function expected(document: Fields, changes: [string, string, Json][]): Fields | typeof REFUSED {
  const result: Fields = structuredClone(document);
  for (const [operator, path, argument] of [...changes].sort(([, a], [, b]) => (a < b ? -1 : 1))) {
    const found = place(result, path, creating.has(operator));
    if (found === REFUSED) return REFUSED;
    if (!found) continue;
    const value = model[operator]?.(found.holder[found.name], argument);
    if (value === REFUSED) return REFUSED;
    if (value === undefined) delete found.holder[found.name];
    else found.holder[found.name] = value;
  }
  return result;
}

const scalars = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom("a", "b"), fc.constant(null));
const fields: fc.Arbitrary<Json> = fc.oneof(
  { weight: 3, arbitrary: scalars },
  { weight: 2, arbitrary: fc.array(scalars, { maxLength: 3 }) },
  { weight: 2, arbitrary: fc.dictionary(fc.constantFrom("x", "y"), scalars, { maxKeys: 2 }) },
);
const documents = fc.dictionary(fc.constantFrom("a", "b", "c"), fields, { maxKeys: 3 });
const changes = fc.uniqueArray(
  fc.tuple(fc.constantFrom(...Object.keys(model)), fc.constantFrom("a", "b", "c.x", "c.y", "d.x.y"), scalars),
  { minLength: 1, maxLength: 4, selector: ([, path]) => path },
);

test("update operators do what a plain model of them does", () => {
  const context = expressionContext(new Date(0));
  const filter = parseFilter(new Map(), context);
  fc.assert(
    fc.property(documents, changes, (document, list) => {
      const specification: Document = new Map();
      for (const [operator, path, argument] of list) {
        const paths = specification.get(operator);
        const entry: [string, Value] = [path, operator === "$pop" ? 1 : argument];
        specification.set(operator, paths instanceof Map ? paths.set(...entry) : new Map([entry]));
      }
      const bytes = encodeDocument(toValue({ _id: 1, ...document }) as Document);
      const wanted = expected(document, list);
      let got: Fields | typeof REFUSED;
      try {
        const update = parseUpdate(specification, undefined, context);
        const updated = updateStored(update, bytes, filter)?.bytes ?? bytes;
        const { _id, ...rest } = toJson(decodeDocument(updated)) as Fields;
        expect(_id).toBe(1);
        got = rest;
      } catch (error) {
        if (!(error instanceof CommandError)) throw error;
        got = REFUSED;
      }
      expect(got).toEqual(wanted);
    }),
    { numRuns: runs(10_000) },
  );
});
