/** Files on their way: what becomes of each, and that nobody ever holds one whole. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import type { ChannelAdapter, ChannelName, OpenedFile } from "../../adapters/channel.ts";
import type { MediaContent, MediaKind } from "../../adapters/content.ts";
import { mediaLimits as messengerMedia } from "../../adapters/messenger/files.ts";
import { createMessengerAdapter } from "../../adapters/messenger/index.ts";
import { mediaLimits as telegramMedia } from "../../adapters/telegram/files.ts";
import { createTelegramAdapter } from "../../adapters/telegram/index.ts";
import { Carrier } from "../../bot/carry.ts";
import { type Bytes, collected } from "../../media/stream.ts";
import { VoiceNotConverted } from "../../media/voice.ts";
import { samples } from "../../simulator/samples.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

const gzip = Buffer.concat([Buffer.from("\x1f\x8b\x08", "latin1"), Buffer.alloc(100)]);
const webm = Buffer.concat([Buffer.from("\x1a\x45\xdf\xa3", "latin1"), Buffer.alloc(100)]);

/** A carrier that fetches these bytes, whatever is asked for. */
function carrierOf(bytes: () => Bytes, size: number | null, ...converter: (() => Bytes)[]) {
  let closed = 0;
  const source = {
    open: async (): Promise<OpenedFile> => ({
      opened: true,
      size,
      bytes: bytes(),
      close: () => void closed++,
    }),
  } satisfies Partial<ChannelAdapter> as unknown as ChannelAdapter;
  const [convert] = converter;
  const carrier = new Carrier(
    new Map<ChannelName, ChannelAdapter>([["telegram:public", source]]),
    async () => null,
    async () => (convert ? () => convert() : null),
  );
  return { carrier, closed: () => closed };
}

async function* whole(bytes: Buffer): Bytes {
  yield bytes;
}

function content(kind: MediaKind, more: Partial<MediaContent> = {}): MediaContent {
  return { kind, file: { channel: "telegram:public", id: "x" }, ...more };
}

describe.each([
  ["telegram", telegramMedia],
  ["messenger", messengerMedia],
] as const)("on %s", (channel, limits) => {
  const telegram = channel === "telegram";
  test.each([
    ["photo", samples.picture.bytes, "photo", "image/jpeg"],
    ["document", samples.picture.bytes, "document", "image/jpeg"],
    ["document", samples.paper.bytes, "document", "application/pdf"],
    [
      "sticker",
      samples.sticker.bytes,
      telegram ? "sticker" : "photo",
      telegram ? "image/webp" : "image/jpeg",
    ],
    ["video", samples.film.bytes, "video", "video/mp4"],
    ["round_video", samples.film.bytes, telegram ? "round_video" : "video", "video/mp4"],
    ["animation", samples.film.bytes, telegram ? "animation" : "video", "video/mp4"],
    ["audio", samples.sound.bytes, "audio", "audio/mp4"],
    ["voice", samples.sound.bytes, "voice", "audio/mp4"],
    ["voice", samples.film.bytes, "voice", "audio/mp4"],
    ["voice", samples.voice.bytes, telegram ? "voice" : "document", "audio/ogg"],
  ] as const)("a %s goes on as what can be shown", async (kind, bytes, as, type) => {
    const { carrier } = carrierOf(() => whole(bytes), bytes.length);
    const carried = await carrier.prepare(content(kind), limits);
    if (carried.result !== "carried") expect.fail(JSON.stringify(carried));
    expect(carried.file).toMatchObject({ kind: as, type });
    const sent = await collected(carried.file.bytes, 1_000_000);
    expect(sent.length).toBe(carried.file.size);
  });

  test.each([
    ["a program that says it is a picture", "photo", Buffer.from("MZ...."), "file_refused"],
    ["a film that can't be cleaned", "video", webm, "file_refused"],
    ["a picture as a voice", "voice", samples.picture.bytes, "file_refused"],
    ["words as a sticker", "sticker", Buffer.from("hello"), "file_refused"],
  ] as const)("%s does not go on", async (_, kind, bytes, why) => {
    const { carrier, closed } = carrierOf(() => whole(bytes), bytes.length);
    expect(await carrier.prepare(content(kind), limits)).toMatchObject({ result: "lost", why });
    expect(closed()).toBe(1);
  });

  test("a sticker that moves is shown or said", async () => {
    const { carrier } = carrierOf(() => whole(gzip), gzip.length);
    const carried = await carrier.prepare(content("sticker", { emoji: "😢" }), limits);
    if (telegram) expect(carried).toMatchObject({ result: "carried", file: { kind: "sticker" } });
    else expect(carried).toMatchObject({ result: "lost", why: null, note: { with: { emoji: "😢" } } });
  });

  test("more than the channel takes is stopped, said before or found out on the way", async () => {
    const { most } = limits.shows.video;
    const known = carrierOf(() => whole(samples.film.bytes), most + 1);
    expect(await known.carrier.prepare(content("video"), limits)).toMatchObject({ why: "file_too_large" });
    expect(known.closed()).toBe(1);
    const { carrier } = carrierOf(() => film(most + 1000), null);
    const carried = await carrier.prepare(content("video"), limits);
    if (carried.result !== "carried") expect.fail("its size is not known yet");
    await expect(drained(carried.file.bytes)).rejects.toThrow();
    expect(carried.broke()).toBe("too_large");
  });
});

