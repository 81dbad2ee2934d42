import { isRecord, type Parameters } from "../parameters.ts";
import type { SampleFile } from "../samples.ts";
import type { QuickReply } from "./message.ts";
import type { MessengerPage } from "./page.ts";
import type { MessengerPerson } from "./person.ts";
import { graphRefusal } from "./refusals.ts";

const hour = 3_600_000;
const standardWindow = 24 * hour;
const humanAgentWindow = 7 * 24 * hour;

const attachmentTypes = ["image", "video", "audio", "file"] as const;
const largestFile = 25 * 1024 * 1024;
const largestImage = 8 * 1024 * 1024;
const longestText = 2000;
const mostQuickReplies = 13;
const longestTitle = 20;
const longestPayload = 1000;
const longestMetadata = 1000;

/** `POST /{page}/messages`: a message or a sign (typing, seen) from the page to one person. */
export function send(page: MessengerPage, parameters: Parameters): object {
  const person = recipientOf(page, parameters);
  const action = parameters.text("sender_action");
  if (action !== "") {
    checkReach(person, standardWindow);
    return showSign(person, action, parameters.nested("payload"));
  }
  const message = parameters.nested("message");
  if (!isRecord(message)) throw graphRefusal.messageEmpty();
  const sentFile = readFile(message.attachment, parameters);
  const text = sentFile === null ? readText(message.text) : "";
  const quickReplies = readQuickReplies(message.quick_replies);
  const metadata = readMetadata(message.metadata);
  const tag = checkPolicy(page, person, parameters);
  const answered = parameters.nested("reply_to") ?? message.reply_to;
  const sent = person.post({
    author: "app",
    text,
    ...(sentFile ?? {}),
    quickReplies,
    metadata,
    tag,
    replyTo: (isRecord(answered) ? person.find(answered.mid) : undefined) ?? null,
  });
  sent.delivered = true;
  page.tellEcho(sent, page.messenger.app.id);
  const delivery = { mids: [sent.id], watermark: sent.date.getTime() };
  page.tell({ field: "message_deliveries", person, at: page.nextMoment(), what: { delivery } });
  return { recipient_id: person.id, message_id: sent.id };
}

function recipientOf(page: MessengerPage, parameters: Parameters): MessengerPerson {
  const recipient = parameters.nested("recipient");
  if (!isRecord(recipient)) throw graphRefusal.parameter("The parameter recipient is required");
  const person = typeof recipient.id === "string" ? page.person(recipient.id) : undefined;
  if (person === undefined) throw graphRefusal.noMatchingUser();
  return person;
}

/** A file that is uploaded with the message that carries it. */
function readFile(
  attachment: unknown,
  parameters: Parameters,
): { attachment: string; file: SampleFile } | null {
  if (attachment === undefined) return null;
  const type = isRecord(attachment) ? attachment.type : undefined;
  if (typeof type !== "string" || !(attachmentTypes as readonly string[]).includes(type)) {
    throw graphRefusal.parameter(`Param message[attachment][type] must be one of {${attachmentTypes}}`);
  }
  const file = parameters.files.get("filedata");
  if (file === undefined || file.bytes.length === 0) throw graphRefusal.noFile();
  const most = type === "image" ? largestImage : largestFile;
  if (file.bytes.length > most) throw graphRefusal.fileTooBig();
  const family = file.type.split("/", 1)[0];
  if (type !== "file" && family !== type) throw graphRefusal.wrongFileType(type, file.type);
  return { attachment: type, file };
}

function readText(text: unknown): string {
  if (typeof text !== "string" || text.trim() === "") throw graphRefusal.messageEmpty();
  if (text.length > longestText) throw graphRefusal.tooLong("message[text]", longestText);
  return text;
}

function readQuickReplies(given: unknown): QuickReply[] {
  if (given === undefined) return [];
  if (!Array.isArray(given)) throw graphRefusal.parameter("Param message[quick_replies] must be an array");
  if (given.length > mostQuickReplies) {
    throw graphRefusal.parameter(
      `Param message[quick_replies] must have at most ${mostQuickReplies} elements`,
    );
  }
  return given.map((one, place) => {
    const name = `message[quick_replies][${place}]`;
    const { content_type: type, title, payload } = isRecord(one) ? one : {};
    if (type !== "text") throw graphRefusal.parameter(`Param ${name}[content_type] must be text`);
    if (typeof title !== "string" || title === "") {
      throw graphRefusal.parameter(`Param ${name}[title] is required`);
    }
    if (typeof payload !== "string" || payload === "") {
      throw graphRefusal.parameter(`Param ${name}[payload] is required`);
    }
    if (title.length > longestTitle) throw graphRefusal.tooLong(`${name}[title]`, longestTitle);
    if (payload.length > longestPayload) throw graphRefusal.tooLong(`${name}[payload]`, longestPayload);
    return { label: title, payload };
  });
}

function readMetadata(metadata: unknown): string | null {
  if (metadata === undefined) return null;
  if (typeof metadata !== "string") throw graphRefusal.parameter("Param message[metadata] must be a string");
  if (metadata.length > longestMetadata) throw graphRefusal.tooLong("message[metadata]", longestMetadata);
  return metadata;
}

/** What the messaging type allows now. Gives the tag under which it goes out. */
function checkPolicy(page: MessengerPage, person: MessengerPerson, parameters: Parameters): string | null {
  const type = parameters.text("messaging_type");
  const tag = parameters.text("tag");
  if (type === "RESPONSE" || type === "UPDATE") {
    checkReach(person, standardWindow);
    return null;
  }
  if (type !== "MESSAGE_TAG") {
    throw graphRefusal.parameter("Param messaging_type must be one of {RESPONSE, UPDATE, MESSAGE_TAG}");
  }
  if (tag !== "HUMAN_AGENT") throw graphRefusal.tagNotAllowed(tag || "(none)");
  if (!page.humanAgent) throw graphRefusal.humanAgentNotApproved();
  checkReach(person, humanAgentWindow);
  return tag;
}

/** Refuses what a person can't be sent: they are away, or did nothing for longer than the window. */
function checkReach(person: MessengerPerson, window: number): void {
  if (person.blocked) throw graphRefusal.unavailable();
  const { lastAction } = person;
  const now = person.page.messenger.clock.now().getTime();
  if (lastAction === null || now - lastAction.getTime() > window) throw graphRefusal.outsideWindow();
}

function showSign(person: MessengerPerson, action: string, payload: unknown): object {
  if (action === "react" || action === "unreact") return react(person, action, payload);
  if (action === "typing_on") person.typing = true;
  else if (action === "typing_off") person.typing = false;
  else if (action === "mark_seen") for (const message of person.messages) markSeen(message);
  else throw graphRefusal.parameter("Param sender_action must be one of {typing_on, typing_off, mark_seen}");
  person.page.messenger.changes.announce();
  return { recipient_id: person.id };
}

/** The page puts a sign on a message, or takes it back. */
function react(person: MessengerPerson, action: "react" | "unreact", payload: unknown): object {
  const { message_id: id, reaction } = isRecord(payload) ? payload : {};
  const message = person.find(id);
  if (message === undefined) throw graphRefusal.parameter("Param payload[message_id] is not a message");
  if (action === "react" && typeof reaction !== "string") {
    throw graphRefusal.parameter("Param payload[reaction] is required");
  }
  message.pageReaction = action === "react" ? String(reaction) : null;
  person.page.messenger.changes.announce();
  return { recipient_id: person.id };
}

function markSeen(message: { author: string; seen: boolean }): void {
  if (message.author === "person") message.seen = true;
}
