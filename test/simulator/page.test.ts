import { request } from "node:http";
import { describe, expect, onTestFinished, test } from "vitest";
import { SimulatedClock, startSimulator } from "../../simulator/index.ts";
import type { Shown } from "../../simulator/page-server/act.ts";
import type { ChatView, PaneId, View } from "../../simulator/page-server/view.ts";
import { tomorrowAt } from "../../simulator/page-server/zone.ts";
import { samples } from "../../simulator/samples.ts";

/** Friday 20 November 2026, 19:58 in Oslo. */
const start = new Date("2026-11-20T18:58:00Z");

async function pageSituation(clock: { now(): Date } = new SimulatedClock(start)) {
  const page = { programme: "Peer Support Oslo", zone: "Europe/Oslo" };
  const simulator = await startSimulator({ clock, page });
  onTestFinished(() => simulator.stop());

  const view = async (): Promise<View> => JSON.parse(await (await fetch(`${simulator.pageUrl}view`)).text());

  async function act(what: object, headers: Record<string, string> = { "x-simulator": "page" }) {
    const response = await fetch(`${simulator.pageUrl}act`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(what),
    });
    const answer: { show: Shown; problem?: string } = JSON.parse(await response.text());
    return { status: response.status, answer };
  }

  async function chat(id: PaneId, place = 0): Promise<ChatView> {
    const found = (await view()).panes.find((pane) => pane.id === id)?.chats[place];
    return found ?? expect.fail(`There is no chat ${place} in ${id}.`);
  }
  const { cast } = simulator;
  const at = {
    amina: { pane: "messenger", person: cast.messengerMentees[0]?.id ?? "" },
    jonas: { pane: "telegram", person: String(cast.telegramMentees[0]?.id) },
    kari: { pane: "team", person: String(cast.supporters[0]?.id) },
    ingrid: { pane: "staff", person: String(cast.coordinators[0]?.id) },
  };
  return { simulator, cast, view, act, chat, at };
}

test("four columns, each with somebody who can begin", async () => {
  const { view } = await pageSituation();
  const { panes, clock } = await view();
  expect(panes.map(({ id, look, people }) => [id, look, people.map(({ name }) => name)])).toEqual([
    ["messenger", "messenger", ["Amina"]],
    ["telegram", "telegram", ["Jonas"]],
    ["team", "telegram", ["Kari", "Ingrid"]],
    ["staff", "telegram", ["Ingrid"]],
  ]);
  expect(panes.map(({ chats }) => chats[0]?.state)).toEqual(["open", "not_started", "not_started", "open"]);
  expect(clock).toMatchObject({ now: start.getTime(), zone: "Europe/Oslo", ticking: false });
});

