import { Bot } from "grammy";
import { describe, expect, test } from "vitest";
import { startReceiver } from "./receiver.ts";
import { hour, telegramSituation } from "./situation.ts";

const quick = { telegram: { webhook: { pauses: [5, 10, 20] } } };

describe("polling", () => {
  test("gives updates in order until an offset confirms them", async () => {
    const { api, nora, bot } = await telegramSituation();
    const start = nora.start(bot, "from-poster");
    nora.writes(bot, "one");
    const [first, second, ...rest] = await api.getUpdates();
    expect(rest).toEqual([]);
    expect(first?.message).toMatchObject({
      message_id: start.id,
      text: "/start from-poster",
      from: { id: nora.id, first_name: "Nora", language_code: "nb", is_bot: false },
      chat: { id: nora.id, type: "private" },
      entities: [{ type: "bot_command", offset: 0, length: 6 }],
    });
    expect(second?.update_id).toBe((first?.update_id ?? 0) + 1);
    expect(await api.getUpdates({ limit: 1 })).toEqual([first]);
    expect(start.confirmed).toBe(false);
    expect(await api.getUpdates({ offset: second?.update_id ?? 0 })).toEqual([second]);
    expect(start.confirmed).toBe(true);
    expect(await api.getUpdates({ offset: (second?.update_id ?? 0) + 1 })).toEqual([]);
    expect(await api.getUpdates()).toEqual([]);
  });

  test("a negative offset keeps only the latest", async () => {
    const { api, nora, bot } = await telegramSituation();
    for (const text of ["one", "two", "three"]) nora.writes(bot, text);
    const updates = await api.getUpdates({ offset: -1 });
    expect(updates.map(({ message }) => message?.text)).toEqual(["three"]);
    expect(await api.getUpdates()).toHaveLength(1);
  });

  test("waits for something to happen, and only as long as asked", async () => {
    const { api, nora, bot } = await telegramSituation({ telegram: { longestPoll: 30 } });
    expect(await api.getUpdates({ timeout: 50 })).toEqual([]);
    const { api: patient, nora: other, bot: hers } = await telegramSituation();
    const waiting = patient.getUpdates({ timeout: 50 });
    other.writes(hers, "at last");
    expect((await waiting).map(({ message }) => message?.text)).toEqual(["at last"]);
    expect(nora.chatWith(bot).messages).toEqual([]);
  });

  test("a second poller ends the first one's wait with 409", async () => {
    const { api, telegram, nora, bot } = await telegramSituation();
    const first = api.getUpdates({ timeout: 50 }).catch((error: unknown) => error);
    await telegram.calls.waitFor("getUpdates");
    const second = api.getUpdates({ timeout: 50 });
    expect(await first).toMatchObject({
      error_code: 409,
      description:
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    });
    nora.writes(bot, "for the second");
    expect(await second).toHaveLength(1);
  });

  test("forgets what nobody took for a day", async () => {
    const { api, clock, nora, bot } = await telegramSituation();
    nora.writes(bot, "yesterday");
    clock.advance(23 * hour);
    nora.writes(bot, "today");
    clock.advance(2 * hour);
    expect((await api.getUpdates()).map(({ message }) => message?.text)).toEqual(["today"]);
  });

  test("sends only the kinds that were asked for; the usual ones unless told", async () => {
    const { api, nora, bot } = await telegramSituation();
    const message = nora.writes(bot, "one");
    nora.reacts(message, "👍");
    nora.edits(message, "one, edited");
    nora.blocks(bot);
    const usual = await api.getUpdates();
    expect(usual.map((update) => Object.keys(update)[1])).toEqual([
      "message",
      "edited_message",
      "my_chat_member",
    ]);
    expect(usual[1]?.edited_message).toMatchObject({ text: "one, edited", edit_date: expect.any(Number) });
    expect(usual[2]?.my_chat_member).toMatchObject({
      from: { id: nora.id },
      chat: { id: nora.id },
      old_chat_member: { status: "member" },
      new_chat_member: { status: "kicked" },
    });
    const next = (usual.at(-1)?.update_id ?? 0) + 1;
    await api.getUpdates({ offset: next, allowed_updates: ["message_reaction"] });
    nora.unblocks(bot);
    nora.reacts(message, null);
    const asked = await api.getUpdates({ offset: next });
    expect(asked).toHaveLength(1);
    expect(asked[0]?.message_reaction).toMatchObject({
      message_id: message.id,
      old_reaction: [{ type: "emoji", emoji: "👍" }],
      new_reaction: [],
    });
  });

  test("serves grammY's own polling loop", async () => {
    const { simulator, nora, bot, chat } = await telegramSituation();
    const real = new Bot("1001:secret", { client: { apiRoot: simulator.telegramRoot } });
    real.on("message:text", (context) => context.reply(`You said: ${context.msg.text}`));
    const running = real.start();
    nora.writes(bot, "hello");
    await chat.waitFor("You said: hello");
    await real.stop();
    await running;
    await bot.caughtUp();
    expect(chat.messages).toHaveLength(2);
  });
});

