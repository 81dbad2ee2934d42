/** Things that are not text, as a person can send them on Telegram. */
export type AttachmentKind =
  | "photo"
  | "video"
  | "video_note"
  | "voice"
  | "audio"
  | "document"
  | "sticker"
  | "animation"
  | "location"
  | "contact"
  | "poll";

/** The wire fields of a message with such a thing; `name` makes the file ids of each message its own. */
export function attachmentFields(kind: AttachmentKind, name: string): Record<string, unknown> {
  const file = (size: number) => ({
    file_id: `file-${name}`,
    file_unique_id: `unique-${name}`,
    file_size: size,
  });
  const square = { width: 512, height: 512 };
  const animation = { ...file(20_000), ...square, duration: 2, mime_type: "video/mp4" };
  switch (kind) {
    case "photo":
      return {
        photo: [
          { ...file(1_200), file_id: `file-${name}-small`, width: 90, height: 90 },
          { ...file(48_000), width: 800, height: 800 },
        ],
      };
    case "video":
      return { video: { ...file(900_000), width: 640, height: 360, duration: 8, mime_type: "video/mp4" } };
    case "video_note":
      return { video_note: { ...file(300_000), length: 240, duration: 6 } };
    case "voice":
      return { voice: { ...file(16_000), duration: 4, mime_type: "audio/ogg" } };
    case "audio":
      return { audio: { ...file(2_000_000), duration: 120, mime_type: "audio/mpeg" } };
    case "document":
      return { document: { ...file(64_000), file_name: "document.pdf", mime_type: "application/pdf" } };
    case "sticker":
      return {
        sticker: {
          ...file(9_000),
          ...square,
          type: "regular",
          emoji: "👍",
          is_animated: false,
          is_video: false,
        },
      };
    case "animation":
      return { animation, document: { ...file(20_000), mime_type: "video/mp4" } };
    case "location":
      return { location: { latitude: 59.9139, longitude: 10.7522 } };
    case "contact":
      return { contact: { phone_number: "+4740000000", first_name: "Somebody" } };
    case "poll":
      return {
        poll: {
          id: `poll-${name}`,
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
