// Ids and secrets: what the story calls what was another value in the workbench.
import type { Json } from '../values.js';

/** The shortest text that is taken for an id or a secret. */
const SHORTEST = 8;

/** What an answer gave, and how the story calls it. */
export interface Name {
  /** The step that it comes from, and where it is found there: `answer.client`. */
  step: number;
  path: string;
  /** What it is called. */
  name: string;
  /** What it is in the world of the story. */
  value: string;
  used: boolean;
}

/** By what they were in the workbench. */
export class Names {
  readonly #known = new Map<string, Name>();
  readonly #counts = new Map<string, number>();

  /** Remembers each text that an answer gave there and here, where the two differ. */
  learn(step: number, path: string, there: Json, here: Json): void {
    if (typeof there === 'string' && typeof here === 'string') this.#learnText(step, path, there, here);
    else if (isObject(there) && isObject(here)) {
      for (const [field, value] of Object.entries(there)) {
        if (field in here) this.learn(step, `${path}.${field}`, value, here[field]);
      }
    }
  }

  #learnText(step: number, path: string, there: string, here: string): void {
    if (there.length < SHORTEST || here === '' || this.#known.has(there)) return;
    const stem = path.split('.').filter((part) => !/^\d+$/.test(part) && part !== 'answer').at(-1) ?? 'id';
    const count = (this.#counts.get(stem) ?? 0) + 1;
    this.#counts.set(stem, count);
    this.#known.set(there, { step, path, name: `${stem}-${count}`, value: here, used: false });
  }

  /** Whether a text of the workbench has a name. */
  knows(there: string): boolean {
    return this.#known.has(there);
  }

  /** The value as the world of the story has it. */
  here(value: Json): Json {
    return eachText(value, (text) => this.#known.get(text)?.value ?? text);
  }

  /** The value as the story writes it: `${client-1}`. */
  told(value: Json): Json {
    return eachText(value, (text) => {
      const found = this.#known.get(text);
      if (!found) return text;
      found.used = true;
      return `\${${found.name}}`;
    });
  }

  /** What a step must save: what is used. */
  savedBy(step: number): Name[] {
    return [...this.#known.values()].filter((name) => name.used && name.step === step);
  }
}

export const isObject = (value: Json): boolean => typeof value === 'object' && value !== null;

/** A value with each of its texts made another. */
export function eachText(value: Json, change: (text: string) => Json): Json {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => eachText(item, change));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, eachText(item, change)]));
}
