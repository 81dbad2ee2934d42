import { HttpError } from "grammy";
import { expect, test } from "vitest";
import { fault, telegramRefusal } from "../../simulator/index.ts";
import { telegramSituation } from "./situation.ts";

test("a refusal is the real body, once, and nothing happens", async () => {
  const { api, telegram, nora, bot, chat } = await telegramSituation();
  nora.start(bot);
  telegram.faults.next({ method: "sendMessage" }, fault.refuse(telegramRefusal.tooManyRequests(7)));
  await expect(api.sendMessage(nora.id, "one")).rejects.toMatchObject({
    error_code: 429,
    description: "Too Many Requests: retry after 7",
    parameters: { retry_after: 7 },
  });
  await api.sendMessage(nora.id, "two");
  expect(chat.messages.map(({ text }) => text)).toEqual(["/start", "two"]);
  expect(telegram.calls.list("sendMessage")).toMatchObject([
    { effect: false, status: 429, fault: "refuse", parameters: { text: "one" } },
    { effect: true, status: 200, fault: null, parameters: { text: "two" } },
  ]);
  expect(telegram.faults.usedUp).toBe(true);
});

test.each([
  ["dropBefore", false],
  ["dropAfter", true],
  ["badGateway", false],
  ["badGatewayAfter", true],
  ["emptyAnswer", false],
] as const)("%s: the caller can't tell, but it happened: %s", async (name, happened) => {
  const { api, telegram, nora, bot, chat } = await telegramSituation();
  nora.start(bot);
  telegram.faults.next({ method: "sendMessage", chat: nora.id }, fault[name]);
  await expect(api.sendMessage(nora.id, "words")).rejects.toBeInstanceOf(HttpError);
  expect(chat.messages.some(({ text }) => text === "words")).toBe(happened);
  expect(telegram.calls.list("sendMessage").at(-1)?.effect).toBe(happened);
});

test("a call that hangs has had its effect, or not, when the caller gives up", async () => {
  const { simulator, telegram, nora, bot, chat } = await telegramSituation();
  nora.start(bot);
  for (const [planned, text] of [
    [fault.hangBefore, "no"],
    [fault.hangAfter, "yes"],
  ] as const) {
    telegram.faults.next({ method: "sendMessage" }, planned);
    const leave = new AbortController();
    const query = new URLSearchParams({ chat_id: String(nora.id), text });
    const url = `${simulator.telegramRoot}/bot1001:secret/sendMessage?${query}`;
    const call = fetch(url, { signal: leave.signal });
    await telegram.calls.waitFor("sendMessage", ({ parameters }) => parameters.text === text);
    leave.abort();
    await expect(call).rejects.toThrow();
  }
  expect(chat.messages.map(({ text }) => text)).toEqual(["/start", "yes"]);
});

test("rules count only the calls they are for", async () => {
  const { api, telegram, nora, bot } = await telegramSituation();
  const ola = telegram.createUser({ firstName: "Ola" });
  nora.start(bot);
  ola.start(bot);
  const planned = fault.refuse(telegramRefusal.internal());
  telegram.faults.next({ method: "sendMessage", chat: ola.id, nth: 2, times: 2 }, planned);
  const outcomes: string[] = [];
  for (const who of [ola, nora, ola, nora, ola, ola]) {
    const sent = api.sendMessage(who.id, "x");
    outcomes.push(
      await sent.then(
        () => "sent",
        (error: { error_code: number }) => `${error.error_code}`,
      ),
    );
  }
  expect(outcomes).toEqual(["sent", "sent", "500", "sent", "500", "sent"]);
  telegram.faults.next({ times: Number.POSITIVE_INFINITY }, planned);
  await expect(api.getMe()).rejects.toThrow();
  telegram.faults.clear();
  await api.getMe();
});

test("an effect does not wait for its slow answer", async () => {
  const { api, telegram, nora, bot, chat } = await telegramSituation();
  nora.start(bot);
  telegram.faults.next({ method: "sendMessage" }, fault.delay(60));
  const order: string[] = [];
  const sending = api.sendMessage(nora.id, "words").then(() => order.push("answered"));
  await chat.waitFor("words").then(() => order.push("arrived"));
  await sending;
  expect(order).toEqual(["arrived", "answered"]);
});

test("with rates on, a second message to a chat within the second waits, as does a group's twenty-first", async () => {
  const { api, telegram, nora, bot } = await telegramSituation({ telegram: { rates: true } });
  const ola = telegram.createUser({ firstName: "Ola" });
  nora.start(bot);
  ola.start(bot);
  await api.sendMessage(nora.id, "one");
  await expect(api.sendMessage(nora.id, "two")).rejects.toMatchObject({
    error_code: 429,
    parameters: { retry_after: 1 },
  });
  await api.sendMessage(ola.id, "another chat");
  const group = telegram.createGroup({ title: "Team", members: [nora, bot] });
  for (let place = 1; place <= 20; place += 1) await api.sendMessage(group.id, `${place}`);
  await expect(api.sendMessage(group.id, "21")).rejects.toMatchObject({
    error_code: 429,
    parameters: { retry_after: expect.any(Number) },
  });
});

test("commands, descriptions and menu buttons are kept by scope and language", async () => {
  const { api, bot } = await telegramSituation();
  const scope = { type: "all_private_chats" } as const;
  await api.setMyCommands([{ command: "help", description: "Hjelp" }], { scope, language_code: "nb" });
  expect(await api.getMyCommands({ scope, language_code: "nb" })).toEqual([
    { command: "help", description: "Hjelp" },
  ]);
  expect(await api.getMyCommands({ scope })).toEqual([]);
  await api.deleteMyCommands({ scope, language_code: "nb" });
  expect(await api.getMyCommands({ scope, language_code: "nb" })).toEqual([]);
  await expect(api.setMyCommands([{ command: "Help", description: "x" }])).rejects.toMatchObject({
    description: "Bad Request: BOT_COMMAND_INVALID",
  });
  await api.setMyDescription("What this is", { language_code: "en" });
  await api.setMyShortDescription("Short");
  await api.setChatMenuButton({ menu_button: { type: "commands" } });
  expect(bot.descriptions.get("en")).toBe("What this is");
  expect(await api.getMyShortDescription()).toEqual({ short_description: "Short" });
  expect(await api.getChatMenuButton()).toEqual({ type: "commands" });
});
