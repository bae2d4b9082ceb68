// The mails, kept to be looked at, with a switch for what is said to them.
import type { Handover, Mail, Message } from '../../node/src/ports.js';
import type { Hearing } from './hearing.js';

const MAILS_MAX = 2_000;

export const SAYINGS = ['accepted', 'try-later', 'never'] as const;
export type Saying = (typeof SAYINGS)[number];

/** What became of a mail's hand-overs. */
export interface Fate {
  agency: string;
  /** When it was told to come again for the first time. */
  refusedAt?: number;
  /** How often it was taken. */
  taken: number;
  takenAt?: number;
  /** Whether it was refused for good. */
  givenUp: boolean;
}

export class KeptMail implements Mail {
  /** What is said to mails. */
  saying: Saying = 'accepted';
  /** What is said to single ones the next time that they come, in place of the rest. */
  readonly single = new Map<string, Saying>();
  readonly fates = new Map<string, Fate>();
  readonly #messages: Map<string, Message>;

  constructor(
    before: Message[],
    private readonly hearing: Hearing,
    private readonly now: () => number,
    private readonly keep: (mail: Message) => void,
    private readonly drop: (id: string) => void,
    private readonly noted: () => void,
  ) {
    this.#messages = new Map(before.map((mail) => [mail.id, mail]));
  }

  message(id: string): Message | undefined {
    return this.#messages.get(id);
  }

  send(message: Message): Handover {
    if (!this.#messages.has(message.id)) this.keep(message);
    this.#messages.set(message.id, message);
    const [oldest] = this.#messages.keys();
    if (this.#messages.size > MAILS_MAX && oldest !== undefined) this.#forget(oldest);
    const saying = this.single.get(message.id) ?? this.saying;
    this.single.delete(message.id);
    const answer: Handover = saying === 'accepted' ? { tag: saying } : { tag: saying, val: `the workbench says: ${saying.replace('-', ' ')}` };
    this.#note(message, saying);
    this.hearing.note((traces) => traces.mails.push([message, answer]));
    return answer;
  }

  forget(ids: string[]): void {
    this.hearing.forget(ids);
    ids.forEach((id) => this.#forget(id));
  }

  #forget(id: string): void {
    if (this.#messages.delete(id)) this.drop(id);
  }

  #note({ id, agency }: Message, saying: Saying): void {
    const fate = this.fates.get(id) ?? { agency, taken: 0, givenUp: false };
    this.fates.set(id, fate);
    if (saying === 'try-later') fate.refusedAt ??= this.now();
    else if (saying === 'never') fate.givenUp = true;
    else {
      fate.taken += 1;
      fate.takenAt ??= this.now();
    }
    this.noted();
  }
}
