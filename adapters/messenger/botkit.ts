/**
 * Botkit with an adapter and a worker of our own. What Botkit's own pieces do with a failure is to print it, or to
 * end the process; here every failure reaches whoever asked.
 */
import {
  type Activity,
  ActivityTypes,
  BotAdapter,
  type ConversationReference,
  type ResourceResponse,
  TurnContext,
} from "botbuilder-core";
import { Botkit, type BotkitMessage, BotWorker } from "botkit";
import type { OutboundFile } from "../channel.ts";
import type { Found } from "./events.ts";
import type { Graph } from "./graph.ts";
import type { EventKind, MessagingEvent } from "./wire.ts";

const channelId = "messenger";
const turnKey = Symbol("turn");

/** One event on its way through Botkit. */
interface Turn {
  event: MessagingEvent;
  found: Found[];
  failure: { error: unknown } | null;
}

/** Everything that passes through Botkit, in and out. */
export class MessengerBot {
  readonly #adapter: MessengerBotAdapter;
  readonly #controller: Botkit;
  readonly #pageId: string;

  constructor(
    graph: Graph,
    pageId: string,
    finders: Readonly<Record<EventKind, (event: MessagingEvent) => Found[]>>,
  ) {
    this.#pageId = pageId;
    this.#adapter = new MessengerBotAdapter(graph);
    this.#controller = new Botkit({
      adapter: this.#adapter,
      disable_webserver: true,
      disable_console: true,
      // Conversations live in our own database; Botkit keeps nothing.
      storage: { read: async () => ({}), write: async () => {}, delete: async () => {} },
    });
    for (const [kind, find] of Object.entries(finders)) {
      this.#controller.on(kind, async (_bot, message) => {
        const turn: Turn = message.context.turnState.get(turnKey);
        try {
          turn.found.push(...find(turn.event));
        } catch (error) {
          // Botkit would lose it, and its own promise would never settle.
          turn.failure = { error };
        }
      });
    }
  }

  /** Lets an event run through Botkit's middleware and handlers, and gives what they found. */
  async interpret(kind: EventKind, event: MessagingEvent): Promise<Found[]> {
    const turn: Turn = { event, found: [], failure: null };
    await this.#adapter.take(kind, turn, (context) => this.#controller.handleTurn(context));
    if (turn.failure) throw turn.failure.error;
    return turn.found;
  }

  /**
   * Sends a message through Botkit's middleware.
   *
   * @param message the body for the Send API, without its recipient
   * @param file what is attached to it
   * @returns the id of the message, empty when the answer names none
   * @throws GraphError, GraphUnreachable
   */
  async send(person: string, message: object, file: OutboundFile | null): Promise<string> {
    const bot = await this.#controller.spawn({});
    const reference = { channelId, conversation: conversationWith(person), bot: party(this.#pageId) };
    await bot.changeContext({ ...reference, user: party(person) });
    const sent: ResourceResponse | undefined = await bot.say({ channelData: { message, file } });
    return sent?.id ?? "";
  }
}

/** Says what it is asked to say, and lets failures through. */
class MessengerWorker extends BotWorker {
  override async say(message: Partial<BotkitMessage> | string): Promise<ResourceResponse | undefined> {
    const activity = this.ensureMessageFormat(message);
    await new Promise<void>((resolve, reject) => {
      this.controller.middleware.send.run(this, activity, (error: unknown) => {
        if (error) reject(error);
        else resolve();
      });
    });
    const context: TurnContext = this.getConfig("context");
    return context.sendActivity(activity);
  }
}

class MessengerBotAdapter extends BotAdapter {
  /** Botkit asks an adapter for its name, and for the class of its workers. */
  readonly name = "Messenger";
  readonly botkit_worker = MessengerWorker;
  readonly #graph: Graph;

  constructor(graph: Graph) {
    super();
    this.#graph = graph;
  }

  /** Hands one event of the page to Botkit. */
  async take(kind: EventKind, turn: Turn, handle: (context: TurnContext) => Promise<unknown>): Promise<void> {
    const { message, postback, sender, recipient, timestamp } = turn.event;
    const activity: Partial<Activity> = {
      type: kind === "message" ? ActivityTypes.Message : ActivityTypes.Event,
      channelId,
      id: message?.mid ?? postback?.mid ?? `${sender.id}:${timestamp}`,
      timestamp: new Date(timestamp),
      from: party(sender.id),
      recipient: party(recipient.id),
      conversation: conversationWith(kind === "echo" ? recipient.id : sender.id),
      text: message?.text ?? "",
      channelData: { botkitEventType: kind },
    };
    const context = new TurnContext(this, activity);
    context.turnState.set(turnKey, turn);
    await this.runMiddleware(context, async (within) => {
      await handle(within);
    });
  }

  override async sendActivities(
    context: TurnContext,
    activities: Partial<Activity>[],
  ): Promise<ResourceResponse[]> {
    const { id: person } = context.activity.conversation;
    const sent: ResourceResponse[] = [];
    for (const { channelData } of activities) {
      const { message, file }: { message: object; file: OutboundFile | null } = channelData;
      const body = { ...message, recipient: { id: person } };
      const answer =
        file === null
          ? await this.#graph.post("messages", body)
          : await this.#graph.upload("messages", body, file);
      sent.push({ id: messageIdOf(answer) });
    }
    return sent;
  }

  override async updateActivity(): Promise<void> {
    throw new Error("Messenger can't change a message");
  }

  override async deleteActivity(): Promise<void> {
    throw new Error("Messenger can't take back a message");
  }

  override async continueConversation(
    reference: Partial<ConversationReference>,
    logic: (context: TurnContext) => Promise<void>,
  ): Promise<void> {
    const event = { type: ActivityTypes.Event, name: "continueConversation" };
    const activity = TurnContext.applyConversationReference(event, reference, true);
    await this.runMiddleware(new TurnContext(this, activity), logic);
  }
}

function messageIdOf(answer: unknown): string {
  const id = typeof answer === "object" && answer !== null && "message_id" in answer ? answer.message_id : "";
  return typeof id === "string" ? id : "";
}

function party(id: string): { id: string; name: string } {
  return { id, name: "" };
}

function conversationWith(person: string): Activity["conversation"] {
  return { id: person, name: "", isGroup: false, conversationType: "" };
}