describe("what is done on the page reaches the platforms", () => {
  test("files, a sample or one's own, are sent, and shown by nothing that could run", async () => {
    const { simulator, act, chat, at } = await pageSituation();
    const own = { content: "", type: "", name: "" };
    await act({ act: "attach", ...at.amina, kind: "image", ...own });
    await act({ act: "start", ...at.jonas });
    const page = Buffer.from("<script>alert(1)</script>").toString("base64");
    await act({
      act: "attach",
      ...at.jonas,
      kind: "document",
      content: page,
      type: "text/html",
      name: "x.html",
    });
    const picture = (await chat("messenger")).messages.at(-1)?.file ?? expect.fail("no picture");
    const document = (await chat("telegram")).messages.at(-1)?.file ?? expect.fail("no document");
    const fetched = await fetch(new URL(picture.url, simulator.pageUrl));
    expect(fetched.headers.get("content-type")).toBe("image/jpeg");
    expect(Buffer.from(await fetched.arrayBuffer())).toEqual(samples.picture.bytes);
    const guarded = await fetch(new URL(document.url, simulator.pageUrl));
    expect(guarded.headers.get("content-type")).toBe("application/octet-stream");
    expect(guarded.headers.get("content-disposition")).toBe("attachment");
    expect((await act({ act: "attach", ...at.jonas, kind: "hologram", ...own })).answer.problem).toContain(
      "hologram",
    );
  });

  test("signs that were put on words are shown", async () => {
    const { cast, act, chat, at } = await pageSituation();
    await act({ act: "write", ...at.amina, text: "Hei", replyTo: "" });
    const [person] = cast.messengerMentees;
    const [message] = person?.messages ?? [];
    if (message) person?.reacts(message, "❤");
    expect((await chat("messenger")).messages[0]?.reactions).toEqual(["❤"]);
  });

  test("writing, replying and editing, on both", async () => {
    const { cast, act, chat, at } = await pageSituation();
    await act({ act: "write", ...at.amina, text: "Hei, <b>noen</b> her?", replyTo: "" });
    await act({ act: "start", ...at.jonas });
    const { id } = (await chat("telegram")).messages[0] ?? expect.fail("Start left no message.");
    await act({ act: "write", ...at.jonas, text: "to mysefl", replyTo: id });
    const last = (await chat("telegram")).messages.at(-1) ?? expect.fail("Nothing was written.");
    await act({ act: "edit", ...at.jonas, message: last.id, text: "to myself" });
    expect((await chat("messenger")).messages).toMatchObject([
      {
        side: "mine",
        text: "Hei, <b>noen</b> her?",
        time: "19:58",
        day: "Friday 20 November",
        ticks: "sent",
      },
    ]);
    expect((await chat("telegram")).messages.at(-1)).toMatchObject({
      text: "to myself",
      edited: true,
      replyTo: { author: "Jonas", text: "/start" },
    });
    const [first, second, third] = cast.publicBot.queue.pending.map(({ kind }) => kind);
    expect([first, second, third]).toEqual(["message", "message", "edited_message"]);
  });

  test("buttons, quick replies, menus and what the bot answers to a press", async () => {
    const { simulator, cast, act, chat, at } = await pageSituation();
    const call = (path: string, body: object, headers = {}) =>
      fetch(path, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify(body),
      });
    const bot = `${simulator.telegramRoot}/bot${cast.publicBot.token}`;
    await act({ act: "start", ...at.jonas });
    await call(`${bot}/setMyCommands`, { commands: [{ command: "help", description: "Help now" }] });
    await call(`${bot}/sendMessage`, {
      chat_id: at.jonas.person,
      text: "Go on? See https://example.org/a.",
      reply_markup: { inline_keyboard: [[{ text: "Yes", callback_data: "y" }]] },
    });
    const asked = await chat("telegram");
    const question = asked.messages.at(-1) ?? expect.fail("The question did not arrive.");
    expect(asked.menu).toEqual([{ label: "/help", note: "Help now", value: "/help" }]);
    expect(question.links.map(({ url }) => url)).toEqual(["https://example.org/a"]);
    await act({ act: "press", ...at.jonas, message: question.id, place: "0" });
    expect((await chat("telegram")).messages.at(-1)?.buttons).toMatchObject([
      [{ label: "Yes", waiting: true }],
    ]);
    const press = cast.publicBot.queue.pending.at(-1)?.json.callback_query;
    expect(press).toMatchObject({ data: "y" });
    await call(`${bot}/answerCallbackQuery`, {
      callback_query_id: [...simulator.telegram.presses.keys()].at(-1),
      text: "Noted",
    });
    expect((await chat("telegram")).notes).toMatchObject([{ text: "Noted", alert: false }]);

    await act({ act: "write", ...at.amina, text: "hello", replyTo: "" });
    const bearer = { authorization: `Bearer ${cast.page.token}` };
    await call(
      `${simulator.graphRoot}/me/messages`,
      {
        recipient: { id: at.amina.person },
        messaging_type: "RESPONSE",
        message: { text: "Go on?", quick_replies: [{ content_type: "text", title: "Yes", payload: "y" }] },
      },
      bearer,
    );
    expect((await chat("messenger")).quickReplies).toEqual(["Yes"]);
    await act({ act: "choose", ...at.amina, label: "Yes" });
    expect(await chat("messenger")).toMatchObject({ quickReplies: [], messages: [{}, {}, { text: "Yes" }] });
  });

  test("people can be added, and block", async () => {
    const { cast, view, act, chat, at } = await pageSituation();
    let changes = 0;
    cast.telegram.changes.listen(() => {
      changes += 1;
    });
    for (const role of ["messengerMentee", "telegramMentee", "supporter", "coordinator"]) {
      const before = changes;
      const { answer } = await act({ act: "add", role });
      expect(changes).toBeGreaterThan(before);
      expect(answer.show).toEqual({ pane: expect.any(String), person: expect.any(String) });
    }
    const { panes } = await view();
    expect(panes.map(({ people }) => people.length)).toEqual([2, 2, 4, 2]);
    expect(cast.staffGroup.present).toHaveLength(3);
    await act({ act: "start", ...at.kari });
    await act({ act: "block", ...at.kari });
    expect((await chat("team")).state).toBe("blocked");
    expect(await act({ act: "write", ...at.kari, text: "x", replyTo: "" })).toMatchObject({
      status: 400,
      answer: { problem: expect.stringContaining("has blocked") },
    });
    await act({ act: "unblock", ...at.kari });
    expect((await chat("team")).state).toBe("open");
  });
});

