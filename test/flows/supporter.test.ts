/** Words of a supporter that come before the thread has answered: nobody must be told that there is no talk. */
import { expect, test } from "vitest";
import { open, supporterOf } from "./golden.ts";
import { Play } from "./play.ts";

test("words right after an offer was accepted belong to that talk", () => {
  const play = new Play(open);
  const alex = supporterOf(play, "Alex");
  const state = alex.state;
  if (!state.supporter) throw new Error("no supporter");
  state.supporter.reserved = ["tnora.1"];
  const before = play.effects.length;
  alex.writes("Hi, I am here");
  expect(play.effects.slice(before)).toMatchObject([
    { effect: "tell", subject: "tnora", input: { input: "supporter_wrote", case: "tnora.1" } },
  ]);
});

test("with two accepted at once they are not guessed", () => {
  const play = new Play(open);
  const alex = supporterOf(play, "Alex");
  const state = alex.state;
  if (!state.supporter) throw new Error("no supporter");
  state.supporter.reserved = ["tnora.1", "tomar.1"];
  alex.writes("Hi, I am here");
  expect(play.last("Alex")).toContain("no open talk");
});
