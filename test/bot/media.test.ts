/** What is not text, from phone to phone over HTTP: every kind, every pair of channels, and what goes wrong. */
import sharp from "sharp";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Programme } from "../../programmes/programme.ts";
import { fault } from "../../simulator/index.ts";
import { samples } from "../../simulator/samples.ts";
import { oslo } from "../flows/programmes.ts";
import { movieWithPlace, photoWithPlace } from "../media/files.ts";
import { startTestServer, type TestServer } from "../support/database.ts";
import type { Sent } from "../support/phone.ts";
import { Service, type ServiceOptions } from "../support/service.ts";

let server: TestServer;
const running: Service[] = [];

beforeAll(async () => {
  server = await startTestServer();
});
afterEach(async () => {
  for (const service of running.splice(0)) await service.stop();
});
afterAll(() => server.close());

const english: Programme = { ...oslo, languages: ["en", "nb"] };
const everything: Programme = {
  ...english,
  media: [...english.media, "document"],
  offPlatformContact: "allow",
};

async function service(options: Partial<ServiceOptions> = {}): Promise<Service> {
  const started = await Service.start({ uri: server.fresh(), programme: english, ...options });
  running.push(started);
  return started;
}

/** A mentee and a supporter who talk. */
async function talk(channel: "telegram" | "messenger", options: Partial<ServiceOptions> = {}) {
  const oslo = await service(options);
  const kari = await oslo.supporter("Kari");
  const mentee = oslo.mentee(channel);
  await oslo.arrives(mentee, "Hi there");
  await kari.taps("Accept");
  await kari.reads("Hi there");
  await mentee.reads("You are now writing with Kari");
  return { oslo, kari, mentee };
}

type Way = [sent: Sent, shown: string];

const toSupporter: Record<"telegram" | "messenger", Way[]> = {
  telegram: [
    ["photo", "photo"],
    ["video", "video"],
    ["round_video", "video_note"],
    ["voice", "voice"],
    ["audio", "audio"],
    ["document", "document"],
    ["sticker", "sticker"],
    ["animation", "animation"],
  ],
  messenger: [
    ["photo", "photo"],
    ["video", "video"],
    ["voice", "voice"],
    ["document", "document"],
    ["sticker", "sticker"],
  ],
};

const toMentee: Record<"telegram" | "messenger", Way[]> = {
  telegram: toSupporter.telegram,
  messenger: [
    ["photo", "image"],
    ["video", "video"],
    ["round_video", "video"],
    ["audio", "audio"],
    ["document", "file"],
    ["sticker", "image"],
    ["animation", "video"],
  ],
};

