/** What a newcomer does after the first line of the README: a case, from the first words to the closing. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type App, startApp } from "../../bot/app.ts";
import { readConfig } from "../../bot/config.ts";
import { openBrowser, Pane, pictureOf } from "./browser.ts";

let app: App;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  app = await startApp(readConfig({ PORT: "0", LOG_LEVEL: "error" }));
  browser = await openBrowser();
  page = await browser.newPage({ viewport: { width: 1720, height: 1040 } });
  page.setDefaultTimeout(15_000);
  page.on("pageerror", (error) => {
    throw error;
  });
});

afterAll(async () => {
  await picture("last");
  await browser?.close();
  await app?.stop();
});

const picture = (name: string) => page.screenshot({ path: pictureOf(name) });

test("a case on the page, from the first words to the closing", async () => {
  await page.goto(app.pageUrl ?? expect.fail("nothing is simulated"));
  const amina = new Pane(page, "messenger");
  const jonas = new Pane(page, "telegram");
  const kari = new Pane(page, "team");
  const staff = new Pane(page, "staff");

  await staff.writes("/invite");
  await staff.follows(/t\.me/);
  await page.getByRole("button", { name: /Kari · supporter/ }).click();
  await kari.reads("Which first name or alias");
  await kari.writes("Kari");
  await kari.taps("I promise");
  await staff.taps("Trained, let begin");
  await kari.reads("You can begin");
  await kari.writes("/available");
  await kari.reads("You are available now");

  await amina.writes("Hi, is anybody there? I can't sleep because of exams");
  await amina.reads(/automatic helper|automatisk hjelper/);
  await picture("1-welcome");
  await amina.taps("Yes, that's fine");
  await amina.taps("18 or over");
  await kari.reads("Somebody would like to talk");
  await kari.taps("Accept");
  await kari.reads("I can't sleep because of exams");
  await amina.reads("You are now writing with Kari");

  await kari.writes("Hi! I am here. What is on your mind?");
  await amina.reads("What is on your mind?");
  await amina.writes("It is all too much at once");
  await kari.reads("It is all too much at once");
  await amina.sends("📷 Photo");
  await kari.showsPicture();
  await amina.sends("🎵 Audio");
  await kari.showsPlayer("🎤 Voice message");
  await kari.sends("📷 Photo");
  await amina.showsPicture();

  await kari.writes("/escalate I am not sure how to help");
  await staff.reads("needs a coordinator");
  await staff.taps("I take it");
  await staff.reads("takes care of");
  await kari.reads("takes care of the alert");
  // Meanwhile somebody in danger, who has not agreed to anything yet.
  await jonas.starts();
  await jonas.reads("Is that all right?");
  await jonas.writes("I want to kill myself");
  await jonas.reads("113");
  await staff.reads("Signs of");
  await picture("2-talk");

  await amina.opensMenu("End the talk");
  await amina.taps("Yes, end it");
  await amina.reads("This talk is closed");
  await kari.reads("has ended the talk");
  await picture("3-end");

  // Neither ever saw who the other is.
  expect(await kari.log.innerText()).not.toContain("Amina");
  expect(await staff.log.innerText()).not.toContain("Amina");
  expect(await amina.log.innerText()).not.toContain("Blue");
});
