/** What every channel must do, asked of the real adapter over HTTP against its simulated platform. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type {
  Address,
  ChannelAdapter,
  OutboundFile,
  OutboundMessage,
  PlatformId,
  SendOutcome,
  WebhookRequest,
} from "../../adapters/channel.ts";
import { FileBroke } from "../../adapters/channel.ts";
import { type FileRef, type MediaKind, mediaKinds } from "../../adapters/content.ts";
import { collected } from "../../media/stream.ts";
import { type Fault, fault } from "../../simulator/faults.ts";
import { type SampleFile, samples } from "../../simulator/samples.ts";
import type { TestWebhook } from "./webhook.ts";

/** A platform with one reader who has written to us, and the adapter that serves it. */
export interface Channel {
  adapter: ChannelAdapter;
  reader: Address;
  webhook: TestWebhook;
  /** What the reader was shown by us, in order. */
  shown(): { id: PlatformId; text: string; buttons: { label: string; payload: string }[] }[];
  /** The reader writes, or presses a button of the last message; resolves when the webhook has it. */
  writes(text: string): Promise<void>;
  presses(label: string): Promise<void>;
  blocks(): void;
  /** The reader sends a picture; resolves when the webhook has it. */
  sendsPicture(file: SampleFile): Promise<void>;
  /** The files that the reader was shown by us, and what their phone shows them as. */
  files(): { shown: string; bytes: Buffer; type: string; name: string }[];
  /** The platform does not have what was sent any more. */
  forgetFiles(): void;
  /** What the reader's phone shows a file of each kind as. */
  shownAs: Readonly<Record<MediaKind, string>>;
  /** Makes the next send go wrong. */
  plan(planned: Fault): void;
  /** The platform says that we are too fast; how long it asks us to wait, in milliseconds. */
  tooFast: { fault: Fault; wait: number | undefined };
  /** The same adapter for a platform that is not there, and with a token that is refused. */
  elsewhere: ChannelAdapter;
  wrongToken: ChannelAdapter;
  /** A body as the platform would send it, with everything that proves where it comes from. */
  signed(body: Buffer): WebhookRequest;
  /** What must never be seen in a log: tokens, secrets, ids of people. */
  secrets: string[];
}

const plain: OutboundMessage = {
  id: "t1/2/3#0",
  author: "bot",
  text: "Somebody is there for you.",
  file: null,
  buttons: [],
  protected: false,
  silent: false,
  replyTo: null,
  sinceHeard: 0,
};

