import { binaryBytes, Decimal128, type Document, Double, isInt32, type Value } from "./values.ts";

/** A double as MongoDB's messages write it: with a point or an exponent. */
function formatDouble(value: number): string {
  if (Number.isNaN(value)) return "nan.0";
  if (!Number.isFinite(value)) return value < 0 ? "-inf.0" : "inf.0";
  const text = String(value);
  return /[.e]/.test(text) ? text : `${Object.is(value, -0) ? "-0" : text}.0`;
}

function quoted(value: string): string {
  return `"${value.replace(/["\\]/g, "\\$&").replace(/\n/g, "\\n").replace(/\t/g, "\\t")}"`;
}

/** A value as MongoDB's error messages show it. */
export function formatValue(value: Value | undefined): string {
  if (value === undefined) return "EOO";
  if (value === null) return "null";
  if (typeof value === "string") return quoted(value);
  if (typeof value === "number") return isInt32(value) ? String(value) : formatDouble(value);
  if (typeof value === "bigint" || typeof value === "boolean") return String(value);
  if (value instanceof Double) return formatDouble(value.value);
  if (value instanceof Decimal128) return value.toString();
  if (value instanceof Date) return `new Date(${value.getTime()})`;
  if (value instanceof Map) return formatDocument(value);
  if (Array.isArray(value)) return value.length === 0 ? "[]" : `[ ${value.map(formatValue).join(", ")} ]`;
  switch (value._bsontype) {
    case "ObjectId":
      return `ObjectId('${value.toHexString()}')`;
    case "Binary":
      return `BinData(${value.sub_type}, ${Buffer.from(binaryBytes(value)).toString("hex").toUpperCase()})`;
    case "Timestamp":
      return `Timestamp(${value.t}, ${value.i})`;
    case "BSONRegExp":
      return `/${value.pattern}/${value.options}`;
    case "BSONSymbol":
      return quoted(value.value);
    case "Code":
      return value.code;
    case "MinKey":
      return "MinKey";
    case "MaxKey":
      return "MaxKey";
    case "DBPointer":
      return `DBRef('${value.namespace}', ${value.id.toHexString()})`;
    default:
      return "undefined";
  }
}

/** A document as MongoDB's error messages show it. */
export function formatDocument(document: Document): string {
  if (document.size === 0) return "{}";
  return `{ ${[...document].map(([name, value]) => `${name}: ${formatValue(value)}`).join(", ")} }`;
}
