/** How fast previews come and how late they are. */

const WINDOW_SECS = 2;

export interface Figures {
  readonly fps: number;
  readonly latencyMs: number;
}

/** Keeps the previews of the last two seconds. */
export class Meter {
  private shown: readonly { readonly atSecs: number; readonly latencySecs: number }[] = [];

  /** Note a preview as it appears on the glass. */
  note(atSecs: number, captureSecs: number): void {
    this.shown = [...this.recent(atSecs), { atSecs, latencySecs: atSecs - captureSecs }];
  }

  /** Previews a second, and their median delay, over the last two seconds; undefined when there were none. */
  read(nowSecs: number): Figures | undefined {
    const recent = this.recent(nowSecs);
    const [first] = recent;
    if (first === undefined) return undefined;
    const latencies = recent.map((preview) => preview.latencySecs).sort((a, b) => a - b);
    const spanSecs = Math.max(nowSecs - first.atSecs, 1 / 60);
    return { fps: recent.length / spanSecs, latencyMs: 1000 * (latencies[latencies.length >> 1] ?? 0) };
  }

  private recent(nowSecs: number) {
    return this.shown.filter((preview) => nowSecs - preview.atSecs <= WINDOW_SECS);
  }
}
