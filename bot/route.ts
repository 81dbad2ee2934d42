/**
 * What an update means for the subject it belongs to: from addresses and the platform's events to parties and
 * inputs. The only place where something that came in can be ignored, and it says why.
 */
import { type Address, type ChannelAdapter, can, type InboundEvent } from "../adapters/channel.ts";
import type { PersonInput, ThreadInput } from "../flows/input.ts";
import type { CaseId, PersonId } from "../flows/party.ts";
import { isThread, type SubjectId } from "../flows/party.ts";
import type { Chats } from "../models/chats.ts";
import type { ChatId, Messages } from "../models/messages.ts";
import type { BlindIndex } from "../models/seal.ts";
import type { Claim } from "./claim.ts";
import { chatOf, Identity, siteOfStaffChat } from "./identity.ts";

export type Routed =
  | { to: "subject"; input: ThreadInput | PersonInput }
  /** An echo of ours: the message arrived. */
  | { to: "delivery"; message: string; part: number; platformId: string }
  /** A group goes on elsewhere. */
  | { to: "chat"; chat: ChatId; address: Address }
  /** Somebody says the code that makes a group the staff group. */
  | { to: "claim"; claim: Omit<Claim, "key"> }
  | { to: "nobody"; why: string };

export interface Router {
  messages: Messages;
  chats: Chats;
  blind: BlindIndex;
}

/** @param subject the thread or person that the update was stored for */
export async function route(
  event: InboundEvent,
  adapter: ChannelAdapter,
  subject: SubjectId,
  router: Router,
): Promise<Routed> {
  if (event.kind === "group_moved") {
    const chat = await router.chats.byAddress(event.chat);
    return chat ? { to: "chat", chat, address: event.to } : nobody("a group that is not ours moved");
  }
  if (event.kind === "echo" && event.proof !== null) return delivery(event.proof, event.message);
  return isThread(subject) ? routeMentee(event) : routeTeam(event, adapter, subject, router);
}

function nobody(why: string): Routed {
  return { to: "nobody", why };
}

/** `<message>#<part>` is what `send.ts` gave as the id. */
function delivery(proof: string, platformId: string): Routed {
  const [message, part] = proof.split("#");
  if (!message || !/^\d+$/.test(part ?? "")) return nobody("an echo with a proof that is not ours");
  return { to: "delivery", message, part: Number(part), platformId };
}

function routeMentee(event: InboundEvent): Routed {
  switch (event.kind) {
    case "wrote":
      return input({
        input: "mentee_wrote",
        content: event.content,
        origin: { message: event.message, answers: event.replyTo },
        finding: null,
        detection: "done",
      });
    case "edited":
      return input({
        input: "mentee_edited",
        content: event.content,
        origin: { message: event.message, answers: null },
        finding: null,
        detection: "done",
      });
    case "reacted":
      return input({ input: "mentee_reacted", message: event.message, emoji: event.emoji });
    case "pressed":
      return input({ input: "mentee_chose", payload: event.payload });
    case "started":
      return input({ input: "mentee_started", parameter: event.parameter });
    case "blocked":
      return input({ input: "mentee_blocked" });
    case "unblocked":
      return input({ input: "mentee_unblocked" });
    case "echo":
      return input({ input: "page_wrote", content: event.content });
    default:
      return nobody(`${event.kind} means nothing to a thread`);
  }
}

