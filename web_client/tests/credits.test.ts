import { expect, test } from "vitest";
import { Credits } from "../src/credits";

const MS = 0.001;

/** Delay of each frame and time between previews, on a server that needs `serverMs` a frame and keeps the newest. */
function settle(serverMs: number): { readonly delayMs: number; readonly pauseMs: number } {
  const credits = new Credits();
  const sentMs = new Map<number, number>();
  const shownMs: number[] = [];
  let waiting: number | undefined;
  let working: number | undefined;
  let doneMs = 0;
  let delayMs = 0;
  for (let now = 0, sequence = 0; now < serverMs * 60; now += 1) {
    if (working !== undefined && now >= doneMs) {
      credits.returned(working, now * MS);
      delayMs = now - (sentMs.get(working) ?? 0);
      shownMs.push(now);
      working = undefined;
    }
    if (credits.maySend(now * MS)) {
      sentMs.set(sequence, now);
      credits.sent(sequence, now * MS);
      waiting = sequence;
      sequence += 1;
    }
    if (working === undefined && waiting !== undefined) {
      [working, waiting, doneMs] = [waiting, undefined, now + serverMs];
    }
  }
  return { delayMs, pauseMs: ((shownMs.at(-1) ?? 0) - (shownMs.at(-11) ?? 0)) / 10 };
}

test.each([30, 100, 500])("a server that needs %i ms a frame is never idle, and the round trip is 5/4 of that", (ms) => {
  const { delayMs, pauseMs } = settle(ms);
  expect(pauseMs).toBeLessThan(ms * 1.05);
  expect(delayMs).toBeLessThan(ms * 1.32);
});

test("a frame that is away blocks the next for two seconds and no longer", () => {
  const credits = new Credits();
  credits.sent(0, 0);
  expect(credits.maySend(1.9)).toBe(false);
  expect(credits.maySend(2.1)).toBe(true);
});
