/**
 * What we read of Messenger's webhooks, and no more. A field that is optional and not as it should be counts as
 * missing, so that it can't hide the rest.
 */
import { z } from "zod";
import { personId } from "./address.ts";

const optional = <Schema extends z.ZodType>(schema: Schema) => schema.optional().catch(undefined);

const mid = z.string().min(1).max(1000);
const somebody = z.object({ id: z.string().regex(personId) });
const referral = optional(z.looseObject({ ref: optional(z.string()) }));

const attachment = z
  .looseObject({
    type: z.string().catch("unknown"),
    title: optional(z.string().max(500)),
    url: optional(z.string().max(4000)),
    payload: optional(
      z.looseObject({ sticker_id: optional(z.number()), url: optional(z.string().min(1).max(4000)) }),
    ),
  })
  // A place is called by the name of the person who is there.
  .transform((sent) => (sent.type === "location" ? { ...sent, title: undefined } : sent));

/** The rest of a message stays as it is: its files, and what Messenger adds next. */
const message = z.looseObject({
  mid,
  text: optional(z.string()),
  attachments: optional(z.array(attachment)),
  quick_reply: optional(z.object({ payload: z.string() })),
  reply_to: optional(z.looseObject({ mid: optional(mid), story: optional(z.unknown()) })),
  metadata: optional(z.string()),
  is_echo: optional(z.boolean()),
  is_deleted: optional(z.boolean()),
});

const eventSchema = z.object({
  sender: somebody,
  recipient: somebody,
  timestamp: z.int().nonnegative(),
  message: message.optional(),
  postback: z
    .looseObject({ mid: optional(mid), title: optional(z.string()), payload: z.string(), referral })
    .optional(),
  referral,
  reaction: z.object({ mid, action: z.string(), emoji: optional(z.string().max(20)) }).optional(),
  message_edit: z.looseObject({ mid, text: z.string(), num_edit: z.int() }).optional(),
});

/** One thing that happened between a person and the page. */
export type MessagingEvent = z.infer<typeof eventSchema>;
export type MessengerMessage = NonNullable<MessagingEvent["message"]>;

/** The kinds of event that mean something to us. */
export type EventKind = "message" | "echo" | "postback" | "referral" | "message_edit" | "reaction";

const bodySchema = z.object({
  object: z.literal("page"),
  entry: z.array(z.looseObject({ id: z.string(), messaging: optional(z.array(z.unknown())) })),
});

/** The events of a webhook's body, each with the page that it happened on; null when it is no body of a page. */
export function readBody(json: unknown): { page: string; event: unknown }[] | null {
  const parsed = bodySchema.safeParse(json);
  if (!parsed.success) return null;
  // An entry without events of our kind (changes of the page's feed, another app's turn) is one thing to ignore.
  return parsed.data.entry.flatMap(({ id: page, messaging }) =>
    (messaging ?? [null]).map((event) => ({ page, event })),
  );
}

/** Reads an event; null when it is of no kind that we know, or unreadable. */
export function readEvent(json: unknown): { kind: EventKind; event: MessagingEvent } | null {
  const parsed = eventSchema.safeParse(json);
  const kind = parsed.success ? kindOf(parsed.data) : null;
  return parsed.success && kind ? { kind, event: parsed.data } : null;
}

function kindOf({
  message,
  postback,
  referral,
  reaction,
  message_edit: edit,
}: MessagingEvent): EventKind | null {
  if (message) return message.is_echo ? "echo" : "message";
  if (postback) return "postback";
  if (edit) return "message_edit";
  if (reaction) return "reaction";
  return referral ? "referral" : null;
}

/** Tells an event from every other one, and is the same when Messenger repeats it. */
export function keyOf(kind: EventKind, event: MessagingEvent): string {
  const { message, postback, message_edit: edit, reaction, sender, timestamp } = event;
  if (edit) return `messenger:${kind}:${edit.mid}:${edit.num_edit}`;
  if (reaction) return `messenger:${kind}:${reaction.mid}:${timestamp}:${reaction.action}`;
  const id = message?.mid ?? postback?.mid ?? `${sender.id}:${timestamp}`;
  return `messenger:${kind}:${id}`;
}
