// The process that the crash test kills: it opens the database of a directory, tells where, and waits. With
// "thread" it opens it as the service does; otherwise in its own thread, which starts faster.
import { mkdirSync } from "node:fs";
import { openEmbeddedDatabase } from "../../../models/embedded/index.ts";
import { startServer } from "../../../models/embedded/server.ts";

const [directory = "", how = ""] = process.argv.slice(2);
mkdirSync(directory, { recursive: true });
try {
  const { uri } = how === "thread" ? await openEmbeddedDatabase({ directory }) : await startServer(directory);
  process.send?.({ uri });
  setInterval(() => undefined, 60_000);
} catch (error) {
  process.send?.({ refused: error instanceof Error ? error.message : "unknown" });
}