describe("a webhook", () => {
  test("gets each update once, in order, with the secret; polling is refused meanwhile", async () => {
    const { api, nora, bot } = await telegramSituation(quick);
    const receiver = await startReceiver();
    await api.setWebhook(receiver.url, { secret_token: "s3cret", allowed_updates: ["message"] });
    for (const text of ["one", "two", "three"]) nora.writes(bot, text);
    await bot.caughtUp();
    expect(receiver.requests.map(({ json }) => json.message)).toMatchObject([
      { text: "one" },
      { text: "two" },
      { text: "three" },
    ]);
    expect(receiver.requests[0]?.headers["x-telegram-bot-api-secret-token"]).toBe("s3cret");
    await expect(api.getUpdates()).rejects.toMatchObject({
      error_code: 409,
      description:
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    });
    expect(await api.getWebhookInfo()).toMatchObject({
      url: receiver.url,
      pending_update_count: 0,
      max_connections: 1,
      allowed_updates: ["message"],
    });
    await api.deleteWebhook();
    nora.writes(bot, "four");
    expect(await api.getUpdates()).toHaveLength(1);
  });

  test("is called again until it answers 2xx, and nothing overtakes", async () => {
    const { api, nora, bot } = await telegramSituation(quick);
    const receiver = await startReceiver((_, place) => (place <= 3 ? 503 : 200));
    await api.setWebhook(receiver.url);
    nora.writes(bot, "one");
    nora.writes(bot, "two");
    await bot.caughtUp();
    const texts = receiver.requests.map(({ json }) => JSON.stringify(json).match(/"text":"(\w+)"/)?.[1]);
    expect(texts).toEqual(["one", "one", "one", "one", "two"]);
    const ids = new Set(receiver.requests.map(({ json }) => json.update_id));
    expect(ids.size).toBe(2);
    expect(await api.getWebhookInfo()).toMatchObject({
      last_error_message: "Wrong response from the webhook: 503 Service Unavailable",
    });
  });

  test("with more connections, chats go side by side and each stays in order", async () => {
    const { api, telegram, nora, bot } = await telegramSituation(quick);
    const ola = telegram.createUser({ firstName: "Ola" });
    let release = () => {};
    const held = new Promise<number>((resolve) => {
      release = () => resolve(200);
    });
    const receiver = await startReceiver(({ json }) => (JSON.stringify(json).includes("slow") ? held : 200));
    await api.setWebhook(receiver.url, { max_connections: 10 });
    nora.writes(bot, "slow");
    nora.writes(bot, "behind it");
    ola.writes(bot, "beside it");
    await telegram.changes.waitFor(
      () => bot.queue.pending.length === 2,
      () => "nobody overtook",
      5000,
    );
    const texts = () => receiver.requests.map(({ json }) => json.message);
    expect(texts()).toMatchObject([{ text: "slow" }, { text: "beside it" }]);
    release();
    await bot.caughtUp();
    expect(texts()).toMatchObject([{ text: "slow" }, { text: "beside it" }, { text: "behind it" }]);
  });

  test("can get the same update again", async () => {
    const { api, nora, bot } = await telegramSituation(quick);
    const receiver = await startReceiver();
    await api.setWebhook(receiver.url);
    nora.writes(bot, "one");
    await bot.caughtUp();
    bot.queue.repeat(1);
    await bot.caughtUp();
    expect(receiver.requests).toHaveLength(2);
    expect(receiver.requests[1]?.body).toEqual(receiver.requests[0]?.body);
  });

  test("must be on this machine", async () => {
    const { api } = await telegramSituation();
    for (const url of ["https://example.org/hook", "http://127.0.0.1.example.org/", "http://10.0.0.1/"]) {
      await expect(api.setWebhook(url)).rejects.toMatchObject({ error_code: 400 });
    }
  });
});

describe("buttons", () => {
  test("a press reaches the bot that wrote the message, and spins until it is answered", async () => {
    const { api, nora, bot, chat } = await telegramSituation();
    nora.start(bot);
    const { message_id } = await api.sendMessage(nora.id, "Go on?", {
      reply_markup: { inline_keyboard: [[{ text: "Yes", callback_data: "consent:yes" }]] },
    });
    const message = await chat.waitFor("Go on?");
    expect(() => nora.presses(message, "No")).toThrow('it has: "Yes"');
    const press = nora.presses(message, "Yes");
    const query = (await api.getUpdates()).at(-1)?.callback_query;
    expect(query).toMatchObject({
      id: press.id,
      data: "consent:yes",
      from: { id: nora.id },
      message: { message_id, text: "Go on?", chat: { id: nora.id } },
    });
    expect(press.answer).toBeNull();
    await api.answerCallbackQuery(press.id, { text: "Noted", show_alert: true });
    expect(await press.waitForAnswer()).toEqual({ text: "Noted", alert: true });
  });

  test("an unknown or old press can't be answered", async () => {
    const { api, clock, nora, bot, chat } = await telegramSituation();
    nora.start(bot);
    await api.sendMessage(nora.id, "Go on?", {
      reply_markup: { inline_keyboard: [[{ text: "Yes", callback_data: "y" }]] },
    });
    const press = nora.presses(await chat.waitFor("Go on?"), "y");
    clock.advance(hour);
    const why = {
      error_code: 400,
      description: "Bad Request: query is too old and response timeout expired or query ID is invalid",
    };
    await expect(api.answerCallbackQuery(press.id)).rejects.toMatchObject(why);
    await expect(api.answerCallbackQuery("12345")).rejects.toMatchObject(why);
  });

  test("waiting in vain says what the chat shows", async () => {
    const { nora, bot, chat } = await telegramSituation();
    nora.writes(bot, "hello?");
    await expect(chat.waitFor("an answer", { timeout: 5 })).rejects.toThrow(
      'No message an answer in 5 ms. Chat "Nora and @peer_bot" shows:\n  Nora: hello?',
    );
  });
});
