/** A headless Chromium, and the simulator's page in it as a person uses it: panes, chats, buttons. */
import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium, type Locator, type Page } from "playwright-core";
import { expect } from "vitest";

const places = [
  process.env.CHROMIUM ?? "",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

const pictures = process.env.PICTURES ?? mkdtempSync(join(tmpdir(), "peerline-pictures-"));

/** Where a screenshot of that name goes. */
export function pictureOf(name: string): string {
  return join(pictures, `${name}.png`);
}

/** @throws when there is no Chromium on this machine */
export function openBrowser(): Promise<Browser> {
  const executablePath = places.find((place) => place !== "" && existsSync(place));
  if (!executablePath) throw new Error("There is no Chromium here: install it, or set CHROMIUM to its path.");
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-dev-shm-usage",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** One of the page's four columns: somebody at their phone. */
export class Pane {
  readonly #root: Locator;

  constructor(page: Page, id: "messenger" | "telegram" | "team" | "staff") {
    this.#root = page.locator(`#pane-${id}`);
  }

  /** The words of the chat that is open, oldest first. */
  get log(): Locator {
    return this.#root.getByRole("log");
  }

  async writes(text: string): Promise<void> {
    await this.#root.locator("textarea").fill(text);
    await this.#root.getByRole("button", { name: "Send" }).click();
  }

  /** Sends something that is not text, as the list beside the field calls it. */
  async sends(label: string): Promise<void> {
    await this.#root.getByLabel("Send something else").selectOption({ label });
  }

  /** Waits until the chat shows a picture, and it has been drawn. */
  async showsPicture(): Promise<void> {
    const picture = this.log.locator("img.picture").last();
    await picture.waitFor({ timeout: 15_000 });
    await expect
      .poll(() => picture.evaluate((shown) => (shown as unknown as { naturalWidth: number }).naturalWidth))
      .toBeGreaterThan(0);
  }

  /** Waits until the chat has something to be played. */
  async showsPlayer(name: string): Promise<void> {
    await this.log.getByLabel(name).last().waitFor({ timeout: 15_000 });
  }

  /** Presses Start or Get Started, where the app offers it. */
  async starts(): Promise<void> {
    await this.#root.locator("button.start").click();
  }

  /** Taps the newest button of that name: below a message, or as a quick reply. */
  async taps(label: string): Promise<void> {
    await this.#root.getByRole("button", { name: label, exact: true }).last().click();
  }

  async opensMenu(label: string): Promise<void> {
    await this.#root.getByRole("button", { name: /^Menu for/ }).click();
    await this.taps(label);
  }

  /** Taps a link in a message. */
  async follows(link: RegExp): Promise<void> {
    await this.#root.getByRole("button", { name: link }).last().click();
  }

  /** Waits until the chat shows these words. */
  async reads(words: string | RegExp): Promise<void> {
    await this.log.getByText(words).last().waitFor({ timeout: 15_000 });
  }
}
