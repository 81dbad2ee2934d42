import { fileURLToPath } from "node:url";
import express, { type NextFunction, type Request, type Response } from "express";
import type { Cast } from "../cast.ts";
import { type Clock, SimulatedClock } from "../clock.ts";
import { act, PageError } from "./act.ts";
import { draw } from "./draw.ts";
import { Shelf } from "./shelf.ts";

/** The page's files lie beside this folder, in the sources as in what is built from them. */
const files = fileURLToPath(new URL("../page/", import.meta.url));

/** Changes within this time (real milliseconds) are drawn together. */
const gatherFor = 40;
/** The view is sent again now and then, for what changes with time alone. */
const repeatAfter = 5000;

const headers = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
    "media-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "cache-control": "no-store",
};

/** The page on which one person plays everybody: its files, its view as a stream, and what is done on it. */
export function createPage(cast: Cast, clock: Clock, zone: string): express.Express {
  const page = express();
  const shelf = new Shelf();
  page.disable("x-powered-by");
  page.use((_request, response, next) => {
    response.set(headers);
    next();
  });
  page.use(express.static(files, { index: "index.html", cacheControl: false }));

  page.get("/view", (_request, response) => {
    response.json(draw(cast, clock, zone, shelf));
  });

  page.get("/sent/:number", (request, response) => {
    const file = shelf.at(request.params.number);
    if (file === undefined) throw new PageError("There is no such file.");
    // What somebody sent is shown, and never run.
    const shown = /^(image\/(jpeg|png|gif|webp)|(audio|video)\/[\w.+-]+)$/.test(file.type);
    response.set("content-disposition", shown ? "inline" : "attachment");
    response.type(shown ? file.type : "application/octet-stream").send(file.bytes);
  });

  page.get("/changes", (request, response) => {
    response.set({ "content-type": "text/event-stream" }).flushHeaders();
    let gathering: NodeJS.Timeout | null = null;
    const send = () => {
      gathering = null;
      response.write(`data: ${JSON.stringify(draw(cast, clock, zone, shelf))}\n\n`);
    };
    const gather = () => {
      gathering ??= setTimeout(send, gatherFor);
    };
    const stops = [cast.telegram.changes.listen(gather)];
    if (clock instanceof SimulatedClock) stops.push(clock.onMove(gather));
    const repeating = setInterval(send, repeatAfter);
    send();
    request.on("close", () => {
      clearInterval(repeating);
      if (gathering !== null) clearTimeout(gathering);
      for (const stop of stops) stop();
    });
  });

  page.post("/act", express.json({ limit: "40mb" }), (request, response) => {
    if (request.headers["x-simulator"] !== "page") throw new PageError("This is for the page itself.");
    response.json({ show: act({ cast, clock, zone }, request.body) });
  });

  page.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    response.status(400).json({ problem: error instanceof Error ? error.message : String(error) });
  });
  return page;
}
