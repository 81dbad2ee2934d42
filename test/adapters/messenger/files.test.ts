/** Fetching what people sent: only from Meta's servers, never from inside, never more than there may be. */
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FileBroke } from "../../../adapters/channel.ts";
import { isInside, lookupOutside, mediaLimits, openFile } from "../../../adapters/messenger/files.ts";
import { collected } from "../../../media/stream.ts";

let server: Server;
let origin: string;

const answers: Record<string, (response: ServerResponse) => void> = {
  "/file": (response) => response.end("the bytes"),
  "/elsewhere": (response) => response.writeHead(302, { location: "/file" }).end(),
  "/inside": (response) => response.writeHead(302, { location: "http://169.254.169.254/meta-data" }).end(),
  "/other-port": (response) => response.writeHead(302, { location: "http://127.0.0.1:1/" }).end(),
  "/stranger": (response) => response.writeHead(302, { location: "https://example.org/x" }).end(),
  "/round": (response) => response.writeHead(302, { location: "/round" }).end(),
  "/expired": (response) => response.writeHead(403).end("URL signature expired"),
  "/broken": (response) => response.writeHead(500).end(),
  "/large": (response) =>
    response.writeHead(200, { "content-length": String(mediaLimits.fetch + 1) }).write("x"),
  "/endless": (response) => {
    const chunk = Buffer.alloc(1024 * 1024);
    const more = (): void => void (response.destroyed || response.write(chunk, more));
    more();
  },
  "/half": (response) => {
    response.writeHead(200, { "content-length": "1000" });
    response.write("half", () => response.destroy());
  },
};

beforeAll(async () => {
  server = createServer((request, response) => {
    const answer = answers[request.url ?? ""];
    if (answer) answer(response);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test.each([
  "http://scontent.xx.fbcdn.net/x",
  "https://example.org/x",
  "https://fbcdn.net.example.org/x",
  "https://notfbcdn.net/x",
  "https://somebody@scontent.xx.fbcdn.net/x",
  "https://scontent.xx.fbcdn.net:8443/x",
  "https://127.0.0.1/x",
  "https://[::1]/x",
  "file:///etc/passwd",
  "no address at all",
])("%s is not asked", async (address) => {
  const opened = await openFile(address, origin);
  expect(opened).toMatchObject({
    opened: false,
    failure: "gone",
    detail: expect.stringContaining("not Meta's"),
  });
});

test("a file is fetched, also from where it has moved to", async () => {
  for (const path of ["/file", "/elsewhere"]) {
    const opened = await openFile(`${origin}${path}`, origin);
    if (!opened.opened) expect.fail(opened.detail);
    expect((await collected(opened.bytes, 100)).toString()).toBe("the bytes");
  }
});

test.each([
  ["/inside", "gone"],
  ["/other-port", "gone"],
  ["/stranger", "gone"],
  ["/round", "gone"],
  ["/expired", "gone"],
  ["/missing", "gone"],
  ["/broken", "away"],
  ["/large", "too_large"],
])("%s is %s", async (path, failure) => {
  expect(await openFile(`${origin}${path}`, origin)).toMatchObject({ opened: false, failure });
});

test.each([
  ["/endless", "too_large"],
  ["/half", "away"],
])("%s breaks off, %s", async (path, failure) => {
  const opened = await openFile(`${origin}${path}`, origin);
  if (!opened.opened) expect.fail(opened.detail);
  const read = collected(opened.bytes, Number.POSITIVE_INFINITY);
  await expect(read).rejects.toThrow(FileBroke);
  await expect(read).rejects.toMatchObject({ failure });
  opened.close();
});

describe("an address inside", () => {
  test.each([
    ["127.0.0.1", true],
    ["10.1.2.3", true],
    ["172.31.0.1", true],
    ["192.168.1.1", true],
    ["169.254.169.254", true],
    ["100.64.0.1", true],
    ["0.0.0.0", true],
    ["255.255.255.255", true],
    ["::1", true],
    ["::", true],
    ["::ffff:10.0.0.1", true],
    ["fd00::1", true],
    ["fe80::1", true],
    ["157.240.1.1", false],
    ["172.32.0.1", false],
    ["2a03:2880::1", false],
  ])("%s: %s", (address, expected) => {
    expect(isInside(address)).toBe(expected);
  });

  test("is found behind a name", async () => {
    const code = await new Promise((resolve) => {
      lookupOutside("localhost", {}, (error) => resolve(error?.code));
    });
    expect(code).toBe("EADDRFORBIDDEN");
  });
});
