/** docs/relay.md tells what happens to every kind of thing; here it is made from what the code does. */
import { expect, test } from "vitest";
import {
  type Content,
  type ContentKind,
  contentKinds,
  type MediaKind,
  mediaKinds,
} from "../../adapters/content.ts";
import { contentsOf } from "../../adapters/messenger/content.ts";
import { mediaLimits as messenger } from "../../adapters/messenger/files.ts";
import { mediaLimits as telegram } from "../../adapters/telegram/files.ts";
import { sniff } from "../../media/sniff.ts";
import type { Programme } from "../../programmes/programme.ts";
import { samples } from "../../simulator/samples.ts";
import { asks, open, supporterOf } from "../flows/golden.ts";
import { Play } from "../flows/play.ts";
import { oslo } from "../flows/programmes.ts";

type Channel = "telegram" | "messenger";
type Way = { from: "mentee" | "supporter"; channel: Channel };

const ways: Way[] = [
  { from: "mentee", channel: "telegram" },
  { from: "mentee", channel: "messenger" },
  { from: "supporter", channel: "telegram" },
  { from: "supporter", channel: "messenger" },
];

const limits = { telegram, messenger };
const everything: Programme = { ...oslo, media: [...mediaKinds], offPlatformContact: "allow" };

const named: Record<ContentKind, string> = {
  text: "text, links",
  photo: "picture, album",
  video: "video",
  round_video: "round video",
  voice: "voice message",
  audio: "sound file",
  document: "document",
  sticker: "sticker",
  animation: "animation",
  location: "place",
  contact: "contact card",
  poll: "poll",
  shared_post: "shared post",
  story_reply: "reply to a story",
  other: "anything else",
};

/** What people on Messenger can send. */
const onMessenger = new Set<ContentKind>([
  "text",
  "other",
  "story_reply",
  ...["image", "video", "audio", "file", "location", "fallback"].flatMap((type) =>
    contentsOf({ mid: "m", attachments: [{ type }] }).map(({ kind }) => kind),
  ),
  ...contentsOf({ mid: "m", attachments: [{ type: "image", payload: { sticker_id: 1 } }] }).map(
    ({ kind }) => kind,
  ),
]);
/** What only Messenger has. */
const notOnTelegram = new Set<ContentKind>(["story_reply"]);

function isMedia(kind: ContentKind): kind is MediaKind {
  return mediaKinds.some((known) => known === kind);
}

function sample(kind: ContentKind, source: Channel): Content {
  // Of a story that is shared Telegram says nothing but that it is one.
  if (kind === "shared_post" && source === "telegram") return { kind };
  if (kind === "text") return { kind, text: "words" };
  if (isMedia(kind)) return { kind, file: { channel: "telegram:public", id: "x" } };
  return {
    kind,
    ...(kind === "other" || kind === "story_reply" ? { caption: "words" } : { details: "details" }),
  };
}

/** What the flow lets through of a kind, in one direction. */
function passed(programme: Programme, kind: ContentKind, { from, channel }: Way): "all" | "words" {
  const play = new Play(open, programme);
  const supporter = supporterOf(play, "Alex");
  const mentee = play.mentee("Nora", channel);
  asks(mentee, "hello");
  supporter.taps("Accept");
  const before = play.effects.length;
  (from === "mentee" ? mentee : supporter).sends(sample(kind, from === "mentee" ? channel : "telegram"));
  const relayed = play.effects.slice(before).find(({ effect }) => effect === "relay");
  // A supporter who sends what can't be passed on is told so, and nothing goes.
  if (relayed?.effect !== "relay") return "words";
  return relayed.only ?? "all";
}

function cell(kind: ContentKind, way: Way): string {
  const { from, channel } = way;
  const source: Channel = from === "mentee" ? channel : "telegram";
  if (source === "messenger" ? !onMessenger.has(kind) : notOnTelegram.has(kind)) return "–";
  if (passed(everything, kind, way) === "words") return "not";
  if (kind === "text") return "whole";
  if (!isMedia(kind)) return "in words";
  const reader = limits[from === "mentee" ? "telegram" : channel];
  const { as, most } = reader.shows[kind];
  const size = `${Math.min(limits[source].fetch, most) / 1024 / 1024} MB`;
  const isVoice = kind === "voice" && source === "telegram";
  const plays = !isVoice || reader.plays.includes(sniff(samples.voice.bytes).type);
  const shown = as === kind ? "whole" : `as ${named[as]}`;
  return `${plays ? shown : "whole with ffmpeg, else as document"} (${size})`;
}

const text = `# What is passed on

Made from what the code does, and checked by \`test/docs/relay.test.ts\`; \`npx vitest run test/docs -u\` writes it anew.

*Whole*: as it was sent, as a copy under a name of ours. *As …*: as the nearest thing that the reader's app shows. *In words*: what can be said of it. *Not*: its sender is told at once, and the reader sees that something was sent; words that came with it go on. *–*: nobody can send it there. The sizes are what fits through both platforms; pictures are made smaller when they have to be. Supporters and coordinators are on Telegram.

| | mentee on Telegram → supporter | mentee on Messenger → supporter | supporter → mentee on Telegram | supporter → mentee on Messenger | Oslo |
|---|---|---|---|---|---|
${contentKinds.map((kind) => `| ${[named[kind], ...ways.map((way) => cell(kind, way)), ways.some((way) => passed(oslo, kind, way) === "all") ? "on" : "off"].join(" | ")} |`).join("\n")}

The last column is what Oslo's programme file lets through (\`media\` and \`offPlatformContact\`). Places and contact cards of a mentee pass in danger, whatever the file says.

**Taken out.** Pictures are decoded and written anew, so place, time, camera and author are gone; films and sounds in MP4 and QuickTime files lose the boxes that hold them. A film of another sort, or a file that is not what it says it is, is not passed on. Nothing can take the author's name out of a PDF or an office file.

**Never kept.** The bytes of a file go through; what is stored, encrypted, is its kind, size, length and where its platform has it. When a file waits for so long that its platform has dropped it, both hear of it.

**Replies** point at the same words on the other phone. **Changes** of words that wait are made where they wait; later they show as changes on Telegram, and as corrections on Messenger. **Signs** on words (reactions) are put on the same words on the other phone; one that the other app does not have is said in words. A supporter's \`/undo\` takes words back from a mentee on Telegram for two days, and what waits at any time; Messenger lets no bot do that. What somebody deletes in their own app no platform tells a bot.
`;

test("docs/relay.md tells what the code does", async () => {
  await expect(text).toMatchFileSnapshot("../../docs/relay.md");
});
