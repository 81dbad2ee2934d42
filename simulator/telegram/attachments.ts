/** Things that are not text, as a person can send them on Telegram. */
import { type SampleFile, samples } from "../samples.ts";

export const attachmentKinds = [
  "photo",
  "video",
  "video_note",
  "voice",
  "audio",
  "document",
  "sticker",
  "animation",
  "location",
  "contact",
  "poll",
] as const;
export type AttachmentKind = (typeof attachmentKinds)[number];

/** What somebody sends who does not say which file; null for what is no file. */
export function sampleOf(kind: AttachmentKind): SampleFile | null {
  switch (kind) {
    case "photo":
      return samples.picture;
    case "video":
    case "video_note":
    case "animation":
      return samples.film;
    case "voice":
      return samples.voice;
    case "audio":
      return samples.sound;
    case "document":
      return samples.paper;
    case "sticker":
      return samples.sticker;
    default:
      return null;
  }
}

/** The wire fields of a message with such a thing; `id` is what its bot calls the file. */
export function attachmentFields(
  kind: AttachmentKind,
  id: string,
  sent: SampleFile | null,
): Record<string, unknown> {
  const of = { file_id: id, file_unique_id: `U${id}`, file_size: sent?.bytes.length ?? 0 };
  const named = { file_name: sent?.name, mime_type: sent?.type };
  const square = { width: 512, height: 512 };
  const animation = { ...of, ...named, ...square, duration: 2 };
  switch (kind) {
    case "photo":
      return { photo: [{ ...of, width: 800, height: 800 }] };
    case "video":
      return { video: { ...of, ...named, width: 640, height: 360, duration: 8 } };
    case "video_note":
      return { video_note: { ...of, length: 240, duration: 6 } };
    case "voice":
      return { voice: { ...of, duration: 4, mime_type: sent?.type } };
    case "audio":
      return { audio: { ...of, ...named, duration: 120 } };
    case "document":
      return { document: { ...of, ...named } };
    case "sticker":
      return {
        sticker: { ...of, ...square, type: "regular", emoji: "👍", is_animated: false, is_video: false },
      };
    case "animation":
      return { animation, document: { ...of, ...named } };
    case "location":
      return { location: { latitude: 59.9139, longitude: 10.7522 } };
    case "contact":
      return { contact: { phone_number: "+4740000000", first_name: "Somebody" } };
    case "poll":
      return {
        poll: {
          id: `poll-${id}`,
          question: "A question",
          options: [
            { text: "One", voter_count: 0 },
            { text: "Other", voter_count: 0 },
          ],
          total_voter_count: 0,
          is_closed: false,
          is_anonymous: true,
          type: "regular",
          allows_multiple_answers: false,
        },
      };
  }
}
