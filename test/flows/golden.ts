/** What golden conversations share. */
import { expect } from "vitest";
import type { CaseId } from "../../flows/party.ts";
import type { Mentee, Play, TeamMember } from "./play.ts";

/** A Monday within the answer window. */
export const open = "2026-11-23 10:00";

/** What everybody read, in a file that a person can read. `vitest -u` rewrites it. */
export function golden(name: string, play: Play): Promise<void> {
  return expect(play.transcript).toMatchFileSnapshot(`./golden/${name}.txt`);
}

/** Everybody reads English here. */
export function supporterOf(play: Play, name: string): TeamMember {
  const supporter = play.supporter(name);
  supporter.writes("/english");
  return supporter;
}

/** First words, a yes, and an age. */
export function asks(mentee: Mentee, words: string): void {
  mentee.writes(words);
  mentee.taps("Yes, that's fine");
  mentee.taps("18 or over");
}

export const caseOf = (mentee: Mentee): CaseId => {
  const id = mentee.state.case?.id;
  if (!id) throw new Error("no case is open");
  return id;
};
