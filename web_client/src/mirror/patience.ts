/** Waits a while before it believes that something is wrong, and forgives at once. */
export class Patience {
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly waitMs: number,
    private readonly tell: (wrong: boolean) => void,
  ) {}

  /** Note how it is now; `tell` hears of a wrong that lasts, and of its end. */
  note(wrong: boolean): void {
    if (!wrong) {
      clearTimeout(this.timer);
      this.timer = undefined;
      this.tell(false);
    } else this.timer ??= setTimeout(() => this.tell(true), this.waitMs);
  }
}
