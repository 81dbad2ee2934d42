/**
 * From effects to what is posted: a party becomes a chat, a text key becomes words in the reader's language. With
 * `route.ts` the only place that knows both sides.
 */
import type { Button, Content } from "../adapters/content.ts";
import { isMedia, onlyWordsOf } from "../flows/content.ts";
import type { Choice, Effect, PassedOn, Text } from "../flows/effect.ts";
import type { Input } from "../flows/input.ts";
import type { Party, PersonId } from "../flows/party.ts";
import type { SubjectState } from "../flows/state.ts";
import type { InboundDocument } from "../models/inbound.ts";
import type { Author, ChatId, MessageContent, MessageDocument, Reader } from "../models/messages.ts";
import type { OutboxEntry } from "../models/subjects.ts";
import type { Language, Site } from "../programmes/programme.ts";
import { chatOf, staffChat } from "./identity.ts";
import { refOf } from "./made-files.ts";
import type { Phrase, Reading } from "./phrase.ts";

/** What a step of one subject is rendered with. */
export interface Scene {
  /** The subject's state after the step. */
  state: SubjectState;
  /** The version that the commit will make. */
  version: number;
  epoch: number;
  now: Date;
  site: Site;
  /** The language of a team member. */
  languageOf: (id: PersonId) => Language;
  staffLanguage: Language;
  phrase: Phrase;
  seal: (id: string, content: MessageContent) => Buffer;
  /** Makes what one subject tells another a storable update. */
  told: (effect: Extract<Effect, { effect: "tell" }>, place: number) => InboundDocument;
}

/** @param first the place of the first entry in this version: several inputs of one update count on */
export function render(effects: readonly Effect[], input: Input, scene: Scene, first: number): OutboxEntry[] {
  const words = effects.findIndex(
    ({ effect }) => effect === "relay" || effect === "hold" || effect === "keep",
  );
  const original = `${scene.state.id}/${scene.version}/${first + words}`;
  return effects.map((effect, index) => entryOf(effect, input, scene, first + index, original));
}

