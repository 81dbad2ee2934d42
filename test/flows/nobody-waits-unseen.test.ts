/**
 * Over random histories: no request is ever without a live offer, a next date, or somebody who has it; nobody has more
 * talks than the programme allows; and every talk is known to both sides.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { PersonState, ThreadState } from "../../flows/state.ts";
import { wakeAt } from "../../flows/step.ts";
import { type Mentee, Play, type TeamMember } from "./play.ts";
import { oslo } from "./programmes.ts";

const minute = 60_000;

type Act = { who: number; act: (typeof acts)[number]; minutes: number };

const acts = [
  "asks for somebody",
  "writes",
  "accepts",
  "passes",
  "answers",
  "hands on",
  "ends",
  "wants somebody else",
  "pauses",
  "is available",
  "is gone",
  "is back",
  "escalates",
  "is in danger",
  "takes the alert",
  "ends the alert",
  "offers again",
  "opens",
  "gives",
  "writes with them",
  "leaves the staff group",
  "deletes",
  "stops",
  "blocks",
] as const;

class Stage {
  readonly play = new Play("2026-11-23 15:40");
  readonly mentees: Mentee[];
  readonly supporters: TeamMember[];
  readonly coordinator: TeamMember;

  constructor() {
    this.mentees = ["Nora", "Omar", "Pia"].map((name) => this.play.mentee(name));
    this.supporters = ["Alex", "Kira"].map((name) => this.play.supporter(name));
    this.coordinator = this.play.person("Ingrid");
    this.coordinator.writesInStaffGroup("/vakt");
    this.coordinator.starts(null);
  }

  run({ who, act }: Act): void {
    const mentee = this.mentees[who % this.mentees.length];
    const supporter = this.supporters[who % this.supporters.length];
    if (!mentee || !supporter) return;
    const open = mentee.state.case;
    const id = open?.id ?? `${mentee.id}.1`;
    const version = open?.escalation?.version ?? 1;
    switch (act) {
      case "asks for somebody":
        mentee.writes("hello there");
        mentee.does({ input: "mentee_chose", payload: "consent:yes" });
        return mentee.does({ input: "mentee_chose", payload: "age:18plus" });
      case "writes":
        return mentee.writes("hello there");
      case "accepts":
        return supporter.presses(`offer:accept:${id}`);
      case "passes":
        return supporter.presses(`offer:pass:${id}`);
      case "answers":
        return supporter.writes("I am here", id);
      case "hands on":
        return supporter.presses(`case:handon:${id}`);
      case "ends":
        return supporter.presses(`case:endyes:${id}`);
      case "wants somebody else":
        return mentee.does({ input: "mentee_chose", payload: "talk:change" });
      case "pauses":
        return supporter.writes("/pause");
      case "is available":
        return supporter.writes("/available");
      case "is gone":
        return supporter.does({ input: "blocked" });
      case "is back":
        return supporter.does({ input: "unblocked" });
      case "escalates":
        return supporter.presses(`case:escalate:${id}`);
      case "is in danger":
        return mentee.writes("i want to end it", { level: 3, rules: ["en.intent"] });
      case "takes the alert":
        return this.#coordinatorPresses(`alert:take:${id}:${version}`);
      case "ends the alert":
        return this.#coordinatorPresses(`alert:safe:${id}:${version}`);
      case "offers again":
        return this.#coordinatorPresses(`staff:offer_again:${id}`);
      case "opens":
        return this.coordinator.writesInStaffGroup("/open 30 test");
      case "gives":
        return this.#coordinatorPresses(`staff:give:${id}:${supporter.id}`);
      case "writes with them":
        this.#coordinatorPresses(`alert:take:${id}:${version}`);
        return this.#coordinatorPresses(`alert:write:${id}:${version}`);
      case "leaves the staff group":
        return this.coordinator.does({ input: "left_staff_group" });
      case "deletes":
        return mentee.does({ input: "mentee_chose", payload: "rights:delete:yes" });
      case "stops":
        return mentee.writes("stop");
      case "blocks":
        return mentee.does({ input: "mentee_blocked" });
      default:
        return act satisfies never;
    }
  }

  #coordinatorPresses(payload: string): void {
    this.coordinator.does({
      input: "chose",
      payload,
      where: "staff_group",
      senderName: "Ingrid",
      coordinator: true,
    });
  }

  pass(minutes: number): void {
    this.play.pass(minutes * minute);
  }

  /** How often what was seen, so that this test can't pass by seeing nothing. */
  readonly seen = new Set<string>();

  check(): void {
    for (const { state } of this.mentees) this.#checkThread(state);
    for (const { state } of this.supporters) this.#checkSupporter(state);
  }

  #checkThread(state: ThreadState): void {
    const open = state.case;
    if (!open) return;
    const name = open.phase.phase + (open.escalation?.outcome === null ? " with an alert" : "");
    this.seen.add(name);
    const wakes = wakeAt(state);
    expect(wakes === null || wakes > this.play.now, "a date that has passed").toBe(true);
    if (open.escalation?.writes) {
      const writer = this.play.states.get(open.escalation.writes) as PersonState;
      expect(writer.coordinator?.writesTo?.case, "a coordinator who does not know whom they write with").toBe(
        open.id,
      );
      this.seen.add("a coordinator writes");
    }
    if (open.escalation?.outcome === null) expect(wakes, "an alert without a next reminder").not.toBeNull();
    switch (open.phase.phase) {
      case "talking": {
        const holder = this.play.states.get(open.phase.with) as PersonState;
        expect(holder.supporter?.cases.map((held) => held.case)).toContain(open.id);
        expect(holder.reachable, "a talk with somebody who is gone").toBe(true);
        return;
      }
      case "waiting":
      case "offered":
      case "intake":
      case "erasing":
        expect(wakes, "a request without a next date").not.toBeNull();
        return;
      default:
        open.phase satisfies never;
    }
  }

  #checkSupporter({ supporter }: PersonState): void {
    if (!supporter) return;
    expect(supporter.cases.length + supporter.reserved.length).toBeLessThanOrEqual(oslo.capacity);
    for (const held of supporter.cases) {
      const thread = this.mentees.find(({ state }) => state.case?.id === held.case);
      expect(thread?.state.case?.phase.phase, "a talk that only the supporter knows").toBe("talking");
    }
  }
}

