// How the generated functions reach the component.
import type { Root } from '../generated/component/clientdesk.js';
import type { Call } from '../generated/types.js';

/** Lets a call run in an instance, and makes an error of a refusal. */
export type Run = <T>(call: (component: Root) => T) => T;

/** Functions without their first argument, the caller. */
export type WithoutCall<T> = {
  [Name in keyof T]: T[Name] extends (call: Call, ...rest: infer Rest) => infer Answer ? (...rest: Rest) => Answer : never;
};
