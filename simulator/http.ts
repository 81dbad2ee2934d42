import type { IncomingMessage, ServerResponse } from "node:http";
import type { Call, CallLog } from "./calls.ts";
import { type Fault, type FaultPlan, Refusal } from "./faults.ts";

/** More than any file that the platforms take. */
const largestBody = 64 * 1024 * 1024;

/** The raw bytes of a request. Throws when the caller breaks off or sends more than any platform takes. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > largestBody) throw new Refusal(413, { error: "Request Entity Too Large" });
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

export function answerJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.destroyed || response.writableEnded) return;
  const text = JSON.stringify(body);
  response.writeHead(status, {
    ...headers,
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
  });
  response.end(text);
}

/** One call under way: what was asked, and how to do it and to answer it. */
interface Performance {
  call: Omit<Call, "effect" | "status" | "fault">;
  faults: FaultPlan;
  calls: CallLog;
  response: ServerResponse;
  /** Does what was asked and gives the answer's body. Throws a `Refusal` when the platform says no. */
  act: () => unknown;
  headers?: Readonly<Record<string, string>>;
}

/**
 * Performs a call, with the fault that is planned for it, and records it. The effect happens when the call arrives,
 * whatever becomes of the answer.
 */
export async function perform(performance: Performance): Promise<void> {
  const planned = performance.faults.take(performance.call);
  const record: Call = { ...performance.call, effect: false, status: null, fault: planned?.kind ?? null };
  performance.calls.add(record);
  const outcome = await outcomeOf(performance.act, record, planned);
  if (planned?.kind === "drop") {
    performance.response.destroy();
  } else if (planned?.kind === "garble") {
    record.status = planned.status;
    performance.response.writeHead(planned.status, { "content-type": planned.contentType });
    performance.response.end(planned.body);
  } else if (planned?.kind !== "hang") {
    if (planned?.kind === "delay") await pause(planned.milliseconds);
    record.status = outcome.status;
    answerJson(performance.response, outcome.status, outcome.body, performance.headers);
  }
}

async function outcomeOf(
  act: () => unknown,
  record: Call,
  planned: Fault | null,
): Promise<{ status: number; body: unknown }> {
  const nothingHappens = planned !== null && "effect" in planned && !planned.effect;
  if (nothingHappens) return { status: 200, body: null };
  try {
    if (planned?.kind === "refuse") throw planned.refusal;
    const body = await act();
    record.effect = true;
    return { status: 200, body };
  } catch (error) {
    if (error instanceof Refusal) return { status: error.status, body: error.body };
    throw error;
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
}
