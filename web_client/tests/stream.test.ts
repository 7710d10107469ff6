import { beforeEach, describe, expect, test, vi } from "vitest";
import { type Message, type NoticeMessage, pack, parse, type PreviewMessage, type StatusMessage } from "../src/protocol";
import { type Connection, MirrorStream, type Socket, type StreamListener } from "../src/stream";

const jpeg = new Uint8Array([0xff, 0xd8, 0xff, 0xd9]);
const status: StatusMessage = { kind: "status", poseFound: true, worn: [], stageMs: {}, fps: 0, dropped: 0 };

/** The server's end of a connection, played by hand. */
class FakeSocket {
  readyState = 0;
  binaryType = "";
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  readonly heard: Message[] = [];
  closed = false;

  send(bytes: Uint8Array<ArrayBuffer>): void {
    this.heard.push(parse(bytes.buffer));
  }
  close(): void {
    this.closed = true;
    this.readyState = 3;
  }
  accept(): void {
    this.readyState = 1;
    this.onopen?.();
  }
  hangUp(): void {
    this.readyState = 3;
    this.onclose?.();
  }
  say(message: Message): void {
    this.onmessage?.({ data: pack(message).buffer });
  }
  frames(): readonly number[] {
    return this.heard.flatMap((message) => (message.kind === "frame" ? [message.sequence] : []));
  }
}

class Listener implements StreamListener {
  readonly connections: Connection[] = [];
  readonly previews: PreviewMessage[] = [];
  readonly statuses: StatusMessage[] = [];
  readonly notices: NoticeMessage[] = [];
  connectionChanged = (connection: Connection) => void this.connections.push(connection);
  previewCame = (preview: PreviewMessage) => void this.previews.push(preview);
  statusCame = (message: StatusMessage) => void this.statuses.push(message);
  noticeCame = (notice: NoticeMessage) => void this.notices.push(notice);
}

const sockets: FakeSocket[] = [];
const newest = () => sockets[sockets.length - 1] as FakeSocket;

/** A stream that has begun to connect, with a clock that follows the fake timers. */
function start(): { stream: MirrorStream; listener: Listener } {
  const listener = new Listener();
  const open = () => {
    sockets.push(new FakeSocket());
    return newest() as unknown as Socket;
  };
  const stream = new MirrorStream(listener, open, () => Date.now() / 1000);
  stream.start();
  return { stream, listener };
}

const frame = async () => ({ jpeg, captureSecs: Date.now() / 1000 });

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  sockets.length = 0;
});