describe("links", () => {
  test("a mentee's own link opens on their own phone, also on the other platform", async () => {
    const { cast, view, act, at } = await pageSituation();
    const { answer } = await act({ act: "open", ...at.amina, url: cast.publicBot.link("moved"), as: "" });
    const telegram = (await view()).panes.find(({ id }) => id === "telegram");
    expect(telegram?.people.map(({ name }) => name)).toEqual(["Jonas", "Amina"]);
    expect(answer.show).toEqual({ pane: "telegram", person: telegram?.people[1]?.id });
    expect(telegram?.chats[1]?.messages).toMatchObject([{ text: "/start" }]);
    expect(cast.telegramMentees[1]?.chatWith(cast.publicBot).messages).toMatchObject([
      { text: "/start moved" },
    ]);
    await act({ act: "open", ...at.amina, url: cast.publicBot.link("again"), as: "" });
    expect((await view()).panes[1]?.people).toHaveLength(2);
    const back = await act({
      act: "open",
      pane: "telegram",
      person: answer.show.person,
      url: cast.page.link("b"),
      as: "",
    });
    expect(back.answer.show).toEqual({ pane: "messenger", person: at.amina.person });
  });

  test("an invitation in the staff group is opened by whom it is handed to", async () => {
    const { cast, chat, act, at } = await pageSituation();
    const url = cast.teamBot.link("one-time");
    const kari = await act({ act: "open", ...at.ingrid, url, as: at.kari.person });
    expect(kari.answer.show).toEqual({ pane: "team", person: at.kari.person });
    expect((await chat("team")).messages).toMatchObject([{ text: "/start" }]);
    expect(cast.supporters[0]?.chatWith(cast.teamBot).messages).toMatchObject([{ text: "/start one-time" }]);
    const fresh = await act({ act: "open", ...at.ingrid, url, as: "new" });
    expect(cast.supporters.map(({ id }) => String(id))).toEqual([at.kari.person, fresh.answer.show.person]);
    const self = await act({ act: "open", ...at.ingrid, url, as: "" });
    expect(self.answer.show).toEqual({ pane: "team", person: at.ingrid.person });
  });

  test.each(["https://example.org/", "javascript:alert(1)", "nonsense"])("%s leads nowhere", async (url) => {
    const { act, at } = await pageSituation();
    expect(await act({ act: "open", ...at.jonas, url, as: "" })).toEqual({
      status: 400,
      answer: { problem: "This link leads outside the simulation." },
    });
  });
});

