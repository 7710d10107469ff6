/** Who may send the next frame and when: at most two frames are away, and a late answer never blocks for good. */

const MOST_AWAY = 2;
/** A frame without an answer for this long counts as lost. */
const LOST_AFTER_SECS = 2;
/** The second frame follows the first after this part of the usual round trip. */
const SECOND_AFTER = 4 / 5;
/** The weight of the newest round trip in the usual one. */
const NEWEST_WEIGHT = 0.2;

/**
 * Counts frames that are away at the server.
 *
 * The first may always go. A second goes once the first has been away for four fifths of the usual round trip: the
 * server then finds it waiting when it is done, and it is still fresh. Where the server is the slowest part of the way
 * the round trip settles at 5/4 of the server's time, since only then do frames leave as often as they come back;
 * sending both at once would settle at twice that time.
 */
export class Credits {
  private readonly sentSecs = new Map<number, number>();
  private usualSecs: number | undefined;

  /** Whether a frame may go out now. */
  maySend(nowSecs: number): boolean {
    for (const [sequence, sentSecs] of this.sentSecs) {
      if (nowSecs - sentSecs > LOST_AFTER_SECS) this.sentSecs.delete(sequence);
    }
    if (this.sentSecs.size === 0) return true;
    if (this.sentSecs.size >= MOST_AWAY || this.usualSecs === undefined) return false;
    const newestSecs = Math.max(...this.sentSecs.values());
    return nowSecs - newestSecs >= this.usualSecs * SECOND_AFTER;
  }

  /** Note a frame that goes out. */
  sent(sequence: number, nowSecs: number): void {
    this.sentSecs.set(sequence, nowSecs);
  }

  /** Note the preview of a frame that came back; older frames were dropped on the way for newer ones. */
  returned(sequence: number, nowSecs: number): void {
    const sentSecs = this.sentSecs.get(sequence);
    if (sentSecs !== undefined) {
      const tripSecs = nowSecs - sentSecs;
      this.usualSecs = this.usualSecs === undefined ? tripSecs : this.usualSecs + NEWEST_WEIGHT * (tripSecs - this.usualSecs);
    }
    for (const away of this.sentSecs.keys()) if (away <= sequence) this.sentSecs.delete(away);
  }

  /** Nothing is away any more: the connection is new, or the server said that it refused a frame. */
  clear(): void {
    this.sentSecs.clear();
  }
}
