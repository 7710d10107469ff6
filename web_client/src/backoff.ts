/** How long to wait before each new try, so that a thousand mirrors do not all knock at once. */

const FIRST_SECS = 0.5;
const LONGEST_SECS = 8;

/** Waits that double from half a second to eight, each shortened at random by up to a half. */
export class Backoff {
  private tries = 0;

  constructor(private readonly random: () => number = Math.random) {}

  /** Seconds to wait before the next try. */
  next(): number {
    const wait = Math.min(LONGEST_SECS, FIRST_SECS * 2 ** this.tries);
    this.tries += 1;
    return wait * (1 - this.random() / 2);
  }

  /** After a success: the next wait is short again. */
  reset(): void {
    this.tries = 0;
  }
}
