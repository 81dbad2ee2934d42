/**
 * What a person's language has to bring so that people can type in it. One file for each language beside this one;
 * the compiler names what a new one lacks. Words are compared without marks, capitals and Cyrillic letters, so each
 * stands here once, as it is spelled.
 */

export type MenteeCommand =
  | "help"
  | "helplines"
  | "end"
  | "change"
  | "stop"
  | "delete"
  | "mydata"
  | "privacy"
  | "consent";

export type SupporterCommand =
  | "available"
  | "pause"
  | "cases"
  | "escalate"
  | "end"
  | "record"
  | "profile"
  | "refer"
  | "undo"
  | "helplines"
  | "help";

export type CoordinatorCommand =
  | "invite"
  | "open"
  | "suspend"
  | "remove"
  | "block"
  | "hold"
  | "give"
  | "pair"
  | "duty"
  | "night"
  | "flag"
  | "clear"
  | "guardian"
  | "helplines"
  | "alarmtest"
  | "golive"
  | "event"
  | "register"
  | "help";

export type ConsentAnswer = "yes" | "no" | "more";

/**
 * First the command that menus show: Telegram takes a to z and _ only. What begins with a slash counts only with it;
 * the others are whole messages.
 */
export type Words = readonly [`/${string}`, ...string[]];

export interface Vocabulary {
  /** What an app is set to whose readers understand this language. */
  tags: readonly string[];
  /** Small words that are frequent in this language and mean nothing in the others. */
  frequent: string;
  /** Letters by which it is known among the languages that it is spoken beside. */
  letters: RegExp | null;
  /** How people ask the bot to go on in this language, in every language. */
  called: Words;
  mentee: Record<MenteeCommand, Words>;
  /** Answers to "is that all right?". Only what can't mean anything else. */
  answers: Record<ConsentAnswer, readonly string[]>;
  /** How an age is said; # is a number. */
  ages: Record<"exactly" | "under" | "between" | "over", readonly string[]>;
  supporter: Record<SupporterCommand, Words>;
  coordinator: Record<CoordinatorCommand, Words>;
}