/** @param original the id of the message that holds the words of the input */
function entryOf(effect: Effect, input: Input, scene: Scene, n: number, original: string): OutboxEntry {
  switch (effect.effect) {
    case "say": {
      const reader = readerOf(effect.to, scene);
      return message(scene, n, reader, {
        author: "bot",
        content: botWords(effect.text, effect.choices, reader, scene),
        priority: effect.urgent ? 0 : 1,
        ...(effect.card ? { card: effect.card } : {}),
        ...(effect.silent ? { silent: true } : {}),
      });
    }
    case "change": {
      const reader = readerOf(effect.to, scene);
      const content = botWords(effect.text, effect.choices, reader, scene);
      return message(scene, n, reader, { author: "bot", content, priority: 1, changes: effect.card });
    }
    case "relay": {
      const reader = readerOf(effect.to, scene);
      return message(scene, n, reader, {
        ...saidBy(input),
        content: personsWords(input, effect, reader, scene),
        priority: 1,
      });
    }
    case "copy": {
      const reader = readerOf(effect.to, scene);
      return message(scene, n, reader, {
        ...saidBy(input),
        content: personsWords(input, effect, reader, scene),
        priority: 0,
        copyOf: original,
      });
    }
    case "take_back": {
      const content: MessageContent = { header: null, content: { kind: "text", text: "" }, buttons: [] };
      const takesBack = effect.message ?? "";
      return message(scene, n, readerOf(effect.to, scene), {
        author: authorOf(input),
        takesBack,
        content,
        priority: 1,
      });
    }
    case "react": {
      const reader = readerOf(effect.to, scene);
      const { message: answers, emoji } = signOf(input);
      const said: Text = { key: "relay.reacted", with: { name: effect.name, emoji: emoji ?? "" } };
      const content = { ...botWords(said, undefined, reader, scene), reaction: emoji };
      return message(scene, n, reader, { author: authorOf(input), answers, content, priority: 1 });
    }
    case "hold": {
      const reader: Reader = effect.for === "mentee" ? "mentee" : "supporter";
      const theirs = tongueOf(scene.state);
      const tongue = reader === "mentee" ? theirs : { language: theirs.language };
      return message(
        scene,
        n,
        { chat: null, reader, ...tongue, protected: effect.for === "supporter" },
        {
          ...saidBy(input),
          content: personsWords(input, effect, tongue, scene),
          priority: 1,
        },
      );
    }
    case "keep":
      return message(
        scene,
        n,
        { chat: null, reader: "bot", language: "en", protected: false },
        {
          author: authorOf(input),
          content: { header: null, content: wordsOf(input), buttons: [] },
          priority: 1,
        },
      );
    case "release": {
      const { chat, reader, protected: guarded } = readerOf(effect.to, scene);
      return {
        entry: "release",
        chat,
        reader,
        waitsFor: reader === "mentee" ? "mentee" : "supporter",
        n,
        protected: guarded,
      };
    }
    case "show": {
      const { chat, reader, protected: guarded } = readerOf(effect.to, scene);
      const { case: shown, what, last, why } = effect;
      return { entry: "show", case: shown, what, last, why, chat, reader, n, protected: guarded };
    }
    case "recall":
      return { entry: "recall", chat: readerOf(effect.from, scene).chat };
    case "forget_held":
      return { entry: "forget" };
    case "forget_chat":
      return { entry: "forget_chat" };
    case "alert": {
      const { case: id, version, handle, what } = effect;
      return { entry: "alert", alert: { id: `${id}/${version}`, handle, what, at: scene.now } };
    }
    case "hide":
      return { entry: "hide", case: effect.case };
    case "erase":
      return { entry: "erase", cases: effect.cases, everything: effect.everything };
    case "tell":
      return { entry: "input", document: scene.told(effect, n) };
    case "file": {
      const reader = readerOf(effect.to, scene);
      const caption = scene.phrase(effect.text, readingOf(reader, scene));
      const content = { kind: "document", file: refOf(effect.made), caption } as const;
      return message(scene, n, reader, {
        author: "bot",
        content: { header: null, content, buttons: [] },
        priority: 1,
      });
    }
    case "wrap_up":
      return { entry: "wrap_up", case: effect.case, answers: effect.answers };
    case "record":
      return { entry: "record", record: effect.record };
    default:
      return effect satisfies never;
  }
}

/** What somebody reads. */
type Tongue = Pick<Reading, "language" | "script">;

interface Addressee<Chat extends ChatId | null = ChatId | null> extends Tongue {
  chat: Chat;
  reader: Reader;
  protected: boolean;
}

function readerOf(party: Party, scene: Scene): Addressee<ChatId> {
  switch (party.role) {
    case "mentee":
      return {
        chat: chatOf(party.thread),
        reader: "mentee",
        ...tongueOf(scene.state),
        protected: false,
      };
    case "supporter":
    case "coordinator":
      return {
        chat: chatOf(party.id),
        reader: party.id,
        language: scene.languageOf(party.id),
        protected: true,
      };
    case "staff":
      return { chat: staffChat(party.site), reader: "staff", language: scene.staffLanguage, protected: true };
    default:
      return party satisfies never;
  }
}

function tongueOf(state: SubjectState): Tongue {
  if (!("language" in state)) return { language: "en" };
  return { language: state.language, script: "script" in state ? state.script : undefined };
}

function message(
  { state, version, epoch, now, seal }: Scene,
  n: number,
  { chat, reader, protected: guarded }: Addressee,
  what: Pick<
    MessageDocument,
    | "author"
    | "priority"
    | "card"
    | "changes"
    | "copyOf"
    | "silent"
    | "source"
    | "answers"
    | "amends"
    | "takesBack"
  > & {
    content: MessageContent;
  },
): OutboxEntry {
  const id = `${state.id}/${version}/${n}`;
  const { content, ...rest } = what;
  const held = chat === null && reader !== "bot";
  const queued = chat !== null;
  return {
    entry: "message",
    document: {
      _id: id,
      subject: state.id,
      case: "case" in state ? (state.case?.id ?? `${state.id}.0`) : null,
      reader,
      chat,
      at: now,
      content: seal(id, content),
      delivery: held ? "held" : queued ? "queued" : "kept",
      made: version,
      n,
      queued: queued ? version : null,
      queuedN: queued ? n : null,
      held: held ? version : null,
      protected: guarded,
      epoch,
      attempts: 0,
      platformIds: [],
      ...rest,
    },
  };
}

