// Refusals, as errors: a class for each case of the contract. Each also has the `tag` and the `val` of its case, so one
// `switch (error.tag)` takes them all; such errors also stand in answers that have a result for each row.
import type { FieldError, LimitReached, OtherError as Other, Refusal, StateConflict } from '../generated/types.js';
import type { Error as RawError } from '../generated/component/interfaces/clientdesk-core-types.js';
import { date, number } from './checks.js';

/** Why a call was refused, or failed. It changed nothing, sent nothing and logged nothing, unless its function says otherwise. */
export abstract class ClientdeskError extends Error {
  /** The case, in the contract's words. */
  abstract readonly tag: string;
  /** What the case carries. */
  abstract readonly val?: unknown;
  override get name(): string {
    return this.constructor.name;
  }
  /** For JSON: what errors have is left out otherwise. */
  toJSON(): { tag: string; message: string; val?: unknown } {
    return { tag: this.tag, message: this.message, val: this.val };
  }
}

/** Some arguments are wrong. All of them are listed. */
export class InvalidError extends ClientdeskError {
  readonly tag = 'invalid';
  constructor(readonly val: FieldError[]) {
    super(val.map((field) => `${field.field}: ${field.message}`).join('; '));
  }
  /** What is wrong with each. */
  get fields(): FieldError[] {
    return this.val;
  }
}

/** The agency has no such thing; the message says what is missing. */
export class NotFoundError extends ClientdeskError {
  readonly tag = 'not-found';
  constructor(readonly val: string) {
    super(val);
  }
}

/** The caller may not do this. */
export class DeniedError extends ClientdeskError {
  readonly tag = 'denied';
  constructor(readonly val: Refusal) {
    super(val.message);
  }
  /** Why, for programs: `role`, `scope`, `wrong-password` and others. */
  get code(): string {
    return this.val.code;
  }
}

/** The state of things doesn't allow the command. */
export class ConflictError extends ClientdeskError {
  readonly tag = 'conflict';
  constructor(readonly val: StateConflict) {
    super(val.message);
  }
  /** The state: `pending`, `joined`, `revoked` and others. */
  get state(): string {
    return this.val.state;
  }
}

/** It exists already; the message says what does, and what to do instead. */
export class ExistsError extends ClientdeskError {
  readonly tag = 'exists';
  constructor(readonly val: string) {
    super(val);
  }
}

/** It was valid until a time. */
export class ExpiredError extends ClientdeskError {
  readonly tag = 'expired';
  constructor(readonly val: Date) {
    super(`it was valid until ${val.toISOString()}`);
  }
  /** Until when. */
  get at(): Date {
    return this.val;
  }
}

/** A limit was reached. */
export class LimitError extends ClientdeskError {
  readonly tag = 'limit';
  constructor(readonly val: LimitReached) {
    const wait = val.wait === undefined ? '' : `; try again in ${Math.ceil(val.wait / 1000)} s`;
    super(`${val.limit}: at most ${val.allowed}, and this makes ${val.asked}${wait}`);
  }
  /** How many milliseconds to wait; none: waiting doesn't help. */
  get wait(): number | undefined {
    return this.val.wait;
  }
}

/** Other calls kept changing the same things. Try again. */
export class BusyError extends ClientdeskError {
  readonly tag = 'busy';
  readonly val = undefined;
  constructor() {
    super('other calls keep changing the same things; try again');
  }
}

/** The host failed, or a newer release has written to the store. Try again later. */
export class UnavailableError extends ClientdeskError {
  readonly tag = 'unavailable';
  constructor(readonly val: string) {
    super(val);
  }
}

/** A stored row is damaged; the message names its key. */
export class CorruptError extends ClientdeskError {
  readonly tag = 'corrupt';
  constructor(readonly val: string) {
    super(val);
  }
}

/** An error that has no case of its own in this version. */
export class OtherError extends ClientdeskError {
  readonly tag = 'other';
  constructor(readonly val: Other) {
    super(val.message);
  }
  /** What happened, for programs. */
  get code(): string {
    return this.val.code;
  }
}

/** The error of a case. A new case of the contract doesn't compile here until it has a class. */
export function errorOf(raw: RawError): ClientdeskError {
  switch (raw.tag) {
    case 'invalid': return new InvalidError(raw.val);
    case 'not-found': return new NotFoundError(raw.val);
    case 'denied': return new DeniedError(raw.val);
    case 'conflict': return new ConflictError(raw.val);
    case 'exists': return new ExistsError(raw.val);
    case 'expired': return new ExpiredError(date(raw.val));
    case 'limit': return new LimitError({
      limit: raw.val.limit,
      allowed: number(raw.val.allowed),
      asked: number(raw.val.asked),
      wait: raw.val.wait === undefined ? undefined : number(raw.val.wait),
    });
    case 'busy': return new BusyError();
    case 'unavailable': return new UnavailableError(raw.val);
    case 'corrupt': return new CorruptError(raw.val);
    case 'other': return new OtherError(raw.val);
  }
}
