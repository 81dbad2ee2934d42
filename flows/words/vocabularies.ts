/** What people type, language by language. */
import type { Language } from "../../programmes/programme.ts";
import { en } from "./en.ts";
import { nb } from "./nb.ts";
import type { Vocabulary } from "./vocabulary.ts";

export const vocabularies: Record<Language, Vocabulary> = { en, nb };
