/**
 * The proof that we sent a message: our id for it, with an authentication code that only we can make, as the
 * message's metadata. Messenger gives the metadata back in the echo, and nobody else can write one.
 */
import { sameSecret } from "../secret.ts";

/** Makes an authentication code for a text, without spaces in it. */
export type Prove = (text: string) => string;

export function metadataOf(id: string, prove: Prove): string {
  return `${id} ${prove(id)}`;
}

/** The id that a metadata proves, or null when it is not ours. */
export function provenId(metadata: string | undefined, prove: Prove): string | null {
  const [, id = "", code] = /^(.+) (\S+)$/s.exec(metadata ?? "") ?? [];
  return sameSecret(code, prove(id)) ? id : null;
}