test("nobody waits unseen", { timeout: 600_000 }, () => {
  const history = fc.array(
    fc.record({
      who: fc.nat(5),
      // Without people who ask and who accept, nothing happens.
      act: fc.oneof(
        { weight: 3, arbitrary: fc.constantFrom("asks for somebody" as const, "accepts" as const) },
        { weight: 3, arbitrary: fc.constantFrom(...acts) },
        { weight: 1, arbitrary: fc.constantFrom("is in danger" as const, "writes with them" as const) },
      ),
      minutes: fc.oneof(
        { weight: 9, arbitrary: fc.constant(0) },
        { weight: 5, arbitrary: fc.nat(12) },
        { weight: 1, arbitrary: fc.nat(900) },
      ),
    }),
    { maxLength: 60 },
  );
  const seen = new Set<string>();
  fc.assert(
    fc.property(history, (list) => {
      const stage = new Stage();
      for (const step of list) {
        stage.run(step);
        stage.pass(step.minutes);
        stage.check();
      }
      for (const name of stage.seen) seen.add(name);
    }),
    // The same histories each time, unless more are asked for.
    process.env.HISTORIES ? { numRuns: Number(process.env.HISTORIES) * 100 } : { numRuns: 600, seed: 27 },
  );
  expect(seen).toContain("a coordinator writes");
  for (const phase of ["intake", "waiting", "offered", "talking"]) {
    expect(seen).toContain(phase);
    expect(seen).toContain(`${phase} with an alert`);
  }
});