async function routeTeam(
  event: InboundEvent,
  adapter: ChannelAdapter,
  subject: SubjectId,
  router: Router,
): Promise<Routed> {
  if (isThread(subject) || subject.startsWith("s")) return nobody("not a person");
  const claim = claimIn(event);
  if (claim) return { to: "claim", claim };
  const by = subject as `p${string}`;
  const site = event.chat === event.by ? null : await siteOfGroup(event.chat, router);
  if (event.chat !== event.by && site === null) return nobody("a group that is not a staff group");
  const where = site === null ? "private" : "staff_group";
  const group = site === null ? {} : { site };
  switch (event.kind) {
    case "wrote":
      return input({
        input: "wrote",
        by,
        content: event.content,
        ...(where === "private" ? { origin: { message: event.message, answers: event.replyTo } } : {}),
        about: where === "private" && event.replyTo ? await caseOf(by, event.replyTo, router) : null,
        where,
        ...group,
        senderName: event.senderName,
        coordinator: where === "staff_group" && (await membership(event, adapter)) === "member",
      });
    case "edited":
      return where === "private"
        ? input({
            input: "edited",
            by,
            content: event.content,
            about: await caseOfWords(by, event.message, router),
            origin: { message: event.message, answers: null },
          })
        : nobody("not for the bot");
    case "reacted": {
      const about = where === "private" ? await caseOfWords(by, event.message, router) : null;
      if (about === null) return nobody("a sign on words that are of no case");
      return input({ input: "reacted", about, message: event.message, emoji: event.emoji });
    }
    case "pressed": {
      const asked =
        where === "staff_group" || isPrivileged(event.payload)
          ? await membershipAnywhere(event, adapter, router)
          : "stranger";
      return input({
        input: "chose",
        payload: event.payload,
        where,
        ...group,
        senderName: event.senderName,
        coordinator: asked === "unknown" ? null : asked === "member",
      });
    }
    case "started":
      return where === "private"
        ? input({ input: "started", parameter: event.parameter, senderName: event.senderName })
        : nobody("a start in a group");
    case "member_left": {
      const member = new Identity(router.blind).person(event.member);
      return input(
        member === by ? { input: "left_staff_group" } : { input: "removed_from_staff_group", member },
      );
    }
    case "removed_from_group":
      return input({ input: "staff_group_lost", ...group });
    case "blocked":
      return input({ input: "blocked" });
    case "unblocked":
      return input({ input: "unblocked" });
    default:
      return nobody(`${event.kind} means nothing to a person`);
  }
}

function input(value: ThreadInput | PersonInput): Routed {
  return { to: "subject", input: value };
}

/** The site whose staff group this is; null when it is none's. */
async function siteOfGroup(group: Address, { chats }: Router): Promise<string | null> {
  const chat = await chats.byAddress(group);
  return chat ? siteOfStaffChat(chat) : null;
}

/** `/claim 4821-7730`, in whatever chat it is written. */
function claimIn(event: InboundEvent): Omit<Claim, "key"> | null {
  if (event.kind !== "wrote" || event.content.kind !== "text") return null;
  const [, code] = /^\/claim(?:\s+(\S{0,40}))?\s*$/i.exec(event.content.text.trim()) ?? [null, null];
  if (code === null) return null;
  const { by, chat, senderName } = event;
  return { code: code ?? "", by, chat, senderName };
}

/** What only coordinators may press, wherever the button is. */
function isPrivileged(payload: string): boolean {
  return payload.startsWith("alert:");
}

/** In the staff group itself, or, for a button in somebody's own chat, in the staff group that it came from. */
async function membershipAnywhere(
  event: InboundEvent,
  adapter: ChannelAdapter,
  { chats }: Router,
): Promise<"member" | "stranger" | "unknown"> {
  if (event.chat !== event.by) return membership(event, adapter);
  const asked = await Promise.all(
    (await chats.staffGroups()).map((chat) => membership({ chat, by: event.by }, adapter)),
  );
  if (asked.includes("member")) return "member";
  return asked.includes("unknown") ? "unknown" : "stranger";
}

async function membership(
  { chat, by }: Pick<InboundEvent, "chat" | "by">,
  adapter: ChannelAdapter,
): Promise<"member" | "stranger" | "unknown"> {
  return can(adapter, "membership") ? adapter.membership(chat, by) : "stranger";
}

/** The case of words in a person's own chat, of those that came and of their own; null when they are of none. */
async function caseOfWords(by: PersonId, message: string, { messages }: Router): Promise<CaseId | null> {
  return ((await wordsOf(by, message, messages))?.case ?? null) as CaseId | null;
}

/**
 * The same for a reply, which is about that case. A message that we don't know may be one whose arrival is not stored
 * yet: then the case is not known, which is not the same as none.
 */
async function caseOf(
  by: PersonId,
  message: string,
  { messages }: Router,
): Promise<CaseId | "unknown" | null> {
  const words = await wordsOf(by, message, messages);
  return words ? (words.case as CaseId | null) : "unknown";
}

async function wordsOf(by: PersonId, message: string, messages: Messages) {
  return (await messages.byPlatformId(chatOf(by), message)) ?? (await messages.bySource(by, message));
}
