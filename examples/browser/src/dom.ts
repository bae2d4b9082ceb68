// Making elements, and how times and amounts are shown.
type Child = Node | string;

/** An element with properties and children. */
export function h<K extends keyof HTMLElementTagNameMap>(tag: K, properties: Partial<HTMLElementTagNameMap[K]> = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

/** The element with this id. The page has it: `index.html` is part of the program. */
export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found as T;
}

export function button(text: string, about: string, act: () => void): HTMLButtonElement {
  const made = h('button', { type: 'button', onclick: act }, text);
  if (about) made.setAttribute('aria-label', `${text}: ${about}`);
  return made;
}

export function field(text: string, properties: Partial<HTMLInputElement>): HTMLLabelElement {
  return h('label', {}, `${text} `, h('input', { required: true, ...properties }));
}

/** What stands in a field of a form. */
export function given(form: HTMLFormElement, name: string): string {
  return String(new FormData(form).get(name) ?? '').trim();
}

const days = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' });

export const day = (time: Date | undefined): string => (time ? days.format(time) : '');

export function money({ amount, currency }: { amount: number; currency: string }): string {
  return new Intl.NumberFormat('en-US', { style: 'currency', currency }).format(amount / 100).replace('-', '−');
}

/** `at-risk` as `At risk`. */
export function words(name: string): string {
  const text = name.replaceAll('-', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
