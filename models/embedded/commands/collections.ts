import { encodeDocument } from "../bson/encode.ts";
import { Binary, type Document, documentOf, type Value } from "../bson/values.ts";
import { CommandError } from "../errors.ts";
import type { Work } from "../plan/read.ts";
import type { Filter } from "../query/filter.ts";
import { parseFilter } from "../query/parse-filter.ts";
import type { Collection } from "../storage/collection.ts";
import {
  booleanField,
  countField,
  documentField,
  namespaceOf,
  refuseCollation,
  refuseFields,
} from "./arguments.ts";
import type { Commands, Invocation, Reply } from "./command.ts";
import { listSource } from "./cursors.ts";
import { FIRST_BATCH } from "./find.ts";

const unsupportedOptions = [
  "capped",
  "timeseries",
  "clusteredIndex",
  "changeStreamPreAndPostImages",
  "validator",
  "viewOn",
  "pipeline",
  "storageEngine",
  "encryptedFields",
  "expireAfterSeconds",
  "size",
  "max",
  "indexOptionDefaults",
];
const createFields = new Set([
  ...unsupportedOptions,
  "collation",
  "validationLevel",
  "validationAction",
  "autoIndexId",
  "idIndex",
  "temp",
  "flags",
]);

function create(invocation: Invocation): Reply {
  const { command, storage } = invocation;
  refuseCollation(command);
  refuseFields("create", command, unsupportedOptions);
  const namespace = namespaceOf(invocation);
  if (storage.collections.has(namespace)) {
    throw new CommandError("NamespaceExists", `Collection ${namespace} already exists.`);
  }
  storage.createCollection(namespace);
  return {};
}

function drop(invocation: Invocation): Reply {
  const namespace = namespaceOf(invocation);
  const collection = invocation.storage.collections.get(namespace);
  if (!collection) return {};
  const nIndexesWas = collection.indexes.length;
  invocation.storage.dropCollection(collection);
  return { nIndexesWas, ns: namespace };
}

/** The collections of a database, by name. */
function collectionsOf(invocation: Invocation): [string, Collection][] {
  const prefix = `${invocation.database}.`;
  return [...invocation.storage.collections.values()]
    .filter(({ namespace }) => namespace.startsWith(prefix))
    .map((collection): [string, Collection] => [collection.namespace.slice(prefix.length), collection])
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

function dropDatabase(invocation: Invocation): Reply {
  const collections = collectionsOf(invocation);
  for (const [, collection] of collections) invocation.storage.dropCollection(collection);
  return collections.length > 0 ? { dropped: invocation.database } : {};
}

function filterOf(invocation: Invocation): Filter {
  return parseFilter(
    documentField(invocation.command, "filter", invocation.name) ?? new Map(),
    invocation.context,
  );
}

function described(name: string, collection: Collection, nameOnly: boolean): Document {
  const brief: [string, Value][] = [
    ["name", name],
    ["type", "collection"],
  ];
  if (nameOnly) return new Map(brief);
  return new Map<string, Value>([
    ...brief,
    ["options", new Map()],
    ["info", documentOf({ readOnly: false, uuid: new Binary(collection.uuid, 4) })],
    ["idIndex", documentOf({ v: 2, key: documentOf({ _id: 1 }), name: "_id_" })],
  ]);
}

function* listCollections(invocation: Invocation): Work<Reply> {
  const { command, database } = invocation;
  const filter = filterOf(invocation);
  const nameOnly = booleanField(command, "nameOnly", "listCollections", false);
  const cursor = documentField(command, "cursor", "listCollections") ?? new Map();
  const size = countField(cursor, "batchSize", "listCollections.cursor") ?? FIRST_BATCH;
  const listed = collectionsOf(invocation)
    .filter(([name, collection]) => filter.matches(described(name, collection, false)))
    .map(([name, collection]) => encodeDocument(described(name, collection, nameOnly)));
  const namespace = `${database}.$cmd.listCollections`;
  const batch = yield* invocation.cursors.first(namespace, listSource(listed), size, false, invocation.pace);
  return { cursor: { id: batch.id, ns: namespace, firstBatch: batch.documents } };
}

function* listDatabases(invocation: Invocation): Work<Reply> {
  const { command, storage } = invocation;
  if (invocation.database !== "admin") {
    throw new CommandError(13, "listDatabases may only be run against the admin database.");
  }
  const nameOnly = booleanField(command, "nameOnly", "listDatabases", false);
  const names = new Set([...storage.collections.keys()].map((namespace) => namespace.split(".", 1)[0] ?? ""));
  const filter = filterOf(invocation);
  const databases = [...names]
    .sort()
    .map((name): Document => {
      // all databases share one file, so that none has a size of its own
      return nameOnly ? documentOf({ name }) : documentOf({ name, sizeOnDisk: 0n, empty: false });
    })
    .filter((each) => filter.matches(each));
  return nameOnly ? { databases } : { databases, totalSize: 0n, totalSizeMb: 0n };
}

/** The commands that make, list and drop collections and databases. */
export const collectionCommands: Commands = {
  create: { kind: "write", fields: createFields, run: create },
  drop: { kind: "write", fields: new Set(), run: drop },
  dropDatabase: { kind: "write", fields: new Set(), run: dropDatabase },
  listCollections: {
    kind: "read",
    fields: new Set(["filter", "nameOnly", "cursor", "authorizedCollections"]),
    run: listCollections,
  },
  listDatabases: {
    kind: "read",
    fields: new Set(["filter", "nameOnly", "authorizedDatabases"]),
    run: listDatabases,
  },
};
