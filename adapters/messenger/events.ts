/** What happened, out of the events of a page. */
import type { EventBase, InboundEvent } from "../channel.ts";
import { contentsOf } from "./content.ts";
import type { Prove } from "./proof.ts";
import { provenId } from "./proof.ts";
import type { EventKind, MessagingEvent } from "./wire.ts";

/** An event without what all events of one person have in common. */
export type Found<Event = InboundEvent> = Event extends unknown ? Omit<Event, keyof EventBase> : never;

/** What the page's Get Started button says; set once for a page, so it stays. */
export const getStarted = "start";

/** How our own buttons begin; whatever else a postback carries was set up on the page by somebody else. */
const ourPayload = /^[a-z_]+:/;

/** One question for each kind of event: what is it to us? */
export function findersOf(prove: Prove): Readonly<Record<EventKind, (event: MessagingEvent) => Found[]>> {
  return {
    message: ({ message }) => {
      if (!message || message.is_deleted) return [];
      if (message.quick_reply) return [pressed(message.quick_reply.payload)];
      return contentsOf(message).map((content) => ({
        kind: "wrote",
        message: message.mid,
        content,
        replyTo: message.reply_to?.mid ?? null,
        senderName: null,
      }));
    },

    echo: ({ message }) => {
      if (!message) return [];
      const proof = provenId(message.metadata, prove);
      return contentsOf(message).map((content) => ({ kind: "echo", message: message.mid, proof, content }));
    },

    postback: ({ postback, sender, timestamp }) => {
      if (!postback) return [];
      const { payload, title, referral, mid } = postback;
      if (payload === getStarted || referral) return [started(referral?.ref)];
      if (ourPayload.test(payload)) return [pressed(payload)];
      if (!title) return [started(undefined)];
      // One of the page's ready-made first sentences: the person chose to say it.
      const message = mid ?? `${sender.id}:${timestamp}`;
      const content = { kind: "text", text: title } as const;
      return [{ kind: "wrote", message, content, replyTo: null, senderName: null }];
    },

    referral: ({ referral }) => (referral ? [started(referral.ref)] : []),

    reaction: ({ reaction }) => {
      if (!reaction) return [];
      const { mid: message, action, emoji = null } = reaction;
      return [{ kind: "reacted", message, emoji: action === "react" ? emoji : null }];
    },

    message_edit: ({ message_edit: edit }) =>
      edit ? [{ kind: "edited", message: edit.mid, content: { kind: "text", text: edit.text } }] : [],
  };
}

/** Messenger does not say which message carried a button, and nothing waits for an answer. */
function pressed(payload: string): Found {
  return { kind: "pressed", payload, message: null, press: null, senderName: null };
}

function started(parameter: string | undefined): Found {
  return { kind: "started", parameter: parameter ?? null, senderName: null };
}
