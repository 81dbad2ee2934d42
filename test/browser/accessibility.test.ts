/** The page for those who don't see it, or don't use a mouse, or hold a phone; in light and in dark. */
import axe, { type AxeResults } from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type App, startApp } from "../../bot/app.ts";
import { readConfig } from "../../bot/config.ts";
import { openBrowser, Pane, pictureOf } from "./browser.ts";

let app: App;
let browser: Browser;

beforeAll(async () => {
  app = await startApp(readConfig({ PORT: "0", LOG_LEVEL: "error" }));
  browser = await openBrowser();
  const page = await open({ width: 1720, height: 1040 });
  await fill(page);
  await page.close();
});

afterAll(async () => {
  await browser?.close();
  await app?.stop();
});

async function open(
  viewport: { width: number; height: number },
  colorScheme: "light" | "dark" = "light",
): Promise<Page> {
  const page = await browser.newPage({ viewport, colorScheme, reducedMotion: "reduce" });
  page.setDefaultTimeout(15_000);
  await page.goto(app.pageUrl ?? expect.fail("nothing is simulated"));
  await page.locator("#pane-staff textarea").waitFor({ state: "attached" });
  return page;
}

/** Something of everything: bubbles, quick replies, buttons, a link, a protected message. */
async function fill(page: Page): Promise<void> {
  const staff = new Pane(page, "staff");
  await staff.writes("/invite");
  await staff.follows(/t\.me/);
  await page.getByRole("button", { name: /Kari · supporter/ }).click();
  const kari = new Pane(page, "team");
  await kari.reads("Which first name or alias");
  await kari.writes("Kari");
  await kari.taps("I promise");
  await staff.taps("Trained, let begin");
  await kari.reads("You can begin");
  const amina = new Pane(page, "messenger");
  await amina.writes("Hi, I want to kill myself");
  await amina.reads("Is that all right?");
  await staff.reads("Signs of");
}

/** What a person with a screen reader, weak eyes or a keyboard would stumble over. */
async function stumblings(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = (await page.evaluate("axe.run()")) as AxeResults;
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`);
}

const desk = { width: 1720, height: 1040 };
const phone = { width: 390, height: 844 };
const looks = [
  { name: "desk-light", viewport: desk, colors: "light" },
  { name: "desk-dark", viewport: desk, colors: "dark" },
  { name: "phone-light", viewport: phone, colors: "light" },
  { name: "phone-dark", viewport: phone, colors: "dark" },
] as const;

test.each(looks)("nothing serious stands in the way: $name", async ({ name, viewport, colors }) => {
  const page = await open(viewport, colors);
  expect(await stumblings(page)).toEqual([]);
  await page.screenshot({ path: pictureOf(name) });
  await page
    .getByRole("button", { name: /^Menu for/ })
    .first()
    .click();
  expect(await stumblings(page)).toEqual([]);
  await page.getByRole("button", { name: "Short tour" }).click();
  expect(await stumblings(page)).toEqual([]);
  await expect.poll(() => page.evaluate("document.querySelector('#tour').scrollTop")).toBe(0);
  await page.screenshot({ path: pictureOf(`${name}-tour`) });
  await page.close();
});

describe("without a mouse", () => {
  test("somebody writes, answers with a button, and goes on writing", async () => {
    const page = await open(desk);
    const jonas = new Pane(page, "telegram");
    const focused = () => page.evaluate("document.activeElement?.closest('section')?.id");
    await page.locator("#pane-telegram button.start").focus();
    await page.keyboard.press("Enter");
    await jonas.reads("Is that all right?");
    // What was pressed is gone; the focus stays in the same chat.
    expect(await focused()).toBe("pane-telegram");
    await page.locator("#pane-telegram textarea").focus();
    await page.keyboard.type("Hello there");
    await page.keyboard.press("Enter");
    await jonas.reads("Hello there");
    await page.locator("#pane-telegram").getByRole("button", { name: "Yes, that's fine" }).last().focus();
    await page.keyboard.press("Enter");
    await jonas.reads("how old are you");
    await page.close();
  });

  test("the tour opens and closes, and the focus comes back", async () => {
    const page = await open(desk);
    await page.getByRole("button", { name: "Short tour" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    expect(await page.evaluate("document.activeElement?.id")).toBe("open-tour");
    await page.close();
  });

  test("on a phone the arrows move between the people", async () => {
    const page = await open(phone);
    await page.getByRole("tab", { name: "Messenger" }).focus();
    await page.keyboard.press("ArrowRight");
    expect(await page.getByRole("tab", { selected: true }).innerText()).toBe("Telegram");
    expect(await page.locator("#pane-telegram").isVisible()).toBe(true);
    await page.close();
  });
});

test("on a phone nothing is wider than the screen, and what is tapped is big enough", async () => {
  const page = await open(phone);
  for (const name of ["Messenger", "Telegram", "Supporter", "Staff"]) {
    await page.getByRole("tab", { name }).click();
    expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
    await page.screenshot({ path: pictureOf(`phone-${name.toLowerCase()}`) });
    const small = await page.evaluate(`[...document.querySelectorAll("button")]
      .filter((one) => one.checkVisibility() && !one.closest(".tools") && !one.classList.contains("link"))
      .map((one) => [one.textContent, one.getBoundingClientRect()])
      .filter(([, { width, height }]) => width < 24 || height < 24)
      .map(([text]) => text)`);
    expect(small).toEqual([]);
  }
  await page.close();
});