test("a voice is converted for a channel that can't play it, and the failure of that is told apart", async () => {
  const converted = carrierOf(
    () => whole(samples.voice.bytes),
    1000,
    () => whole(Buffer.from("AAC")),
  );
  const carried = await converted.carrier.prepare(content("voice", { duration: 4 }), messengerMedia);
  if (carried.result !== "carried") expect.fail("it can be converted");
  expect(carried).toMatchObject({ note: null, file: { type: "audio/aac", name: "voice.aac", duration: 4 } });
  expect((await collected(carried.file.bytes, 10)).toString()).toBe("AAC");

  async function* fails(): Bytes {
    yield Buffer.from("half");
    throw new VoiceNotConverted("no");
  }
  const failing = carrierOf(() => whole(samples.voice.bytes), 1000, fails);
  const broken = await failing.carrier.prepare(content("voice"), messengerMedia);
  if (broken.result !== "carried") expect.fail("it breaks later");
  await expect(drained(broken.file.bytes)).rejects.toThrow(VoiceNotConverted);
  expect(broken.broke()).toBe("unconverted");
});

test("a document keeps the ending that tells more than its bytes, and nothing else of its name", async () => {
  const zip = Buffer.from("PK\x03\x04....");
  const { carrier } = carrierOf(() => whole(zip), zip.length);
  for (const [extension, name] of [
    ["docx", "document.docx"],
    ["exe", "document.zip"],
  ] as const) {
    const carried = await carrier.prepare(content("document", { extension }), telegramMedia);
    expect(carried).toMatchObject({ file: { name } });
  }
});

const megabyte = 1024 * 1024;

/** A film of so many bytes, made while it is read. */
async function* film(bytes: number, onByte: (count: number) => void = () => {}): Bytes {
  const start = Buffer.concat([samples.film.bytes, Buffer.from([0, 0, 0, 0]), Buffer.from("mdat")]);
  yield start;
  for (let made = start.length; made < bytes; ) {
    const chunk = Buffer.alloc(Math.min(65_536, bytes - made), 1);
    made += chunk.length;
    onByte(chunk.length);
    yield chunk;
  }
}

async function drained(bytes: Bytes): Promise<void> {
  for await (const _ of bytes);
}

/** A platform that reads slowly, and counts. */
async function slowPlatform(answer: object) {
  let received = 0;
  const server = createServer((request, response) => {
    request.on("data", (chunk: Buffer) => {
      received += chunk.length;
      request.pause();
      setImmediate(() => request.resume());
    });
    request.on("end", () => {
      response.setHeader("content-type", "application/json").end(JSON.stringify(answer));
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { root: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received: () => received };
}

describe("a large film is never held", () => {
  test.each(["telegram", "messenger"] as const)("on its way to %s", async (channel) => {
    const answer = channel === "telegram" ? { ok: true, result: { message_id: 7 } } : { message_id: "m_7" };
    const { root, received } = await slowPlatform(answer);
    const adapter =
      channel === "telegram"
        ? createTelegramAdapter({ bot: "team", token: "1:a", webhookSecret: null, apiRoot: root })
        : await createMessengerAdapter({
            pageId: "1",
            pageToken: "t",
            appSecret: "s",
            verifyToken: "v",
            graphRoot: root,
            graphVersion: "v26.0",
            humanAgent: false,
            prove: () => "p",
          });
    const size = adapter.limits.media.shows.video.most - megabyte;
    let made = 0;
    let most = 0;
    const source = (): Bytes =>
      film(size, (count) => {
        made += count;
        most = Math.max(most, made - received());
      });
    const { carrier } = carrierOf(source, size);
    const carried = await carrier.prepare(content("video"), adapter.limits.media);
    if (carried.result !== "carried") expect.fail(JSON.stringify(carried));
    const to = (channel === "telegram" ? "telegram:team:5" : "messenger:5") as Parameters<
      typeof adapter.send
    >[0];
    const outcome = await adapter.send(to, {
      id: "t1/1/0#0",
      author: "person",
      text: "",
      file: carried.file,
      buttons: [],
      protected: false,
      silent: false,
      replyTo: null,
      sinceHeard: 0,
    });
    expect(outcome).toMatchObject({ sent: true });
    expect(received()).toBeGreaterThan(size);
    // What is under way stands in the buffers of the two ends, whatever the file's size.
    expect(most).toBeLessThan(size / 4);
  });
});
