/** Sends articles one after the other, and waits when the server says that it is too much. */

import { RefusedError, type Problem } from "./api";
import { type Article, formOf } from "./gather";

const AT_ONCE = 2;

export interface Failure {
  readonly name: string;
  readonly problem: Problem;
}

/** How far the uploads are. */
export interface Progress {
  readonly sent: number;
  readonly all: number;
  readonly failures: readonly Failure[];
}

export const NOTHING_SENT: Progress = { sent: 0, all: 0, failures: [] };

export class Uploads {
  progress: Progress = NOTHING_SENT;
  private waiting: Article[] = [];
  private running = 0;

  constructor(
    private readonly send: (form: FormData) => Promise<unknown>,
    private readonly changed: () => void,
    private readonly wait: (secs: number) => Promise<void> = (secs) => new Promise((done) => setTimeout(done, 1000 * secs)),
  ) {}

  /** Send these as well. */
  add(articles: readonly Article[]): void {
    if (this.running === 0 && this.waiting.length === 0) this.progress = NOTHING_SENT;
    this.waiting.push(...articles);
    this.change({ all: this.progress.all + articles.length });
    const more = Math.min(AT_ONCE - this.running, this.waiting.length);
    for (let sender = 0; sender < more; sender += 1) void this.sendOnward();
  }

  get isBusy(): boolean {
    return this.progress.sent + this.progress.failures.length < this.progress.all;
  }

  private async sendOnward(): Promise<void> {
    this.running += 1;
    for (let article = this.waiting.shift(); article !== undefined; article = this.waiting.shift()) {
      await this.sendOne(article);
    }
    this.running -= 1;
  }

  private async sendOne(article: Article): Promise<void> {
    for (;;) {
      try {
        await this.send(formOf(article));
        return this.change({ sent: this.progress.sent + 1 });
      } catch (error) {
        if (!(error instanceof RefusedError)) throw error;
        if (error.status !== 429) {
          const failure = { name: article.name, problem: error.problem };
          return this.change({ failures: [...this.progress.failures, failure] });
        }
        await this.wait(error.retryAfterSecs);
      }
    }
  }

  private change(part: Partial<Progress>): void {
    this.progress = { ...this.progress, ...part };
    this.changed();
  }
}