export function describeContract(name: string, open: () => Promise<Channel>): void {
  describe(`${name} keeps the contract`, () => {
    test("a text arrives as it was written, and is known by the platform's id", async () => {
      const { adapter, reader, shown } = await open();
      const text = "_Hei_ <b>du</b> *& 'deg'* [x](y) blåbær 👩‍👩‍👧 /start @x #y";
      const outcome = await adapter.send(reader, { ...plain, text });
      expect(shown()).toEqual([{ id: messageOf(outcome), text, buttons: [] }]);
    });

    test("buttons arrive with label and payload, and say it when they are pressed", async () => {
      const { adapter, reader, shown, presses, webhook } = await open();
      const buttons = [
        { label: "Yes, I agree", payload: "consent:yes" },
        { label: "No", payload: `offer:pass:${"x".repeat(53)}` },
      ];
      await adapter.send(reader, { ...plain, buttons });
      expect(shown().at(-1)?.buttons).toEqual(buttons);
      await presses("No");
      const [pressed] = (await webhook.events()).filter(({ kind }) => kind === "pressed");
      expect(pressed).toMatchObject({ payload: buttons[1]?.payload, by: reader, chat: reader });
    });

    test("as many buttons as the limits say arrive, with labels made to fit", async () => {
      const { adapter, reader, shown } = await open();
      const count = adapter.limits.buttons;
      const label = `${"long ".repeat(30)}👩‍👩‍👧`;
      const buttons = Array.from({ length: count }, (_, n) => ({ label, payload: `topic:${n}` }));
      expect(await adapter.send(reader, { ...plain, buttons })).toMatchObject({ sent: true });
      expect(shown().at(-1)?.buttons).toHaveLength(count);
    });

    test.each(["x", "å", "👍"])("the longest text of %s arrives, one more is too large", async (unit) => {
      const { adapter, reader, shown } = await open();
      const longest = unit.repeat(adapter.limits.text / unit.length);
      await adapter.send(reader, { ...plain, text: longest });
      expect(shown().at(-1)?.text).toBe(longest);
      const outcome = await adapter.send(reader, { ...plain, text: "x".repeat(adapter.limits.text + 1) });
      expect(outcome).toMatchObject({ sent: false, failure: "too_large", certain: true });
    });

    test("half of a pair can't keep a message from its reader", async () => {
      const { adapter, reader, shown } = await open();
      expect(await adapter.send(reader, { ...plain, text: "help \ud83d" })).toMatchObject({ sent: true });
      expect(shown().at(-1)?.text).toBe("help \ufffd");
    });

    test("what the reader writes comes in once, in their own line, with nobody's name for a mentee", async () => {
      const { adapter, reader, writes, webhook } = await open();
      const before = webhook.updates.length;
      await writes("Is anybody there?");
      await writes("Please");
      expect(webhook.updates.slice(before).map(({ by }) => by)).toEqual([reader, reader]);
      const wrote = (await webhook.events()).filter(({ kind }) => kind === "wrote").slice(-2);
      expect(wrote).toMatchObject([
        { by: reader, chat: reader, content: { kind: "text", text: "Is anybody there?" }, replyTo: null },
        { by: reader, chat: reader, content: { kind: "text", text: "Please" }, replyTo: null },
      ]);
      if (adapter.name !== "telegram:team") expect(wrote).toMatchObject([{ senderName: null }, {}]);
      const [first, second] = webhook.updates.slice(before);
      expect([first?.at, first?.place] < [second?.at, second?.place]).toBe(true);
    });

    test("a repeated delivery has the same keys, another event has another", async () => {
      const { adapter, writes, webhook } = await open();
      await writes("once");
      await writes("once");
      const keys = webhook.updates.map(({ key }) => key);
      expect(new Set(keys).size).toBe(keys.length);
      const again = webhook.requests.flatMap((request) => adapter.receive(request).updates);
      expect(again.map(({ key }) => key)).toEqual(keys);
    });

    test("an update means the same as often as it is asked, whoever asks", async () => {
      const { adapter, elsewhere, writes, webhook } = await open();
      await writes("What do you mean?");
      for (const update of webhook.updates) {
        const events = await adapter.interpret(update);
        expect(await adapter.interpret(update)).toEqual(events);
        expect(await elsewhere.interpret(update)).toEqual(events);
      }
    });

    test("a body without proof of where it comes from is refused, and nothing of it is kept", async () => {
      const { adapter, signed, writes, webhook } = await open();
      await writes("true words");
      const genuine = webhook.requests.at(-1);
      if (!genuine) expect.fail("nothing was delivered");
      const forged = [
        { ...genuine, headers: { "content-type": "application/json" } },
        { ...genuine, headers: mapValues(genuine.headers, () => "") },
        { ...genuine, headers: mapValues(genuine.headers, (value) => `${value?.slice(0, -1)}!`) },
      ];
      for (const request of forged) {
        expect(adapter.receive(request)).toMatchObject({ status: 401, updates: [] });
      }
      expect(adapter.receive(signed(genuine.body)).updates).toHaveLength(1);
    });

    test.each([
      ["is blocked", "blocked", true],
      ["is told to slow down", "throttled", true],
      ["meets a refused token", "unauthorized", true],
      ["finds nobody there", "unreachable", true],
      ["meets a proxy's page", "unreachable", false],
      ["meets a proxy's page after it went through", "unreachable", false],
      ["meets an empty answer", "unreachable", false],
      ["loses the connection", "uncertain", false],
      ["loses the answer", "uncertain", false],
      ["waits in vain", "uncertain", false],
    ] as const)("a send that %s says %s, and whether that is certain", async (how, failure, certain) => {
      const channel = await open();
      const text = "a secret sentence of somebody";
      const outcome = await sendWith(channel, how, { ...plain, text });
      expect(outcome).toMatchObject({ sent: false, certain });
      if (outcome.sent) return;
      expect(outcome.failure.replace("throttled_all", "throttled")).toBe(failure);
      if (failure === "throttled") expect(outcome.retryAfter).toBe(channel.tooFast.wait);
      for (const secret of [...channel.secrets, text]) expect(JSON.stringify(outcome)).not.toContain(secret);
      const arrived = how === "loses the answer" || how === "meets a proxy's page after it went through";
      expect(channel.shown().map((message) => message.text)).toEqual(arrived ? [text] : []);
      if (certain && how !== "is blocked") return;
      if (how === "is blocked") return;
      expect(await channel.adapter.send(channel.reader, plain)).toMatchObject({ sent: true });
    });

    test("no body can make it throw, and what it takes can be interpreted", async () => {
      const { adapter, signed, writes, webhook } = await open();
      await writes("something true");
      const genuine = webhook.requests.map(({ body }) => JSON.parse(body.toString("utf8")) as unknown);
      const bodies = fc.oneof(
        fc.json(),
        fc.string(),
        fc.constantFrom(...genuine).chain((json) => spoiled(json)),
      );
      await fc.assert(
        fc.asyncProperty(bodies, async (body) => {
          const { updates } = adapter.receive(signed(Buffer.from(body)));
          for (const update of updates) await adapter.interpret(update);
        }),
        { numRuns: 1000 },
      );
      expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
    });

    test("a body nested as deeply as a body can be does no harm", async () => {
      const { adapter, signed, writes, webhook } = await open();
      await writes("something true");
      const deep = `${"[".repeat(500_000)}${"]".repeat(500_000)}`;
      for (const { body } of webhook.requests) {
        const nested = body.toString("utf8").replace('"something true"', `"something true","more":${deep}`);
        for (const update of adapter.receive(signed(Buffer.from(nested))).updates) {
          expect(await adapter.interpret(update)).toHaveLength(1);
        }
      }
      expect(adapter.receive(signed(Buffer.from(deep))).updates).toEqual([]);
    });

    test("a file that the reader sends is opened as it was, and its reference tells nothing", async () => {
      const { adapter, sendsPicture, webhook, secrets } = await open();
      await sendsPicture(samples.picture);
      const file = await fileIn(webhook);
      const opened = await adapter.open(file);
      if (!opened.opened) expect.fail(opened.detail);
      expect(opened.size).toBe(samples.picture.bytes.length);
      expect(await collected(opened.bytes, 100_000)).toEqual(samples.picture.bytes);
      opened.close();
      for (const secret of secrets) expect(JSON.stringify(file)).not.toContain(secret);
    });

    test("a file that is gone, too large or out of reach says which, and nothing else", async () => {
      const { adapter, elsewhere, sendsPicture, webhook, forgetFiles, secrets } = await open();
      const { fetch: most } = adapter.limits.media;
      await sendsPicture({ ...samples.picture, bytes: Buffer.alloc(most + 1) });
      const large = await adapter.open(await fileIn(webhook));
      expect(large).toMatchObject({ opened: false, failure: "too_large" });
      await sendsPicture(samples.picture);
      const file = await fileIn(webhook);
      const away = await elsewhere.open(file);
      forgetFiles();
      const gone = await adapter.open(file);
      expect(gone).toMatchObject({ opened: false, failure: "gone" });
      if (adapter.name !== "messenger") expect(away).toMatchObject({ opened: false, failure: "away" });
      for (const secret of secrets) expect(JSON.stringify([large, away, gone])).not.toContain(secret);
    });

    test("a file of every kind arrives to the byte, under our name, with as many words as the limits say", async () => {
      const { adapter, reader, files, shownAs } = await open();
      for (const kind of mediaKinds) {
        const { as, caption } = adapter.limits.media.shows[kind];
        const text = "å".repeat(caption);
        const outcome = await adapter.send(reader, { ...plain, text, file: outbound(as, fileOf[as]) });
        expect(outcome, kind).toMatchObject({ sent: true });
        const { name, ...last } = files().at(-1) ?? expect.fail("nothing was shown");
        expect(last, kind).toMatchObject({ shown: shownAs[kind], bytes: fileOf[as].bytes });
        expect(name).toBe("ours.bin");
      }
    });

    test("a file whose size is only known at its end arrives", async () => {
      const { adapter, reader, files } = await open();
      const file = { ...outbound("document", samples.paper), size: null };
      expect(await adapter.send(reader, { ...plain, text: "", file })).toMatchObject({ sent: true });
      expect(files().at(-1)?.bytes).toEqual(samples.paper.bytes);
    });

    test("a file that breaks off does not arrive at all", async () => {
      const { adapter, reader, files } = await open();
      async function* half(): AsyncIterable<Uint8Array> {
        yield samples.picture.bytes.subarray(0, 100);
        throw new FileBroke("away");
      }
      for (const size of [samples.picture.bytes.length, null]) {
        const file = { ...outbound("photo", samples.picture), size, bytes: half() };
        const outcome = await adapter.send(reader, { ...plain, text: "", file });
        expect(outcome).toMatchObject({ sent: false });
      }
      expect(files()).toEqual([]);
    });

    test("a file larger than the limits say is too large", async () => {
      const { adapter, reader } = await open();
      const { most } = adapter.limits.media.shows.photo;
      const bytes = Buffer.concat([samples.picture.bytes, Buffer.alloc(most)]);
      const file = outbound("photo", { ...samples.picture, bytes });
      expect(await adapter.send(reader, { ...plain, text: "", file })).toMatchObject({
        sent: false,
        failure: "too_large",
        certain: true,
      });
    });

    test("a file of another channel is a mistake, not a request to somebody else", async () => {
      const { adapter } = await open();
      const channel = adapter.name === "messenger" ? "telegram:public" : "messenger";
      await expect(adapter.open({ channel, id: "https://example.org/" })).rejects.toThrow(TypeError);
    });

    test("an address of another channel is a mistake, not a message to somebody else", async () => {
      const { adapter, shown } = await open();
      const others = ["messenger:", "telegram:public:", "telegram:team:", "", "x"];
      const wrong = others.filter((prefix) => prefix !== `${adapter.name}:`).map((prefix) => `${prefix}501`);
      for (const address of [...wrong, `${adapter.name}:5 or 6`]) {
        await expect(adapter.send(address as Address, plain)).rejects.toThrow(TypeError);
      }
      expect(shown()).toEqual([]);
    });
  });
}

