/** HTTP: what platforms call, and what whoever runs the service looks at. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import express, { type Express, type Request, type Response } from "express";
import helmet from "helmet";
import type { ChannelAdapter, ChannelName, ReceivedUpdate, WebhookRequest } from "../adapters/channel.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";

export interface ServerParts {
  /** Asked at each request: with a database that is not there yet there are no adapters either. */
  adapter: (name: ChannelName) => ChannelAdapter | undefined;
  /** Stores updates; rejects when they can't be stored, and then the platform hears 503 and repeats. */
  store: (channel: ChannelName, updates: ReceivedUpdate[]) => Promise<void>;
  /** Whether messages can be taken in now, and if not, why, in plain words. */
  ready: () => Promise<{ ready: boolean; says: string }>;
  metrics: Metrics;
  log: Log;
}

const largestBody = "2mb";

export function createApp(parts: ServerParts): Express {
  const app = express();
  app.disable("x-powered-by");
  app.set("query parser", "simple");
  app.use(helmet());
  const raw = express.raw({ type: () => true, limit: largestBody });
  const webhook =
    (name: (request: Request) => ChannelName | null) => (request: Request, response: Response) => {
      const channel = name(request);
      if (!channel) {
        response.sendStatus(404);
        return;
      }
      void take(parts, channel, request, response);
    };
  app.post(
    "/webhooks/telegram/:bot",
    raw,
    webhook(({ params }) => telegramBot(params.bot)),
  );
  app.get(
    "/webhooks/messenger",
    webhook(() => "messenger"),
  );
  app.post(
    "/webhooks/messenger",
    raw,
    webhook(() => "messenger"),
  );
  app.get("/healthz", (_request, response) => {
    response.type("text/plain").send("alive");
  });
  app.get("/readyz", async (_request, response) => {
    const { ready, says } = await parts.ready();
    response
      .status(ready ? 200 : 503)
      .type("text/plain")
      .send(says);
  });
  app.get("/metrics", async (_request, response) => {
    response.type(parts.metrics.contentType).send(await parts.metrics.read());
  });
  app.use((_request, response) => {
    response.sendStatus(404);
  });
  app.use((error: unknown, _request: Request, response: Response, _next: unknown) => {
    const status = (error as { status?: unknown } | null)?.status;
    response.sendStatus(typeof status === "number" && status >= 400 && status < 500 ? status : 500);
  });
  return app;
}

function telegramBot(bot: unknown): ChannelName | null {
  return bot === "public" || bot === "team" ? `telegram:${bot}` : null;
}

async function take(
  { adapter: adapterOf, store, metrics, log }: ServerParts,
  channel: ChannelName,
  request: Request,
  response: Response,
): Promise<void> {
  const adapter = adapterOf(channel);
  if (!adapter) {
    // Not there yet, or not configured: a platform that calls in spite of it repeats later.
    response.sendStatus(503);
    return;
  }
  const { status, body, updates } = adapter.receive(read(request));
  try {
    if (updates.length > 0) await store(channel, updates);
  } catch (error) {
    log.error("what came in could not be stored; the platform will repeat it", { channel, error });
    metrics.refused(channel);
    response.sendStatus(503);
    return;
  }
  metrics.received(channel, updates.length);
  response.status(status).type("text/plain");
  response.send(body ?? "");
}

function read(request: Request): WebhookRequest {
  const single = (values: Record<string, unknown>): Record<string, string | undefined> =>
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, typeof value === "string" ? value : undefined]),
    );
  return {
    method: request.method === "GET" ? "GET" : "POST",
    headers: single(request.headers),
    query: single(request.query),
    body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
  };
}

/** Begins to listen; rejects in plain words when the port is taken. */
export function listen(app: Express, port: number, host?: string): Promise<{ server: Server; port: number }> {
  return new Promise((resolve, reject) => {
    const server = createServer(app);
    server.once("error", (error: NodeJS.ErrnoException) => {
      const taken = error.code === "EADDRINUSE";
      reject(taken ? new Error(`port ${port} is taken by another program; set PORT to a free one`) : error);
    });
    server.listen(port, host, () => resolve({ server, port: (server.address() as AddressInfo).port }));
  });
}
