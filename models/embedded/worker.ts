import { parentPort, workerData } from "node:worker_threads";
import { startServer } from "./server.ts";

/** What the worker tells the thread that started it. */
export type WorkerMessage =
  | { kind: "ready"; uri: string }
  | { kind: "failed"; name: string; message: string };

const port = parentPort;
if (!port) throw new Error("this file is run in a worker thread");

const { directory } = workerData as { directory: string };

function tell(message: WorkerMessage): void {
  port?.postMessage(message);
}

try {
  const server = await startServer(directory);
  // the only message there is: to stop. A worker that is terminated instead would leave its clients waiting
  port.once("message", async () => {
    await server.close();
    port.close();
  });
  tell({ kind: "ready", uri: server.uri });
} catch (error) {
  const { name, message } = error instanceof Error ? error : new Error("unknown");
  tell({ kind: "failed", name, message });
  port.close();
}