describe("the stream", () => {
  test("sends nothing before the server is there", async () => {
    const { stream } = start();
    expect(await stream.offer(frame)).toBe(false);
    newest().accept();
    expect(await stream.offer(frame)).toBe(true);
    expect(newest().frames()).toEqual([0]);
  });

  test("keeps one frame away until it knows how long that takes, and never more than two", async () => {
    const { stream } = start();
    newest().accept();
    await stream.offer(frame);
    expect(await stream.offer(frame)).toBe(false);
    vi.advanceTimersByTime(100);
    newest().say({ kind: "preview", sequence: 0, captureSecs: 0, jpeg });
    expect(await stream.offer(frame)).toBe(true);
    vi.advanceTimersByTime(79);
    expect(await stream.offer(frame)).toBe(false);
    vi.advanceTimersByTime(2);
    expect(await stream.offer(frame)).toBe(true);
    vi.advanceTimersByTime(1000);
    expect(await stream.offer(frame)).toBe(false);
  });

  test("takes frames that the server passed over as answered", async () => {
    const { stream } = start();
    newest().accept();
    await stream.offer(frame);
    vi.advanceTimersByTime(100);
    newest().say({ kind: "preview", sequence: 0, captureSecs: 0, jpeg });
    await stream.offer(frame);
    vi.advanceTimersByTime(81);
    await stream.offer(frame);
    newest().say({ kind: "preview", sequence: 2, captureSecs: 0, jpeg });
    expect(await stream.offer(frame)).toBe(true);
  });

  test("goes on when an answer never comes", async () => {
    const { stream } = start();
    newest().accept();
    await stream.offer(frame);
    vi.advanceTimersByTime(2100);
    expect(await stream.offer(frame)).toBe(true);
  });

  test("goes on at once when the server refuses a frame", async () => {
    const { stream, listener } = start();
    newest().accept();
    await stream.offer(frame);
    newest().say({ kind: "notice", code: "broken-jpeg", sentence: { en: "Broken.", ko: "깨졌어요." } });
    expect(listener.notices[0]?.sentence.ko).toBe("깨졌어요.");
    expect(await stream.offer(frame)).toBe(true);
  });

  test("encodes one frame at a time and drops one whose connection broke meanwhile", async () => {
    const { stream } = start();
    newest().accept();
    let finish = (_: Awaited<ReturnType<typeof frame>>) => {};
    const slow = stream.offer(() => new Promise((resolve) => (finish = resolve)));
    expect(await stream.offer(frame)).toBe(false);
    newest().hangUp();
    finish({ jpeg, captureSecs: 0 });
    expect(await slow).toBe(false);
  });

  test("tells each new connection what is worn", () => {
    const { stream } = start();
    newest().accept();
    stream.wear([{ id: "rib-knit" }]);
    newest().hangUp();
    vi.advanceTimersByTime(500);
    newest().accept();
    expect(sockets[0]?.heard).toEqual([
      { kind: "wear", garments: [] },
      { kind: "wear", garments: [{ id: "rib-knit" }] },
    ]);
    expect(sockets[1]?.heard).toEqual([{ kind: "wear", garments: [{ id: "rib-knit" }] }]);
  });

  test("waits longer after every failure, and not at all when told to", () => {
    const { stream, listener } = start();
    for (const longest of [500, 1000, 2000]) {
      const before = sockets.length;
      newest().hangUp();
      vi.advanceTimersByTime(longest / 2 - 1);
      expect(sockets.length).toBe(before);
      vi.advanceTimersByTime(longest / 2 + 1);
      expect(sockets.length).toBe(before + 1);
    }
    newest().hangUp();
    stream.retryNow();
    expect(sockets.length).toBe(5);
    expect(listener.connections.slice(0, 3)).toEqual(["connecting", "lost", "connecting"]);
  });

  test("waits longer for a server that only says it is full", () => {
    start();
    for (let i = 0; i < 4; i += 1) {
      newest().accept();
      newest().say({ kind: "notice", code: "full", sentence: { en: "Full.", ko: "다 찼어요." } });
      newest().hangUp();
      vi.advanceTimersByTime(8000);
    }
    newest().hangUp();
    const before = sockets.length;
    vi.advanceTimersByTime(3900);
    expect(sockets.length).toBe(before);
  });

  test("leaves a server that has fallen silent, and stays with one that speaks", () => {
    const { listener } = start();
    newest().accept();
    for (let second = 0; second < 20; second += 1) {
      newest().say(status);
      vi.advanceTimersByTime(1000);
    }
    expect(sockets.length).toBe(1);
    vi.advanceTimersByTime(8000);
    expect(sockets[0]?.closed).toBe(true);
    expect(listener.connections).toContain("lost");
  });

  test("leaves a server that speaks another language", () => {
    const { listener } = start();
    newest().accept();
    newest().onmessage?.({ data: new ArrayBuffer(4) });
    expect(listener.connections.at(-1)).toBe("lost");
    expect(sockets[0]?.closed).toBe(true);
  });

  test("does not come back once stopped", () => {
    const { stream } = start();
    newest().accept();
    stream.stop();
    vi.advanceTimersByTime(60_000);
    expect(sockets.length).toBe(1);
    expect(sockets[0]?.closed).toBe(true);
  });
});
