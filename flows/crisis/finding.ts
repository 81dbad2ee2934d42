/**
 * What detection says about one message. It holds no word of the message: only levels, ids of rules and families of
 * cues, so that it can be stored, counted and shown to a coordinator.
 */
import type { Cue } from "../../programmes/crisis.ts";

/** 0 nothing · 1 soft distress · 2 concern · 3 high · 4 imminent. What each one does stands in the flows. */
export type Level = 0 | 1 | 2 | 3 | 4;

/**
 * Who or what is in danger; it chooses the card. `self` is the writer's own life or health and stands for every
 * finding that names nothing else, level 0 included; `help` is somebody who asked for help with a fixed word.
 */
export type FindingKind = "self" | "third_person" | "violence" | "medical" | "abuse" | "minor" | "help";

export interface Finding {
  level: Level;
  kind: FindingKind;
  /** Ids of the rules that spoke, the weightiest first; `model.s2` and the like where the model raised the level. */
  rules: string[];
  /** To be remembered of this message, for the next ones. */
  cues: Cue[];
  /** Of the rules and the model. */
  version: string;
}

/** A finding of one of the same person's last messages, as far as the next one needs it. */
export type EarlierFinding = Pick<Finding, "level" | "cues">;

/** How far back a caller looks for earlier findings: people split a sentence over messages, not over days. */
export const remembered = { messages: 6, minutes: 120 } as const;
