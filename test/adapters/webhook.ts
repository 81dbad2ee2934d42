/** A webhook that hands every request to an adapter, as the service does, and keeps both sides. */
import { createServer } from "node:http";
import { onTestFinished } from "vitest";
import type { ChannelAdapter, InboundEvent, ReceivedUpdate, WebhookRequest } from "../../adapters/channel.ts";

export interface TestWebhook {
  url: string;
  /** Requests that were taken, oldest first. */
  requests: WebhookRequest[];
  updates: ReceivedUpdate[];
  /** What all updates so far mean. */
  events(): Promise<InboundEvent[]>;
}

export async function startWebhook(adapter: ChannelAdapter): Promise<TestWebhook> {
  const requests: WebhookRequest[] = [];
  const updates: ReceivedUpdate[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    );
    const asked: WebhookRequest = {
      method: request.method === "GET" ? "GET" : "POST",
      headers,
      query: Object.fromEntries(url.searchParams),
      body: Buffer.concat(chunks),
    };
    const reply = adapter.receive(asked);
    if (reply.status === 200 && asked.method === "POST") requests.push(asked);
    updates.push(...reply.updates);
    response.writeHead(reply.status).end(reply.body ?? "");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const events = async () => (await Promise.all(updates.map((update) => adapter.interpret(update)))).flat();
  return { url: `http://127.0.0.1:${port}/`, requests, updates, events };
}
