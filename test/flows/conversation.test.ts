/** Golden conversations: what everybody reads, in files that a person can read. `vitest -u` rewrites them. */
import { describe, expect, test } from "vitest";
import { Play } from "./play.ts";

const open = "2026-11-23 10:00"; // a Monday

function golden(name: string, play: Play): Promise<void> {
  return expect(play.transcript).toMatchFileSnapshot(`./golden/${name}.txt`);
}

describe("golden conversations", () => {
  test("from first words to the closing", async () => {
    const play = new Play(open);
    const alex = play.supporter("Alex");
    const nora = play.mentee("Nora");
    nora.writes("Hei");
    nora.writes("jeg har det litt tungt for tiden");
    nora.taps("Ja, det er greit");
    nora.writes("19");
    alex.taps("Ta imot");
    alex.writes("Hei, jeg er her. Vil du fortelle?");
    nora.writes("det er eksamen og alt på en gang");
    alex.writes("Det høres mye ut.");
    alex.taps("Avslutt samtalen");
    alex.taps("Ja, avslutt");
    expect(nora.state.case).toBeNull();
    await golden("first-words-to-closing", play);
  });
});
