import type { SampleFile } from "./samples.ts";

/**
 * Reads a multipart form, as generously as the platforms do: blanks and quotes in the headers of its parts may be
 * missing. Throws a SyntaxError when it has no end or no boundary.
 */
export function readForm(contentType: string, body: Buffer): [name: string, value: string | SampleFile][] {
  const [, quoted, bare] = /boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType) ?? [];
  const mark = Buffer.from(`--${quoted ?? bare ?? ""}`);
  const parts: [string, string | SampleFile][] = [];
  let at = body.indexOf(mark);
  if (mark.length === 2 || at < 0) throw new SyntaxError("The form has no boundary.");
  for (;;) {
    const from = at + mark.length;
    if (body.toString("latin1", from, from + 2) === "--") return parts;
    const next = body.indexOf(Buffer.concat([Buffer.from("\r\n"), mark]), from);
    if (next < 0) throw new SyntaxError("The form has no end.");
    parts.push(readPart(body.subarray(from + 2, next)));
    at = next + 2;
  }
}

function readPart(part: Buffer): [string, string | SampleFile] {
  const end = part.indexOf("\r\n\r\n");
  if (end < 0) throw new SyntaxError("A part of the form has no content.");
  const headers = part.toString("utf8", 0, end);
  const content = part.subarray(end + 4);
  const name = parameterOf(headers, "name");
  if (name === null) throw new SyntaxError("A part of the form has no name.");
  const filename = parameterOf(headers, "filename");
  if (filename === null) return [name, content.toString("utf8")];
  const type = /^content-type:\s*([^\s;]+)/im.exec(headers)?.[1] ?? "application/octet-stream";
  return [name, { bytes: Buffer.from(content), type, name: filename }];
}

function parameterOf(headers: string, name: string): string | null {
  const found = new RegExp(`[;\\s]${name}=(?:"([^"]*)"|([^;\\s]*))`, "i").exec(headers);
  return found ? (found[1] ?? found[2] ?? "") : null;
}
