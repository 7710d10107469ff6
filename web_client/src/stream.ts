/** The conversation with the server: frames out, previews in, and a new connection whenever one breaks. */

import { Backoff } from "./backoff";
import { Credits } from "./credits";
import { type NoticeMessage, pack, parse, type PreviewMessage, ProtocolError, type StatusMessage, type Wish } from "./protocol";

export type Connection = "connecting" | "open" | "lost";

/** A camera frame, encoded. */
export interface EncodedFrame {
  readonly jpeg: Uint8Array<ArrayBuffer>;
  readonly captureSecs: number;
}

/** What the page wants to hear about. */
export interface StreamListener {
  connectionChanged(connection: Connection): void;
  previewCame(preview: PreviewMessage): void;
  statusCame(status: StatusMessage): void;
  noticeCame(notice: NoticeMessage): void;
}

/** The part of a WebSocket that the stream needs. */
export type Socket = Pick<
  WebSocket,
  "send" | "close" | "readyState" | "binaryType" | "onopen" | "onclose" | "onmessage"
>;

/** The server sends a status once a second: after this long without a word the connection is dead. */
const SILENCE_SECS = 6;
const OPEN = 1;

/** Sends the newest frame whenever a credit is free, and tells its listener what comes back. */
export class MirrorStream {
  private socket: Socket | undefined;
  private readonly credits = new Credits();
  private readonly backoff = new Backoff();
  private retry: ReturnType<typeof setTimeout> | undefined;
  private watch: ReturnType<typeof setInterval> | undefined;
  private worn: readonly Wish[] = [];
  private heardSecs = 0;
  private sequence = 0;
  private encoding = false;

  constructor(
    private readonly listener: StreamListener,
    private readonly openSocket: () => Socket,
    private readonly nowSecs: () => number = () => performance.now() / 1000,
  ) {}

  /** Connect, and stay connected from now on. */
  start(): void {
    this.watch ??= setInterval(() => this.dropIfSilent(), 1000);
    this.connect();
  }

  /** Close for good. */
  stop(): void {
    clearInterval(this.watch);
    clearTimeout(this.retry);
    this.watch = undefined;
    this.letGo();
  }

  /** Stop waiting for the next try, if one is pending, and try at once. */
  retryNow(): void {
    if (this.retry !== undefined) this.connect();
  }

  /** From the next frame on, wear these; a new connection hears of them too. */
  wear(garments: readonly Wish[]): void {
    this.worn = garments;
    if (this.isOpen()) this.socket?.send(pack({ kind: "wear", garments }));
  }

  /** The sequence number that the next frame will have. */
  get nextSequence(): number {
    return this.sequence;
  }

  /** Encode and send a frame if the server is ready for one; whether it went out. */
  async offer(encode: () => Promise<EncodedFrame | undefined>): Promise<boolean> {
    const socket = this.socket;
    if (this.encoding || !this.isOpen() || !this.credits.maySend(this.nowSecs())) return false;
    this.encoding = true;
    const frame = await encode().finally(() => (this.encoding = false));
    if (frame === undefined || socket !== this.socket || !this.isOpen()) return false;
    const sequence = this.sequence;
    this.sequence = (sequence + 1) >>> 0;
    this.credits.sent(sequence, this.nowSecs());
    socket?.send(pack({ kind: "frame", sequence, ...frame }));
    return true;
  }

  private isOpen(): boolean {
    return this.socket?.readyState === OPEN;
  }

  private connect(): void {
    clearTimeout(this.retry);
    this.retry = undefined;
    this.letGo();
    const socket = this.openSocket();
    socket.binaryType = "arraybuffer";
    socket.onopen = () => this.opened(socket);
    socket.onclose = () => this.closed();
    socket.onmessage = (event) => this.heard(event.data);
    this.heardSecs = this.nowSecs();
    this.socket = socket;
    this.listener.connectionChanged("connecting");
  }

  private opened(socket: Socket): void {
    this.credits.clear();
    this.heardSecs = this.nowSecs();
    socket.send(pack({ kind: "wear", garments: this.worn }));
    this.listener.connectionChanged("open");
  }

  private closed(): void {
    this.letGo();
    this.retry = setTimeout(() => this.connect(), this.backoff.next() * 1000);
    this.listener.connectionChanged("lost");
  }

  private letGo(): void {
    if (this.socket === undefined) return;
    this.socket.onopen = this.socket.onclose = this.socket.onmessage = null;
    this.socket.close();
    this.socket = undefined;
  }

  private dropIfSilent(): void {
    if (this.socket !== undefined && this.nowSecs() - this.heardSecs > SILENCE_SECS) this.closed();
  }

  private heard(data: unknown): void {
    this.heardSecs = this.nowSecs();
    try {
      if (data instanceof ArrayBuffer) this.handle(data);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.closed();
    }
  }

  private handle(bytes: ArrayBuffer): void {
    const message = parse(bytes);
    // A server that is full says so in a notice and closes: only what a session sends counts as a success.
    if (message.kind !== "notice") this.backoff.reset();
    if (message.kind === "preview") {
      this.credits.returned(message.sequence, this.nowSecs());
      this.listener.previewCame(message);
    } else if (message.kind === "status") this.listener.statusCame(message);
    else if (message.kind === "notice") {
      this.credits.clear();
      this.listener.noticeCame(message);
    } else throw new ProtocolError(`a server does not send a ${message.kind}`);
  }
}