describe.each(["telegram", "messenger"] as const)("with a mentee on %s", (channel) => {
  test("every kind of file arrives, both ways, under the names that we give it", async () => {
    const { kari, mentee } = await talk(channel, { programme: everything });
    for (const [sent, shown] of toSupporter[channel]) {
      mentee.sends(sent);
      const { file } = await kari.receives(shown);
      expect(file.bytes.length).toBeGreaterThan(0);
      expect(file.name).toMatch(/^[a-z-]+\.[a-z0-9]+$/);
    }
    for (const [sent, shown] of toMentee[channel]) {
      kari.sends(sent);
      expect((await mentee.receives(shown)).file.name).toMatch(/^[a-z-]+\.[a-z0-9]+$/);
    }
    for (const screen of [kari.screen, mentee.screen])
      expect(screen.join()).not.toContain("can't be passed on");
  });

  test("words that stand with a picture stay with it, and in order", async () => {
    const { kari, mentee } = await talk(channel);
    mentee.writes("first");
    mentee.sends("photo", "my *desk*");
    mentee.writes("last");
    await kari.reads("first");
    expect((await kari.receives("photo")).text).toContain("my *desk*");
    await kari.reads("last");
    kari.sends("photo", "and mine");
    await mentee.reads(/Kari:\nand mine/);
    kari.writes("after it");
    await mentee.reads("after it");
    expect(mentee.screen.join("\n")).toMatch(/and mine[\s\S]*after it/);
  });

  test("a picture goes in with place, camera and author, and comes out without", async () => {
    const { kari, mentee } = await talk(channel);
    const bytes = await photoWithPlace();
    mentee.sends("photo", "", { bytes, type: "image/jpeg", name: "Kari-Nordmann-hjemme.jpg" });
    const { file } = await kari.receives("photo");
    expect((await sharp(file.bytes).metadata()).exif).toBeUndefined();
    expect(file.bytes.includes("Kari Nordmann")).toBe(false);
    expect(file.name).toBe("photo.jpg");
  });

  test("a film comes out without the place where it was taken", async () => {
    const { kari, mentee } = await talk(channel);
    mentee.sends("video", "", { bytes: movieWithPlace(), type: "video/mp4", name: "home.mp4" });
    const { file } = await kari.receives("video");
    expect(file.bytes.includes("59.9139")).toBe(false);
    expect(file.bytes.includes("what is to be seen")).toBe(true);
  });

  test("what the programme does not carry is said to its sender at once, and the words go on", async () => {
    const { oslo, kari, mentee } = await talk(channel);
    mentee.sends("document", "my essay");
    await mentee.reads("I can't pass on files here");
    await kari.reads(/can't be passed on[\s\S]*my essay/);
    kari.sends("document");
    await kari.reads("I can't pass on files here");
    mentee.sends("location");
    await mentee.reads("places on a map stay private here");
    mentee.writes("i want to kill myself");
    await oslo.coordinator().reads("needs a coordinator");
    mentee.sends("location");
    await kari.reads("59.91390, 10.75220");
  });

  test("what is not what it says is opened by nobody, and both hear of it", async () => {
    const { kari, mentee } = await talk(channel);
    mentee.sends("photo", "look", {
      bytes: Buffer.from("MZ this is a program"),
      type: "image/jpeg",
      name: "x.jpg",
    });
    await kari.reads(/look\n\[sent a photo, which can't be passed on\]/);
    await mentee.reads("could not be opened safely");
    mentee.writes("still there?");
    await kari.reads("still there?");
  });

  test("pictures from before the yes arrive with it; what has expired is said to both", async () => {
    const oslo = await service();
    const kari = await oslo.supporter("Kari");
    const mentee = oslo.mentee(channel);
    mentee.sends("photo", "before anything");
    await mentee.reads("Is that all right?");
    await mentee.taps("Yes, that's fine");
    await mentee.reads("how old are you");
    await mentee.taps("18 or over");
    mentee.sends("voice");
    await kari.taps("Accept");
    expect((await kari.receives("photo")).text).toContain("before anything");
    await kari.receives("voice");

    const late = oslo.mentee(channel);
    late.sends("photo", "an old one");
    await late.reads("Is that all right?");
    oslo.simulator.telegram.files.forgetAll();
    oslo.simulator.messenger.files.forgetAll();
    await late.taps("Yes, that's fine");
    await late.reads("how old are you");
    await late.taps("18 or over");
    await kari.taps("Accept");
    await kari.reads(/an old one\n\[sent a photo, which can't be passed on\]/);
    await late.reads("because it has expired");
  });

  test("a picture that the platform drops on the way is sent again", async () => {
    const { oslo, kari, mentee } = await talk(channel);
    oslo.simulator.telegram.faults.next({ method: "sendPhoto" }, fault.dropBefore);
    mentee.sends("photo");
    await kari.receives("photo");
  });
});

test("contact cards and places arrive in words where the programme allows it, without a name", async () => {
  const { kari, mentee } = await talk("telegram", { programme: everything });
  mentee.sends("contact");
  expect((await kari.reads("+4740000000")).text).not.toContain("Somebody");
  mentee.sends("location");
  await kari.reads("59.91390, 10.75220");
  mentee.sends("poll");
  await kari.reads(/\[sent a poll\]\nA question\nOne\nOther/);
});

test("several pictures of one message on Messenger all arrive", async () => {
  const { oslo, kari } = await talk("messenger");
  const person = oslo.cast.messengerMentees.at(-1) ?? expect.fail("nobody");
  person.sends("image", { files: [samples.picture, samples.picture, samples.picture], text: "three" });
  expect((await kari.receives("photo")).text).toContain("three");
  await kari.receives("photo");
  await kari.receives("photo");
});

test("a voice message from Telegram reaches Messenger as a file where nothing can convert it", async () => {
  const { kari, mentee } = await talk("messenger");
  kari.sends("voice");
  await mentee.reads("as a file to open");
  expect((await mentee.receives("file")).file.name).toBe("document.ogg");
});

test("what is too big for the other channel is refused before it is fetched", async () => {
  const { oslo, kari, mentee } = await talk("telegram");
  const bytes = Buffer.concat([samples.film.bytes, Buffer.alloc(21 * 1024 * 1024)]);
  mentee.sends("video", "", { ...samples.film, bytes });
  await mentee.reads("too big to pass on: at most 20 MB");
  expect(oslo.simulator.telegram.calls.list("getFile")).toEqual([]);
  await kari.reads("[sent a video, which can't be passed on]");
});

test("nothing of a file's address, and no token, reaches a log", async () => {
  const { oslo, kari, mentee } = await talk("messenger");
  oslo.simulator.telegram.faults.next({ method: "sendPhoto" }, fault.dropBefore);
  mentee.sends("photo", "words that nobody logs");
  await kari.receives("photo");
  mentee.sends("photo", "more", { bytes: Buffer.from("MZ nothing"), type: "image/jpeg", name: "x.jpg" });
  await mentee.reads("could not be opened safely");
  const logged = oslo.logged.join("\n");
  for (const secret of ["simulated-signature", "/cdn/", "words that nobody logs", ...tokensOf(oslo)]) {
    expect(logged).not.toContain(secret);
  }
});

function tokensOf({ cast }: Service): string[] {
  return [cast.teamBot.token, cast.publicBot.token, cast.page.token].filter((token) => token !== null);
}
