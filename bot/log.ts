/**
 * The log: only fields that are named here get into it, so that nothing a person wrote, no name, address or token
 * can slip in by a careless line. Errors keep their kind and code; their text stays out, because it can quote.
 */
import { type DestinationStream, type Logger, pino } from "pino";
import type { Config } from "./config.ts";

/** What may be logged besides the message, which is a constant of the code. */
export interface LogFields {
  channel?: string;
  subject?: string;
  case?: string;
  key?: string;
  message?: string;
  failure?: string;
  detail?: string;
  error?: unknown;
  count?: number;
  milliseconds?: number;
  epoch?: number;
  port?: number;
  url?: string;
  status?: number;
}

export interface Log {
  debug(says: string, fields?: LogFields): void;
  info(says: string, fields?: LogFields): void;
  warn(says: string, fields?: LogFields): void;
  error(says: string, fields?: LogFields): void;
}

export function createLog(level: Config["logLevel"], destination?: DestinationStream): Log {
  const options = { level, base: null, timestamp: () => `,"time":"${new Date().toISOString()}"` };
  const logger: Logger = destination ? pino(options, destination) : pino(options);
  const at =
    (name: "debug" | "info" | "warn" | "error") =>
    (says: string, fields: LogFields = {}): void => {
      logger[name](allowed(fields), says);
    };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

const names = [
  "channel",
  "subject",
  "case",
  "key",
  "message",
  "failure",
  "detail",
  "count",
  "milliseconds",
  "epoch",
  "port",
  "url",
  "status",
] as const;

function allowed(fields: LogFields): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const name of names) if (fields[name] !== undefined) kept[name] = fields[name];
  if (fields.error !== undefined) kept.error = describe(fields.error);
  return kept;
}

/** The kind of an error, its code and where it was thrown: never its text. */
function describe(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { name: typeof error };
  const { code } = error as { code?: unknown };
  return {
    name: error.name,
    ...(typeof code === "string" || typeof code === "number" ? { code } : {}),
    at: error.stack
      ?.split("\n")
      .filter((line) => /^\s+at .*:\d+:\d+\)?$/.test(line))
      .slice(0, 6)
      .map((line) => line.trim()),
  };
}
