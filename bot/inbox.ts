/** What goes into `inbound` and comes out of it: a platform's update, or what one subject told another, sealed. */
import type { ChannelName, ReceivedUpdate, StoredUpdate } from "../adapters/channel.ts";
import type { Effect } from "../flows/effect.ts";
import type { Input } from "../flows/input.ts";
import type { SubjectId } from "../flows/party.ts";
import type { Database } from "../models/database.ts";
import type { InboundDocument } from "../models/inbound.ts";
import type { Identity } from "./identity.ts";

/** A platform's update, ready to be stored. */
export function receivedUpdate(
  database: Database,
  identity: Identity,
  channel: ChannelName,
  { key, by, at, place, raw }: ReceivedUpdate,
): InboundDocument {
  const id = identity.updateKey(key);
  return {
    _id: id,
    subject: identity.subject(channel, by),
    at,
    place,
    source: channel,
    state: "new",
    raw: database.inbound.seal(id, raw),
    storedAt: new Date(),
  };
}

interface Told {
  effect: Extract<Effect, { effect: "tell" }>;
  from: SubjectId;
  version: number;
  n: number;
  /** The update that made the step; what is told keeps its place in time. */
  cause: InboundDocument | null;
  now: Date;
}

/** What one subject tells another; its key names version and place, so posting it twice tells it once. */
export function toldUpdate(
  database: Database,
  { effect, from, version, n, cause, now }: Told,
): InboundDocument {
  const id = `${from}/${version}/${n}`;
  return {
    _id: id,
    subject: effect.subject,
    at: cause?.at ?? now.getTime(),
    // Of two steps of one subject the later one speaks later.
    place: version * 1000 + n,
    source: "told",
    state: "new",
    raw: database.inbound.seal(id, JSON.stringify(effect.input)),
    storedAt: new Date(),
  };
}

/** Something that the shell itself has to say to a subject, once for each key. */
export function noticed(
  database: Pick<Database, "inbound">,
  key: string,
  subject: SubjectId,
  input: Input,
  now: Date,
): InboundDocument {
  return {
    _id: key,
    subject,
    at: now.getTime(),
    place: 0,
    source: "told",
    state: "new",
    raw: database.inbound.seal(key, JSON.stringify(input)),
    storedAt: new Date(),
  };
}

export type OpenedUpdate =
  | { kind: "told"; input: Input }
  | { kind: "received"; channel: ChannelName; update: StoredUpdate };

/** @throws SealError when it can't be opened */
export function openUpdate(database: Database, { _id, raw, source, at }: InboundDocument): OpenedUpdate {
  const text = database.inbound.open(_id, raw);
  if (source === "told") return { kind: "told", input: JSON.parse(text) as Input };
  return { kind: "received", channel: source, update: { at, raw: text } };
}
