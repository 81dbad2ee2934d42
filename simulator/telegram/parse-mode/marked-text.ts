import type { Entity } from "../text.ts";

/** A text without its marks, and what they marked. */
export interface MarkedText {
  text: string;
  entities: Entity[];
}

/** Why a marked text can't be read: Telegram's own words, after "can't parse entities: ". */
export class MarkupError extends Error {}

/** Telegram says where a mistake is in bytes of UTF-8. */
export function byteOffset(text: string, index: number): number {
  return Buffer.byteLength(text.slice(0, index));
}

/** Entities in the order in which Telegram gives them: outer ones first. */
export function sorted(entities: Entity[]): Entity[] {
  return entities.sort((one, other) => one.offset - other.offset || other.length - one.length);
}
