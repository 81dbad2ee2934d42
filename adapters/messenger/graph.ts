/** Meta's Graph API for one page, on `fetch`. */
import { createHmac } from "node:crypto";
import { ReadableStream } from "node:stream/web";
import { z } from "zod";
import type { OutboundFile } from "../channel.ts";
import { filePatience } from "../files.ts";
import { parseJson } from "../json.ts";
import { networkCode } from "../network.ts";
import { formOf } from "./form.ts";

export interface GraphOptions {
  pageId: string;
  pageToken: string;
  appSecret: string;
  /** `https://graph.facebook.com`, without a version. */
  graphRoot: string;
  /** `v26.0` and the like. */
  graphVersion: string;
  /** Milliseconds until a call is given up. */
  patience?: number;
}

const errorSchema = z.object({
  error: z.object({
    code: z.int(),
    error_subcode: z.int().optional().catch(undefined),
    message: z.string().catch(""),
    fbtrace_id: z.string().optional().catch(undefined),
  }),
});

const businessUsage = z.record(
  z.string(),
  z.array(z.object({ estimated_time_to_regain_access: z.number().nonnegative() })),
);

/** What the Graph API, or whatever stands before it, answered instead of doing what was asked. */
export class GraphError extends Error {
  override readonly name = "GraphError";
  readonly status: number;
  /** Meta's code and subcode; null when the answer was none of Meta's. */
  readonly code: number | null;
  readonly subcode: number | null;
  /** Meta's own number for the call, to be named when one asks them. */
  readonly traceId: string | null;
  /** Meta's sentence. It can quote what we sent: never log it. */
  readonly says: string;
  /** Milliseconds until we may call again, where the usage headers say so. */
  readonly regainAfter: number | null;

  constructor(status: number, body: unknown, headers: Headers) {
    super(`the Graph API answered ${status}`);
    const parsed = errorSchema.safeParse(body);
    const error = parsed.success ? parsed.data.error : null;
    this.status = status;
    this.code = error?.code ?? null;
    this.subcode = error?.error_subcode ?? null;
    this.traceId = error?.fbtrace_id ?? null;
    this.says = error?.message ?? "";
    this.regainAfter = regainAfter(headers);
  }
}

/** No answer came: the connection failed, or we waited too long. */
export class GraphUnreachable extends Error {
  override readonly name = "GraphUnreachable";
  /** `ECONNREFUSED` and the like; null for a wait in vain. */
  readonly code: string | null;

  constructor(code: string | null) {
    super("the Graph API gave no answer");
    this.code = code;
  }
}

export class Graph {
  readonly #base: string;
  readonly #token: string;
  readonly #proof: string;
  readonly #patience: number;

  constructor({ pageId, pageToken, appSecret, graphRoot, graphVersion, patience = 20_000 }: GraphOptions) {
    this.#base = `${graphRoot.replace(/\/+$/, "")}/${graphVersion}/${pageId}`;
    this.#token = pageToken;
    this.#proof = createHmac("sha256", appSecret).update(pageToken).digest("hex");
    this.#patience = patience;
  }

  /**
   * Posts to an edge of the page: `messages`, `subscribed_apps`.
   *
   * @throws GraphError for every answer but a success, GraphUnreachable when there is none
   */
  async post(edge: string, body: object): Promise<unknown> {
    return this.#answered(edge, {
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(this.#patience),
    });
  }

  /**
   * Posts to an edge of the page, with a file that goes through as it comes.
   *
   * @throws as `post` does
   */
  async upload(
    edge: string,
    fields: Readonly<Record<string, unknown>>,
    file: OutboundFile,
  ): Promise<unknown> {
    const { contentType, length, body } = formOf(fields, file);
    return this.#answered(edge, {
      headers: {
        "content-type": contentType,
        ...(length === null ? {} : { "content-length": String(length) }),
      },
      body: ReadableStream.from(body),
      duplex: "half",
      signal: AbortSignal.timeout(filePatience),
    });
  }

  async #answered(edge: string, request: RequestInit): Promise<unknown> {
    const { response, text } = await this.#ask(edge, request);
    const answer = parseJson(text);
    if (!response.ok || answer === null || errorSchema.safeParse(answer).success) {
      throw new GraphError(response.status, answer, response.headers);
    }
    return answer;
  }

  async #ask(edge: string, request: RequestInit): Promise<{ response: Response; text: string }> {
    try {
      const response = await fetch(`${this.#base}/${edge}?appsecret_proof=${this.#proof}`, {
        ...request,
        method: "POST",
        headers: { ...request.headers, authorization: `Bearer ${this.#token}` },
        redirect: "error",
      });
      return { response, text: await response.text() };
    } catch (error) {
      throw new GraphUnreachable(networkCode(error));
    }
  }
}

/** `X-Business-Use-Case-Usage` says, in minutes, when a page that called too often may call again. */
function regainAfter(headers: Headers): number | null {
  const parsed = businessUsage.safeParse(parseJson(headers.get("x-business-use-case-usage") ?? ""));
  const minutes = parsed.success ? Object.values(parsed.data).flat() : [];
  const most = Math.max(0, ...minutes.map(({ estimated_time_to_regain_access: wait }) => wait));
  return most > 0 ? most * 60_000 : null;
}
