import type { EncodableFields } from "./bson/encode.ts";

/** MongoDB's error codes by name, those that this database answers with. */
const codes = {
  BadValue: 2,
  GraphContainsCycle: 5,
  FailedToParse: 9,
  UnsupportedFormat: 12,
  TypeMismatch: 14,
  Overflow: 15,
  InvalidLength: 16,
  IllegalOperation: 20,
  InvalidBSON: 22,
  NamespaceNotFound: 26,
  IndexNotFound: 27,
  PathNotViable: 28,
  NonExistentPath: 29,
  ConflictingUpdateOperators: 40,
  CursorNotFound: 43,
  NamespaceExists: 48,
  MaxTimeMSExpired: 50,
  DollarPrefixedFieldName: 52,
  InvalidIdField: 53,
  NotSingleValueField: 54,
  EmptyFieldName: 56,
  DottedFieldName: 57,
  CommandNotFound: 59,
  ImmutableField: 66,
  CannotCreateIndex: 67,
  InvalidOptions: 72,
  InvalidNamespace: 73,
  IndexOptionsConflict: 85,
  IndexKeySpecsConflict: 86,
  OutOfDiskSpace: 14031,
  NotAReplicaSet: 123,
  CommandNotSupported: 115,
  ReadConcernMajorityNotEnabled: 148,
  NoSuchKey: 4,
  InternalError: 1,
  CannotIndexParallelArrays: 171,
  InvalidIndexSpecificationOption: 197,
  QueryExceededMemoryLimitNoDiskUseAllowed: 292,
  ConversionFailure: 241,
  ExceededMemoryLimit: 146,
  BSONObjectTooLarge: 10334,
  DuplicateKey: 11000,
} as const;

/** The name of one of MongoDB's error codes. */
export type CodeName = keyof typeof codes;

const names: ReadonlyMap<number, string> = new Map(Object.entries(codes).map(([name, code]) => [code, name]));

/** A command that cannot be carried out: what the client is told, with MongoDB's code, its name and its message. */
export class CommandError extends Error {
  readonly code: number;
  readonly codeName: string;
  /** Further fields of the reply, such as `keyPattern` and `keyValue`. */
  readonly details: EncodableFields;

  constructor(code: CodeName | number, message: string, details: EncodableFields = {}) {
    super(message);
    this.code = typeof code === "number" ? code : codes[code];
    this.codeName = names.get(this.code) ?? `Location${this.code}`;
    this.details = details;
  }
}

/** Says that something MongoDB has is outside this database's feature set. */
export function unsupported(what: string, code: CodeName | number = "CommandNotSupported"): CommandError {
  return new CommandError(code, `${what} is not supported by this embedded database`);
}
