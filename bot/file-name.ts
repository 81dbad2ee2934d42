/** What files are called that we pass on. The sender's own name for a file can tell who they are; its ending can't. */
import type { MediaKind } from "../adapters/content.ts";
import type { FileType } from "../media/sniff.ts";

/** Endings that say more than the first bytes do: they stand for programs that pack their files, or mark them late. */
const moreTelling: Readonly<Record<string, ReadonlySet<string>>> = {
  zip: new Set(["docx", "xlsx", "pptx", "odt", "ods", "odp", "epub", "pages", "numbers", "key"]),
  bin: new Set(["txt", "csv", "md", "rtf", "doc", "xls", "ppt"]),
};

/** @param claimed the ending of the sender's own name for it */
export function nameOf(
  kind: MediaKind,
  { extension }: Pick<FileType, "extension">,
  claimed?: string,
): string {
  const ending = claimed !== undefined && moreTelling[extension]?.has(claimed) ? claimed : extension;
  return `${kind.replace("_", "-")}.${ending}`;
}
