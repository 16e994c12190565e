/**
 * Calls from a worker thread to the main thread that block the worker until they are answered. That stops the real,
 * synchronous ledger code at every file-system call, so that the main thread decides who goes on, and whether at all.
 */
export interface Request {
  call: string
  args: unknown[]
  data?: Buffer
}

export interface Response {
  value?: unknown
  error?: { code: string; message: string }
  data?: Buffer
}

const RUNNING = 0
const ASKED = 1
const ANSWERED = 2
const HEAD = 16
const TEXT = 64 * 1024
const SIZE = HEAD + TEXT + 1024 * 1024 + 4096

export class Channel {
  private readonly control: Int32Array
  private readonly text: Buffer
  private readonly bytes: Buffer

  constructor(readonly memory: SharedArrayBuffer = new SharedArrayBuffer(SIZE)) {
    this.control = new Int32Array(memory, 0, 4)
    this.text = Buffer.from(memory, HEAD, TEXT)
    this.bytes = Buffer.from(memory, HEAD + TEXT)
  }

  /** In the worker. @throws the error of the answer */
  ask(call: string, args: unknown[], data?: Buffer): Response {
    this.put({ call, args }, data)
    Atomics.store(this.control, 0, ASKED)
    Atomics.notify(this.control, 0)
    while (Atomics.load(this.control, 0) !== ANSWERED) Atomics.wait(this.control, 0, ASKED)
    const response = this.get() as Response
    Atomics.store(this.control, 0, RUNNING)
    if (response.error !== undefined) throw Object.assign(new Error(response.error.message), { code: response.error.code })
    return response
  }

  /** In the main thread: waits until the worker asks something. */
  next(): Request {
    for (;;) {
      const state = Atomics.load(this.control, 0)
      if (state === ASKED) return this.get() as Request
      Atomics.wait(this.control, 0, state)
    }
  }

  answer({ data, ...response }: Response): void {
    this.put(response, data)
    Atomics.store(this.control, 0, ANSWERED)
    Atomics.notify(this.control, 0)
  }

  private put(message: object, data: Buffer | undefined): void {
    this.control[1] = this.text.write(JSON.stringify(message))
    this.control[2] = data?.copy(this.bytes) ?? 0
    this.control[3] = data === undefined ? 0 : 1
  }

  private get(): object {
    const message = JSON.parse(this.text.toString('utf8', 0, this.control[1])) as object
    return this.control[3] ? { ...message, data: Buffer.from(this.bytes.subarray(0, this.control[2])) } : message
  }
}