const fileOf: Readonly<Record<MediaKind, SampleFile>> = {
  photo: samples.picture,
  video: samples.film,
  round_video: samples.film,
  voice: samples.sound,
  audio: samples.sound,
  document: samples.paper,
  sticker: samples.sticker,
  animation: samples.film,
};

function outbound(kind: MediaKind, { bytes, type }: SampleFile): OutboundFile {
  async function* all(): AsyncIterable<Uint8Array> {
    for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
  }
  return { kind, type, name: "ours.bin", size: bytes.length, bytes: all() };
}

/** The file in what the reader wrote last. */
async function fileIn(webhook: TestWebhook): Promise<FileRef> {
  const last = (await webhook.events()).at(-1);
  if (last?.kind !== "wrote" || !("file" in last.content) || !last.content.file) expect.fail("no file came");
  return last.content.file;
}

async function sendWith(channel: Channel, how: string, message: OutboundMessage): Promise<SendOutcome> {
  const { adapter, reader, plan, tooFast } = channel;
  if (how === "is blocked") channel.blocks();
  if (how === "is told to slow down") plan(tooFast.fault);
  if (how === "meets a proxy's page") plan(fault.badGateway);
  if (how === "meets a proxy's page after it went through") plan(fault.badGatewayAfter);
  if (how === "meets an empty answer") plan(fault.emptyAnswer);
  if (how === "loses the connection") plan(fault.dropBefore);
  if (how === "loses the answer") plan(fault.dropAfter);
  if (how === "waits in vain") plan(fault.hangBefore);
  if (how === "meets a refused token") return channel.wrongToken.send(reader, message);
  if (how === "finds nobody there") return channel.elsewhere.send(reader, message);
  return adapter.send(reader, message);
}

function messageOf(outcome: SendOutcome): PlatformId {
  if (!outcome.sent) expect.fail(`not sent: ${outcome.failure}`);
  return outcome.message;
}

function mapValues(
  headers: WebhookRequest["headers"],
  change: (value: string | undefined) => string,
): WebhookRequest["headers"] {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, change(value)]));
}

/** A genuine body in which everything of one name is something else, or gone. */
function spoiled(json: unknown): fc.Arbitrary<string> {
  const names: string[] = [];
  JSON.stringify(json, (name, value: unknown) => {
    if (name !== "") names.push(name);
    return value;
  });
  const other = fc.option(fc.oneof(fc.json(), fc.constant('{"__proto__":{"polluted":1}}')));
  return fc.tuple(fc.constantFrom(...names), other).map(([name, value]) => {
    const marked = JSON.stringify(json, (key, was: unknown) =>
      key !== name ? was : value === null ? undefined : "<spoiled>",
    );
    return value === null ? marked : marked.replaceAll('"<spoiled>"', () => value);
  });
}