describe("the clock", () => {
  test.each([
    ["ten_minutes", "2026-11-20T19:08:00Z"],
    ["hour", "2026-11-20T19:58:00Z"],
    ["tomorrow", "2026-11-21T08:00:00Z"],
    ["monday", "2026-11-23T08:00:00Z"],
  ])("%s leads to %s", async (to, wanted) => {
    const { view, act } = await pageSituation();
    await act({ act: "move", to });
    expect((await view()).clock.now).toBe(new Date(wanted).getTime());
  });

  test.each([
    ["tomorrow", "2026-10-24T10:00:00Z", "2026-10-25T08:00:00Z"],
    ["tomorrow", "2027-03-27T10:00:00Z", "2027-03-28T07:00:00Z"],
    ["monday", "2026-11-23T07:30:00Z", "2026-11-23T08:00:00Z"],
    ["monday", "2026-11-23T08:00:00Z", "2026-11-30T08:00:00Z"],
    ["tomorrow", "2026-12-31T22:59:59Z", "2027-01-01T08:00:00Z"],
    ["tomorrow", "2026-12-31T23:00:00Z", "2027-01-02T08:00:00Z"],
  ])("%s is local time, also when clocks change: from %s to %s", async (to, from, wanted) => {
    const { view, act } = await pageSituation(new SimulatedClock(new Date(from)));
    await act({ act: "move", to });
    expect(new Date((await view()).clock.now).toISOString()).toBe(new Date(wanted).toISOString());
  });

  test("counts from the right offset where clocks change in the morning hours of UTC", () => {
    const eve = new Date("2026-03-07T20:00:00Z");
    const nine = tomorrowAt(eve, "America/Los_Angeles", 9);
    expect(nine.toISOString()).toBe("2026-03-08T16:00:00.000Z");
  });

  test("has no buttons when it is not the page's", async () => {
    const { view, act } = await pageSituation({ now: () => start });
    expect((await view()).clock.moves).toEqual([]);
    expect(await act({ act: "move", to: "hour" })).toMatchObject({ status: 400 });
  });
});

test("changes come as a stream", async () => {
  const { simulator, act, at } = await pageSituation();
  const response = await fetch(`${simulator.pageUrl}changes`);
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let seen = "";
  const until = async (wanted: string) => {
    while (!seen.includes(wanted)) seen += (await reader?.read())?.value ?? expect.fail("The stream ended.");
  };
  await until("\n\n");
  expect(seen).toMatch(/^data: \{"clock"/);
  await act({ act: "write", ...at.amina, text: "through the stream", replyTo: "" });
  await until("through the stream");
  await act({ act: "move", to: "hour" });
  await until(`"now":${start.getTime() + 3_600_000}`);
  await reader?.cancel();
});

describe("nobody else can use it", () => {
  test("the page's files allow no script but their own, and load", async () => {
    const { simulator } = await pageSituation();
    const response = await fetch(simulator.pageUrl);
    expect(response.headers.get("content-security-policy")).toContain("script-src 'self'");
    expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
    const html = await response.text();
    expect(html).not.toMatch(/<script(?![^>]* src=)|\son\w+=|\sstyle=/i);
    for (const [, file] of html.matchAll(/(?:src|href)="([^"]+)"/g)) {
      expect((await fetch(new URL(file ?? "", simulator.pageUrl))).status).toBe(200);
    }
  });

  test("not another site in the same browser", async () => {
    const { simulator, cast, act, at } = await pageSituation();
    const write = { act: "write", ...at.amina, text: "forged", replyTo: "" };
    expect((await act(write, {})).status).toBe(400);
    const { port } = new URL(simulator.pageUrl);
    const from = (headers: Record<string, string>, path = "/view") =>
      new Promise<number | undefined>((resolve) => {
        request({ host: "127.0.0.1", port, path, headers }, (response) => {
          response.resume();
          resolve(response.statusCode);
        }).end();
      });
    expect(await from({ host: `127.0.0.1:${port}` })).toBe(200);
    expect(await from({ host: "localhost:9999" })).toBe(200);
    expect(await from({ host: `evil.example:${port}` })).toBe(403);
    expect(await from({ host: `127.0.0.1:${port}`, origin: "https://evil.example" })).toBe(403);
    expect(await from({ host: `127.0.0.1:${port}`, "sec-fetch-site": "cross-site" })).toBe(403);
    expect(await from({ host: "evil.example" }, `/telegram/bot${cast.publicBot.token}/getMe`)).toBe(403);
    expect(cast.messengerMentees[0]?.messages).toEqual([]);
  });

  test.each([
    {},
    { act: "write" },
    { act: "write", pane: "nowhere", person: "1", text: "x", replyTo: "" },
    { act: "write", pane: "telegram", person: "1", text: "x", replyTo: "" },
    { act: "dance", pane: "staff", person: "1" },
    { act: "add", role: "king" },
    { act: "move", to: "yesterday" },
    { act: "__proto__" },
    { act: "write", pane: "__proto__", person: "1", text: "x", replyTo: "" },
    [],
  ])("nonsense is answered with a sentence: %j", async (what) => {
    const { act } = await pageSituation();
    expect(await act(what)).toEqual({ status: 400, answer: { problem: expect.stringMatching(/\.$/) } });
  });
});
