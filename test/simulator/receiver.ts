import { createServer, type IncomingHttpHeaders } from "node:http";
import { onTestFinished } from "vitest";

export interface ReceivedRequest {
  headers: IncomingHttpHeaders;
  body: Buffer;
  json: Record<string, unknown>;
}

/**
 * A webhook that keeps what it gets. `answer` says what to answer: a status, or a promise of one. It closes by itself
 * at the end of the test.
 */
export async function startReceiver(
  answer: (request: ReceivedRequest, place: number) => number | Promise<number> = () => 200,
) {
  const requests: ReceivedRequest[] = [];
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    if (request.method === "GET") {
      const right = url.searchParams.get("hub.verify_token") === "verify me";
      response.writeHead(right ? 200 : 403).end(right ? url.searchParams.get("hub.challenge") : "");
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const body = Buffer.concat(chunks);
    const received = { headers: request.headers, body, json: JSON.parse(body.toString("utf8")) };
    requests.push(received);
    response.writeHead(await answer(received, requests.length)).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${port}/webhook`, requests };
}
