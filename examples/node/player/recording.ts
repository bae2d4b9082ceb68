// What a recording holds. `clientdesk run --record FOLDER tests/scenarios` writes them; one is a story, line by line.

export type Json = unknown;

/** A key of the ring, its bytes in hex. */
export interface RecordedKey {
  id: string;
  bytes: string;
}

/** The first line. */
export interface Head {
  story: string;
  format: number;
  keys: RecordedKey[];
}

/** A call of storage that did something else than its plain work. */
export interface OddCall {
  /** Which call of storage within the call, from 1. */
  nth: number;
  operation: string;
  answer: { ok?: Json; err?: Record<string, string> };
  /** Whether the plain work was done too. */
  applied: boolean;
}

/** A call of the component, and all that it heard and said. */
export interface Step {
  call: string;
  arguments: Record<string, Json>;
  now: number;
  set?: [key: string, value: string | null][];
  keys?: RecordedKey[];
  offsets?: [zone: string, at: number, seconds: number | null][];
  random?: string[];
  mail?: { message: Record<string, Json>; answer: string | Record<string, string> }[];
  forgotten?: string[][];
  storage?: OddCall[];
  ok?: Json;
  err?: Json;
}

/** The last line: every row of the store. */
export interface End {
  rows: [key: string, value: string][];
}
