import { readForm } from "./form.ts";
import type { SampleFile } from "./samples.ts";

/** What a platform reads from a request: the query and a JSON, form or multipart body, in one bag of names. */
export class Parameters {
  readonly values: Readonly<Record<string, unknown>>;
  readonly files: ReadonlyMap<string, SampleFile>;

  constructor(values: Readonly<Record<string, unknown>>, files: ReadonlyMap<string, SampleFile> = new Map()) {
    this.values = values;
    this.files = files;
  }

  /** The text of a field; numbers and booleans count as text, as they do in a form. Empty when it is missing. */
  text(name: string): string {
    const value = this.values[name];
    if (typeof value === "string") return value;
    return typeof value === "number" || typeof value === "boolean" ? String(value) : "";
  }

  /** A whole number, or undefined when the field is missing or is none. */
  integer(name: string): number | undefined {
    const value = this.text(name).trim();
    return /^-?\d{1,16}$/.test(value) ? Number(value) : undefined;
  }

  boolean(name: string): boolean {
    return /^(true|yes|1)$/i.test(this.text(name).trim());
  }

  /** A nested value: given as JSON, or as text that holds JSON. Undefined when missing, null when unreadable. */
  nested(name: string): unknown {
    const value = this.values[name];
    if (value === undefined || value === "") return undefined;
    if (typeof value !== "string") return value;
    try {
      return JSON.parse(value);
    } catch {
      return null;
    }
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Reads the parameters of a request. Throws a SyntaxError when the body is not what its content type says. */
export function readParameters(query: URLSearchParams, contentType: string, body: Buffer): Parameters {
  const values: Record<string, unknown> = Object.fromEntries(query);
  const files = new Map<string, SampleFile>();
  if (body.length === 0) return new Parameters(values);
  if (contentType.startsWith("multipart/form-data")) {
    for (const [name, value] of readForm(contentType, body)) {
      if (typeof value === "string") values[name] = value;
      else files.set(name, value);
    }
  } else if (contentType.startsWith("application/x-www-form-urlencoded")) {
    Object.assign(values, Object.fromEntries(new URLSearchParams(body.toString("utf8"))));
  } else {
    const read: unknown = JSON.parse(body.toString("utf8"));
    if (!isRecord(read)) throw new SyntaxError("The body is not a JSON object.");
    Object.assign(values, read);
  }
  return new Parameters(values, files);
}