function botWords(text: Text, choices: Choice[] | undefined, to: Addressee, scene: Scene): MessageContent {
  const reading = readingOf(to, scene);
  const buttons = (choices ?? []).map(
    ({ label, payload }): Button => ({ label: scene.phrase(label, reading), payload }),
  );
  return { header: null, content: { kind: "text", text: scene.phrase(text, reading) }, buttons };
}

/** A person's words as they are; who speaks stands above them, and what can't be shown is named there. */
function personsWords(input: Input, { name, only }: PassedOn, tongue: Tongue, scene: Scene): MessageContent {
  const content = only ? onlyWordsOf(wordsOf(input)) : wordsOf(input);
  const reading = readingOf(tongue, scene);
  const shown = typeof name === "string" ? name : scene.phrase(name, reading);
  const speaker = scene.phrase({ key: "relay.speaker", with: { name: shown } }, reading);
  const note = only || (isMedia(content) && !content.file) ? uncarried[content.kind] : told[content.kind];
  const header = note ? `${speaker}\n${scene.phrase({ key: note }, reading)}` : speaker;
  return { header, content, buttons: [] };
}

/** What goes on in words. */
const told: Partial<Record<Content["kind"], Text["key"]>> = {
  location: "media.note.location",
  contact: "media.note.contact",
  poll: "media.note.poll",
  shared_post: "media.note.sharedPost",
  story_reply: "media.note.storyReply",
  other: "relay.file",
};

/** What did not go on; the same is said when that only shows on the way. */
export const uncarried: Partial<Record<Content["kind"], Text["key"]>> = {
  photo: "relay.photo",
  animation: "relay.photo",
  sticker: "relay.sticker",
  video: "relay.video",
  round_video: "relay.video",
  voice: "relay.voice",
  audio: "relay.voice",
  document: "relay.file",
  location: "relay.file",
  contact: "relay.file",
  poll: "relay.file",
  shared_post: "relay.file",
  story_reply: "relay.file",
  other: "relay.file",
};

function readingOf({ language, script }: Tongue, { now, site, state }: Scene): Reading {
  return { language, script, site, now, age: "age" in state ? state.age : null };
}

function wordsOf(input: Input): Content {
  if ("content" in input) return input.content;
  throw new Error(`the input ${input.input} holds no words`);
}

function signOf(input: Input): { message: string; emoji: string | null } {
  if ("emoji" in input) return input;
  throw new Error(`the input ${input.input} holds no sign`);
}

/** Who said the words of an input, and where they stand in that person's own chat. */
function saidBy(input: Input): Pick<MessageDocument, "author" | "source" | "answers" | "amends"> {
  const author = authorOf(input);
  const origin = "origin" in input ? input.origin : undefined;
  if (!origin) return { author };
  const { message, answers } = origin;
  if (input.input === "mentee_edited" || input.input === "supporter_edited")
    return { author, amends: message };
  return { author, source: message, ...(answers === null ? {} : { answers }) };
}

/** Who said the words of an input. */
function authorOf(input: Input): Author {
  switch (input.input) {
    case "mentee_wrote":
    case "mentee_edited":
    case "mentee_reacted":
      return "mentee";
    case "page_wrote":
      return "page";
    case "supporter_wrote":
    case "supporter_edited":
    case "supporter_reacted":
    case "supporter_undid":
    case "coordinator_wrote":
      return input.by;
    case "wrote":
    case "edited":
      return input.by;
    default:
      throw new Error(`the input ${input.input} has no author`);
  }
}
