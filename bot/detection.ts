/** Reads the reviewed rules of danger and the model, once, at the start: a fault in them must show then. */
import { createDetector, type Detector } from "../flows/crisis/detector.ts";
import { readCrisisModel, readCrisisRules } from "../programmes/crisis.ts";

export function loadDetector(): Detector {
  return createDetector(readCrisisRules(), readCrisisModel());
}
